"""`csr doctor`: what is installed, what would render, what is missing and how to get it."""

from __future__ import annotations

import json
import shutil
import sys
from importlib import metadata
from importlib.util import find_spec

import click

import csrkit

NEEDED = (
    "pandas",
    "great-expectations",
    "papermill",
    "lifelines",
    "pypandoc-binary",
    "typst",
    "rtflite",
    "pyreadstat",
)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Machine-readable output (JSON).")
def doctor(as_json: bool) -> None:
    r"""Say what is installed, which engine would render, and what is missing.

    \b
    Example:
      csr doctor
    """
    quarto = shutil.which("quarto")
    found = {name: _version(name) for name in NEEDED}
    missing = [name for name, version in found.items() if version is None]
    report = {
        "csrkit": csrkit.__version__,
        "python": sys.version.split()[0],
        "packages": found,
        "kernel": find_spec("ipykernel") is not None,
        "quarto": quarto,
        "engine": "quarto" if quarto else "embedded",
        "missing": missing,
    }
    if as_json:
        click.echo(json.dumps(report, indent=2))
    else:
        _say(report, found)
    sys.exit(1 if missing else 0)


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _say(report: dict[str, object], found: dict[str, str | None]) -> None:
    click.echo(f"csrkit {report['csrkit']} on Python {report['python']}")
    for name, version in found.items():
        click.echo(f"  {name:20} {version or 'missing: run make report, which installs it'}")
    click.echo(f"The report would be rendered by the {report['engine']} engine.")
    if not report["quarto"]:
        click.echo("  Quarto isn't on PATH; the embedded engine needs nothing more.")
        click.echo("  To render with Quarto, make the conda environment of environment.yml.")
