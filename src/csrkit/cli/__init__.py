"""`csr`: one command, one file for each subcommand group."""

import sys

from csrkit.cli import signals


def main() -> None:
    """Run `csr` as a program of its own, and exit.

    0 done, 1 data or request at fault, 2 wrong usage, 3 a fault of ours; 128 and the number of a
    signal that stopped it.
    """
    signals.watch()
    try:
        # All else is imported under the eyes of the watch.
        from csrkit.cli.app import run_command

        code = run_command()
    except KeyboardInterrupt as stop:
        code = signals.tell_stopped(stop)
    signals.ignore()
    sys.exit(code)
