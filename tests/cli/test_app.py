"""The exit codes of the program itself, which a script sees."""

import click
import pytest

from csrkit.cli import app as program
from csrkit.errors import DataError, UsageError


def leave(code):
    @click.pass_context
    def command(context):
        context.exit(code)

    return command


def fail(error):
    def command():
        raise error

    return command


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (lambda: None, 0),
        (leave(0), 0),
        (leave(1), 1),
        (fail(DataError("The data is at fault")), 1),
        (fail(UsageError("There is no such thing")), 2),
        (fail(ZeroDivisionError()), 3),
    ],
    ids=["done", "left with 0", "left with 1", "data", "usage", "a fault of ours"],
)
def test_the_program_exits_with_the_code_of_its_command(monkeypatch, command, code):
    monkeypatch.setitem(program.app.commands, "try", click.Command("try", callback=command))
    monkeypatch.setattr("sys.argv", ["csr", "try"])
    assert program.run_command() == code
