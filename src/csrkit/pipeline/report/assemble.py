"""From the stages' results to one report folder: assembled apart, moved in place when whole."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csrkit.bundle.manifest import (
    differences,
    hash_folder,
    is_whole,
    read_manifest,
    write_manifest,
)
from csrkit.errors import RunError
from csrkit.pipeline.fingerprint import hash_files, hash_value, library_hash
from csrkit.pipeline.progress import ConsoleProgress
from csrkit.pipeline.report.bundle import write_bundle
from csrkit.pipeline.report.provenance import describe_run
from csrkit.pipeline.request import Request
from csrkit.pipeline.stages import display_stages, stages_of
from csrkit.pipeline.workspace import StageStore, move_into_place, temporary_folder

FINDINGS = ("validation", "adam_validation")
"""Folders of a data cut with what validation found in SDTM and ADaM."""


@dataclass(frozen=True)
class FinishedReport:
    """Where a report stands, and whether it was there already."""

    folder: Path
    bundle: Path
    unchanged: bool


def make_report(
    request: Request, inputs: dict[str, Any], keys: dict[str, str], progress: ConsoleProgress
) -> FinishedReport:
    """Assemble, render, and move the report into place; do nothing when it is there unchanged.

    Raises
    ------
    RunError
        When a report of this version stands there with other content.
    """
    finished = FinishedReport(request.run_folder, _bundle_file(request), True)
    key = _report_key(request, keys)
    progress.begin("report", "Render and bundle the report")
    if not request.force and _is_current(finished, key):
        progress.end("report", "unchanged, skipped")
        return finished
    with (
        temporary_folder(request.outputs, request.report_id) as folder,
        temporary_folder(request.outputs, "bundle") as beside,
    ):
        engine = assemble(request, inputs, folder)
        manifest = write_manifest(folder)
        _refuse_other_content(request, folder)
        record = describe_run(request, inputs, keys, key, engine, progress.times, manifest)
        (folder / "run.json").write_text(
            json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        archive = write_bundle(request, folder, beside / finished.bundle.name)
        move_into_place(folder, finished.folder)
        move_into_place(archive, finished.bundle)
    progress.end("report")
    return FinishedReport(finished.folder, finished.bundle, False)


def _bundle_file(request: Request) -> Path:
    return request.outputs / f"{request.report_id}.bundle.zip"


def _report_key(request: Request, keys: dict[str, str]) -> str:
    from csrkit.render.engine import choose_engine

    study = request.study
    report = study.path("report").parent
    sources = [report, *report.parent.glob("_quarto*.yml")]
    return hash_value(
        {
            "stages": keys,
            "sources": hash_files(sources, study.root),
            "engine": choose_engine(request.engine),
            "formats": request.formats,
            "id": request.report_id,
            "library": library_hash(),
        }
    )


def _is_current(finished: FinishedReport, key: str) -> bool:
    try:
        record = json.loads((finished.folder / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    same = record.get("report_key") == key
    return same and finished.bundle.is_file() and is_whole(finished.folder)


def assemble(request: Request, inputs: dict[str, Any], folder: Path) -> str:
    """Fill a report folder: results, displays, datasets, notebooks, report; return the engine.

    Raises
    ------
    RunError
        When the report is final and critical findings are open.
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
                shutil.copytree(source, folder / kind, dirs_exist_ok=True)
    shutil.copytree(cut / "validation", folder / "validation")
    checked = folder / "validation" / "adam"
    shutil.copytree(cut / "adam_validation", checked)
    (checked / "accounting.csv").rename(folder / "accounting.csv")
    parts = (read_results(cut / stage.results) for stage in display_stages(request.study))
    results = combine_results(parts)
    write_results(results, folder / "results")
    values = resolve_values(read_values(request.study.path("values")), results.ard)
    write_values(values, folder / "results" / "values.yml")
    write_transport(request.study, cut, folder / "datasets")
    return render_report(
        request.study,
        folder,
        version=request.version,
        engine=request.engine,
        formats=request.formats,
        input_hash=hash_value(inputs),
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


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _refuse_other_content(request: Request, made: Path) -> None:
    """Stop when a report of this version stands there and holds something else."""
    standing = request.run_folder
    if not standing.exists():
        return
    other = differences(read_manifest(standing) or hash_folder(standing), read_manifest(made))
    if other:
        more = f" and {len(other) - 5} more" if other[5:] else ""
        raise RunError(
            "A report of this version exists with other content; it is left as it is",
            where=str(standing),
            found=f"differing: {', '.join(other[:5])}{more}",
            remedy="Raise --report-version (say 1.1), or move the older report away.",
        )
