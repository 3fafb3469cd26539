"""The `csr` command: its subcommands, and how errors become messages and exit codes."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

import csrkit
from csrkit.cli import signals
from csrkit.cli.data import cut, derive, simulate, validate
from csrkit.cli.doctor import doctor
from csrkit.cli.reports import render, run, versions
from csrkit.cli.results import analyse, trace
from csrkit.errors import CsrError, Stopped
from csrkit.pipeline.machine import machine_fault, machine_faults

PIPE_CLOSED = 141
"""Exit code when nobody reads standard output any more: 128 and the number of SIGPIPE."""


class Commands(click.Group):
    """Subcommands, whose end click would report in words and codes of its own."""

    def invoke(self, context: click.Context) -> Any:
        """Run a subcommand."""
        try:
            return super().invoke(context)
        except BrokenPipeError:
            _give_up_output()
            raise click.exceptions.Exit(PIPE_CLOSED) from None
        except KeyboardInterrupt as stop:
            raise click.exceptions.Exit(signals.tell_stopped(stop)) from None


def _explained(callback: Callable[..., Any] | None) -> Callable[..., Any]:
    """Have a subcommand say what the machine refused, and in which of the folders it was given."""
    assert callback is not None

    @functools.wraps(callback)
    def call(*arguments: Any, **options: Any) -> Any:
        with machine_faults(*(one for one in options.values() if isinstance(one, Path))):
            return callback(*arguments, **options)

    return call


@click.group(
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(csrkit.__version__, prog_name="csr")
def app() -> None:
    r"""Make a reproducible clinical study report from raw SDTM data.

    Exits with 0 done, 1 the data or the request is at fault, 2 wrong usage, 3 a fault of csr
    itself; 130 stopped by Ctrl-C, 143 by SIGTERM, 129 by SIGHUP; 141 nobody reads the output.

    \b
    Example:
      csr run --data-cut 2025-12-31
    """


for command in (run, simulate, validate, cut, derive, analyse, trace, render, versions, doctor):
    command.callback = _explained(command.callback)
    app.add_command(command)
for command in (app, *app.commands.values()):
    # In click a backspace keeps the lines of an example apart; a docstring writes it as \\b.
    command.help = (command.help or "").replace(r"\b", "\b")


def run_command() -> int:
    """Run `csr`; return what it exits with.

    0 done, 1 data or request at fault, 2 wrong usage, 3 a fault of ours; 128 and the number of a
    signal that stopped it.
    """
    try:
        # Without its standalone mode click returns the code that a command exits with.
        code = app(standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
    except CsrError as error:
        return _stop(error.message(), error.exit_code)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.UsageError as error:
        with contextlib.suppress(OSError):
            error.show(sys.stderr)
        return 2
    except click.Abort as abort:  # before a command began
        cause = abort.__cause__
        return signals.tell_stopped(cause if isinstance(cause, Stopped) else Stopped())
    except BrokenPipeError:
        _give_up_output()
        return PIPE_CLOSED
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else 0
    except Exception as error:
        fault = machine_fault(type(error).__name__, str(error))
        if fault is not None:
            return _stop(fault.message(), fault.exit_code)
        traceback.print_exc()
        return _stop("csr stopped by a fault of its own. Please report the lines above.", 3)
    return code if isinstance(code, int) else 0


def _stop(message: str, code: int) -> int:
    _give_up_output()
    with contextlib.suppress(OSError):
        click.secho("error: ", fg="red", bold=True, nl=False, err=True)
        click.echo(message, err=True)
    return code


def _give_up_output() -> None:
    """Lead what standard output still holds nowhere, if it can't be written."""
    with contextlib.suppress(ValueError, AttributeError):
        try:
            sys.stdout.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
