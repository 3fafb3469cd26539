"""`csr run`, `csr render`, `csr versions`: making reports and seeing which there are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from csrkit.cli.options import (
    A_PATH,
    FormatsType,
    cut_option,
    data_option,
    find_study,
    out_option,
    study_option,
)

ENGINES = click.Choice(["auto", "quarto", "embedded"])


@click.command()
@study_option
@data_option()
@cut_option()
@click.option("--report", type=click.Choice(["interim", "final"]), default="interim")
@click.option("--report-version", default="1.0", metavar="X.Y", show_default=True)
@out_option("Folder for reports; default: paths.outputs of study.yml.", required=False)
@click.option("--derived", type=A_PATH, help="Folder for datasets; default: paths.derived.")
@click.option("--engine", type=ENGINES, default="auto", help="What renders the report.")
@click.option("--formats", type=FormatsType(), default="html,pdf", show_default=True)
@click.option("--jobs", type=click.IntRange(min=1), help="Notebooks at once; default: all cores.")
@click.option(
    "--accept-findings",
    is_flag=True,
    help="Make an interim report despite critical findings; every page says so.",
)
@click.option("--force", is_flag=True, help="Run every stage, changed or not.")
def run(report_version: str, study: Path | None, **options: Any) -> None:
    r"""Make the report: validate, cut, derive, analyse, render.

    \b
    Examples:
      csr run
      csr run --data-cut 2025-12-31
      csr run --report final --report-version 1.1
    """
    from csrkit.pipeline.machine import machine_faults
    from csrkit.pipeline.progress import ConsoleProgress
    from csrkit.pipeline.request import make_request
    from csrkit.pipeline.run import run as run_all

    request = make_request(find_study(study), version=report_version, **options)
    with machine_faults(request.outputs, request.cut_folder):
        finished = run_all(request, ConsoleProgress())
    click.echo(finished.folder)


@click.command()
@click.argument("run_dir", type=A_PATH)
@study_option
@click.option("--engine", type=ENGINES, default="auto", help="What renders the report.")
@click.option("--formats", type=FormatsType(), default="html,pdf", show_default=True)
@out_option("Folder for the rendered files; default: beside the run.", required=False)
def render(
    run_dir: Path, study: Path | None, engine: str, formats: tuple[str, ...], out: Path | None
) -> None:
    r"""Render a finished run again into another folder, from its notebooks and figures.

    \b
    Example:
      csr render outputs/SKNK01_interim_2026-03-31_v1.0 --engine quarto
    """
    from csrkit.pipeline.report.rerender import render_again

    for file in render_again(run_dir, find_study(study), engine, formats, out):
        click.echo(file)


@click.command()
@study_option
@out_option("Folder of the reports; default: paths.outputs of study.yml.", required=False)
@click.option("--json", "as_json", is_flag=True, help="Machine-readable output (JSON).")
def versions(study: Path | None, out: Path | None, as_json: bool) -> None:
    r"""List the reports made so far.

    \b
    Example:
      csr versions
    """
    from csrkit.pipeline.report.versions import list_versions
    from csrkit.study import load_study

    found = list_versions(out or load_study(find_study(study)).path("outputs"))
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    for record in found:
        click.echo(f"{record['report_id']}  {record['finished']}  {record['state']}")
