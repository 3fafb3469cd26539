"""`csr simulate`, `validate`, `cut`, `derive`: one step at a time, on data alone."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from csrkit.cli.options import (
    cut_option,
    data_option,
    find_study,
    format_option,
    out_option,
    study_option,
)
from csrkit.pipeline.places import keep_apart, written_whole

if TYPE_CHECKING:
    from csrkit.validation import Findings


@click.command()
@study_option
@out_option("Folder for the SDTM files.")
@click.option("--seed", type=int, help="Another seed gives another study.")
@click.option("--subjects", type=click.IntRange(min=10), help="Number of consented subjects.")
@format_option("xpt")
def simulate(
    study: Path | None, out: Path, seed: int | None, subjects: int | None, fmt: Any
) -> None:
    r"""Simulate the study's SDTM: synthetic, and the same bytes for the same seed.

    \b
    Example:
      csr simulate --out data_raw/sdtm
    """
    from csrkit.simulate import simulate as make
    from csrkit.study import load_study

    chosen = {} if seed is None else {"seed": seed}
    settings = load_study(find_study(study))
    with written_whole(out) as folder:
        files = make(settings, folder, subjects=subjects, fmt=fmt, **chosen)
    for file in files:
        click.echo(out / file.name)


@click.command()
@study_option
@data_option()
@out_option("Folder for findings.json, .csv and .html.", required=False)
@click.option("--json", "as_json", is_flag=True, help="Machine-readable output (JSON).")
@click.pass_context
def validate(
    context: click.Context,
    study: Path | None,
    data: Path | None,
    out: Path | None,
    as_json: bool,
) -> None:
    r"""Check the SDTM; print the findings; exit 1 when one is critical.

    \b
    Example:
      csr validate --data delivery/sdtm --out findings
    """
    from csrkit.sdtm.lazy_domains import LazyDomains
    from csrkit.study import load_study
    from csrkit.validation import validate as check
    from csrkit.validation.findings.files import write_findings

    settings = load_study(find_study(study))
    data = data or settings.path("data")
    if out:
        keep_apart(data, {"--out": out})
    findings = check(LazyDomains(data, settings.reading), settings)
    if out:
        with written_whole(out) as folder:
            write_findings(findings, folder)
    frame = findings.to_frame()
    if as_json:
        click.echo(json.dumps(json.loads(frame.to_json(orient="records")), indent=2))
    else:
        _say_findings(findings)
    context.exit(1 if findings.critical else 0)


def _say_findings(findings: Findings) -> None:
    for finding in findings.findings:
        click.echo(f"{finding.severity:9}{finding.id:11} {finding.rule}")
        click.echo(f"{'':21}{finding.n_failed} of {finding.n_records}: {finding.first_records()}")
        said = f"waived: {finding.waiver}" if finding.waiver else f"→ {finding.action}"
        click.echo(f"{'':21}{said}")
    counted = ", ".join(f"{count} {severity}" for severity, count in findings.counts().items())
    click.echo(
        f"{len(findings.rules)} rules checked; findings: {counted}, {len(findings.waived)} waived"
    )


@click.command()
@study_option
@data_option(required=True)
@cut_option(required=True)
@out_option("Folder for the cut domains and cut_log.")
@format_option("parquet")
def cut(study: Path | None, data: Path, data_cut: dt.date, out: Path, fmt: Any) -> None:
    r"""Cut the SDTM at a date: what came later leaves, and is logged.

    \b
    Example:
      csr cut --data data_raw/sdtm --data-cut 2025-12-31 --out cut
    """
    from csrkit.sdtm.cut import cut_domains
    from csrkit.sdtm.cut.files import write_cut
    from csrkit.sdtm.lazy_domains import LazyDomains
    from csrkit.sdtm.write import origin_of
    from csrkit.study import load_study

    settings = load_study(find_study(study)).covering("interim", data_cut)
    keep_apart(data, {"--out": out})
    domains = LazyDomains(data, settings.reading)
    for file in write_cut(cut_domains(domains, settings), out, fmt, origin_of(settings)):
        click.echo(file)


@click.command()
@study_option
@data_option(required=True)
@cut_option()
@out_option("Folder for <dataset>.parquet.")
def derive(study: Path | None, data: Path, data_cut: dt.date | None, out: Path) -> None:
    r"""Derive the ADaM datasets; without --data-cut, at the study's interim cut.

    \b
    Example:
      csr derive --data data_raw/sdtm --data-cut 2025-12-31 --out adam
    """
    from csrkit.adam.batches import derive_delivery
    from csrkit.sdtm.lazy_domains import LazyDomains
    from csrkit.sdtm.required import require
    from csrkit.study import load_study

    settings = load_study(find_study(study)).covering("interim", data_cut)
    keep_apart(data, {"--out": out})
    domains = LazyDomains(data, settings.reading)
    require(domains, settings)
    for file in derive_delivery(domains, settings, out):
        click.echo(file)
