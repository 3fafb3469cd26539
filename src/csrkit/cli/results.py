"""`csr analyse`, `csr trace`: the analysis results by themselves."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from csrkit.cli.options import A_PATH, find_study, out_option, study_option

SHOWN = 20
"""Departures printed; `--json` gives all of them."""


@click.command()
@click.argument("folder", type=A_PATH)
@study_option
@out_option("Folder for the results.")
def analyse(folder: Path, study: Path | None, out: Path) -> None:
    r"""Make the analysis results of all displays, without drawing anything.

    FOLDER is that of a finished run, of a data cut, or of csr derive.

    \b
    Example:
      csr analyse data_derived/2026-03-31 --out ard
    """
    from csrkit.pipeline.results import analyse_folder

    for file in analyse_folder(folder, find_study(study), out):
        click.echo(file)


@click.command()
@click.argument("run_dir", type=A_PATH)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def trace(context: click.Context, run_dir: Path, as_json: bool) -> None:
    r"""Ask every set of a run again, in SQL of its own XPT files; exit 1 when one differs.

    \b
    Example:
      csr trace outputs/SKNK01_interim_2026-03-31_v1.0
    """
    from csrkit.pipeline.results import trace_run

    found = trace_run(run_dir)
    if as_json:
        click.echo(json.dumps(asdict(found), indent=2))
    else:
        for one in found.departures[:SHOWN]:
            shown = f" (in {', '.join(one.outputs)})" if one.outputs else ""
            click.echo(f"{one.where}{shown}\n  results say  {one.said}\n  datasets say {one.found}")
        click.echo(
            f"{found.sets} sets and {found.results} results checked, "
            f"{len(found.departures)} different"
        )
    context.exit(1 if found.departures else 0)
