"""The `csr` command: its subcommands, and how errors become messages and exit codes."""

from __future__ import annotations

import os
import sys
import traceback

import click

import csrkit
from csrkit.cli.data import cut, derive, simulate, validate
from csrkit.cli.doctor import doctor
from csrkit.cli.reports import render, run, versions
from csrkit.cli.results import analyse, trace
from csrkit.errors import CsrError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(csrkit.__version__, prog_name="csr")
def app() -> None:
    r"""Make a reproducible clinical study report from raw SDTM data.

    \b
    Example:
      csr run --data-cut 2025-12-31
    """


for command in (run, simulate, validate, cut, derive, analyse, trace, render, versions, doctor):
    app.add_command(command)
for command in (app, *app.commands.values()):
    # In click a backspace keeps the lines of an example apart; a docstring writes it as \\b.
    command.help = (command.help or "").replace(r"\b", "\b")


def main() -> None:
    """Run `csr`; exit 0 done, 1 data or request at fault, 2 wrong usage, 3 a fault of ours."""
    try:
        # Without its standalone mode click returns the code that a command exits with.
        code = app(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except CsrError as error:
        _stop(error.message(), error.exit_code)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.UsageError as error:
        error.show(sys.stderr)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        _stop("Stopped by you. Earlier results are as they were.", 1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception:
        traceback.print_exc()
        _stop("csr stopped by a fault of its own. Please report the lines above.", 3)


def _stop(message: str, code: int) -> None:
    click.secho("error: ", fg="red", bold=True, nl=False, err=True)
    click.echo(message, err=True)
    sys.exit(code)
