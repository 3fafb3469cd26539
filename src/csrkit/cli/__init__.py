"""`csr`: one command, one file for each subcommand group."""

from csrkit.cli.app import main

__all__ = ["main"]
