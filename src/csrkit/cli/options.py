"""Options that several subcommands share, each spelled out once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from csrkit.errors import UsageError

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
# As `csrkit.sdtm.write.FORMATS`, which takes long to import.
FORMATS = ("xpt", "json", "ndjson", "parquet", "csv")
A_PATH = click.Path(path_type=Path)


class DataCutType(click.ParamType[dt.date]):
    """A date as YYYY-MM-DD, or a date and time as YYYY-MM-DDThh:mm."""

    name = "YYYY-MM-DD[Thh:mm]"

    def convert(self, value: Any, param: Any, ctx: Any) -> dt.date:
        """Return the date, or the date and time, or say what one looks like."""
        # Which takes long to import.
        from csrkit.study.data_cut import parse_data_cut

        if isinstance(value, dt.date):
            return value
        try:
            return parse_data_cut(value)
        except ValueError:
            self.fail(
                f"{value!r} is not a date such as 2026-03-31, or 2026-03-31T12:00", param, ctx
            )


class FormatsType(click.ParamType[tuple[str, ...]]):
    """A list of formats, separated by commas."""

    name = "LIST"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, ...]:
        """Return the names, blanks and empty parts left out."""
        if isinstance(value, tuple):
            return value
        return tuple(part.strip() for part in value.split(",") if part.strip())


def study_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--study`: found in this folder or the nearest one above it that has a study.yml."""
    help_text = "Study settings; found in this folder or the nearest above."
    return click.option("--study", type=A_PATH, help=help_text)(command)


def data_option(*, required: bool = False) -> Decorator:
    """`--data`: the folder of the raw SDTM."""
    help_text = "Folder of the SDTM" + ("." if required else "; default: paths.data of study.yml.")
    return click.option("--data", type=A_PATH, required=required, help=help_text)


def cut_option(*, required: bool = False) -> Decorator:
    """`--data-cut`: the last day, or moment, whose data counts."""
    return click.option(
        "--data-cut",
        type=DataCutType(),
        required=required,
        help="Last day whose data counts, or last date and time.",
    )


def out_option(help_text: str, *, required: bool = True) -> Decorator:
    """`--out`: where results go."""
    return click.option("--out", type=A_PATH, required=required, help=help_text)


def format_option(default: str) -> Decorator:
    """`--format`: what the datasets are written as."""
    return click.option(
        "--format",
        "fmt",
        type=click.Choice(FORMATS),
        default=default,
        show_default=True,
        help="Format of the files.",
    )


def find_study(given: Path | None) -> Path:
    """Return the study file that was given, or the nearest one from here upwards.

    Raises
    ------
    UsageError
        When there is none.
    """
    if given is not None:
        return given
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "study.yml").is_file():
            return folder / "study.yml"
    raise UsageError(
        "No study.yml in this folder or any above it",
        where=str(here),
        remedy="Go into the repository, or name one with --study.",
    )
