"""From the stages' results to one report folder."""

from __future__ import annotations

import shutil
from pathlib import Path

from csrkit.errors import RunError
from csrkit.files.folders import copy_folder
from csrkit.pipeline.inputs.sources import Sources
from csrkit.pipeline.request import Request
from csrkit.pipeline.stages import display_stages, stages_of
from csrkit.pipeline.workspace.store import StageStore

FINDINGS = ("validation", "adam_validation")
"""Folders of a data cut with what validation found in SDTM and ADaM."""


def assemble(request: Request, sources: Sources, folder: Path) -> None:
    """Fill a report folder: results, displays, datasets, notebooks, report.

    Raises
    ------
    RunError
        When the report is final and critical findings are open, or what a stage made was changed
        since.
    """
    from csrkit.pipeline.report.datasets import write_transport
    from csrkit.render.report import render_report
    from csrkit.results.store import combine_results, read_results, write_results
    from csrkit.results.values import read_values, resolve_values, write_values
    from csrkit.validation.findings.files import count_open_critical

    cut = request.cut_folder
    open_findings = sum(count_open_critical(cut / name) for name in FINDINGS)
    _refuse_open_findings(request, open_findings)
    store = StageStore(cut)
    for stage in stages_of(request.study):
        _copy(store.notebook(stage.name), folder / "notebooks" / f"{stage.name}.ipynb")
    for stage in display_stages(request.study):
        for kind in ("tables", "listings", "figures"):
            source = cut / stage.results / kind
            if source.is_dir():
                copy_folder(source, folder / kind)
    copy_folder(cut / "validation", folder / "validation")
    checked = folder / "validation" / "adam"
    copy_folder(cut / "adam_validation", checked)
    (checked / "accounting.csv").rename(folder / "accounting.csv")
    parts = (read_results(cut / stage.results) for stage in display_stages(request.study))
    results = combine_results(parts)
    write_results(results, folder / "results")
    values = resolve_values(read_values(request.study.path("values")), results.ard)
    write_values(values, folder / "results" / "values.yml")
    write_transport(request.study, cut, folder / "datasets")
    _refuse_changed_results(request, store)
    render_report(
        request.study,
        folder,
        version=request.version,
        engine=request.engine,
        formats=request.formats,
        input_hash=sources.input_hash,
        open_findings=open_findings,
    )


def _refuse_open_findings(request: Request, open_findings: int) -> None:
    """Stop a final report with open critical findings, whatever its notebooks let pass."""
    if open_findings and request.report == "final":
        raise RunError(
            "A final report can't be made with open critical findings",
            where=str(request.cut_folder / FINDINGS[0]),
            found=f"{open_findings} open critical findings",
            remedy="Correct the data, or waive each with its reason in validation/waivers.yml.",
        )


def _refuse_changed_results(request: Request, store: StageStore) -> None:
    """Stop when what a stage made was changed while the report was made of it."""
    for stage in stages_of(request.study):
        changed = store.damaged(stage.name, stage.produces)
        if changed:
            raise RunError(
                "A result was changed while the report was made of it",
                where=str(store.folder),
                found=", ".join(changed[:5]),
                remedy="Run again: the stage is made anew. Nothing else may write there.",
            )


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
