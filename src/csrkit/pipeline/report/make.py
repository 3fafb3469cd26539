"""From the stages' results to a finished report: made apart, put in place whole, never replaced."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from csrkit.bundle.manifest import digest_line, write_manifest
from csrkit.files.folders import temporary_folder, write_whole
from csrkit.pipeline.inputs.hashes import hash_file, hash_value
from csrkit.pipeline.inputs.sources import Sources
from csrkit.pipeline.progress import ConsoleProgress
from csrkit.pipeline.report.assemble import assemble
from csrkit.pipeline.report.bundle import write_bundle
from csrkit.pipeline.report.provenance import describe_inputs, describe_making, describe_run
from csrkit.pipeline.report.standing import (
    Places,
    has_bundle,
    is_current,
    places_of,
    refuse_other_content,
)
from csrkit.pipeline.request import Request
from csrkit.pipeline.workspace.locks import lock_outputs


@dataclass(frozen=True)
class FinishedReport:
    """Where a report stands, and whether it was there already."""

    folder: Path
    bundle: Path
    unchanged: bool


def make_report(
    request: Request,
    sources: Sources,
    keys: dict[str, str],
    reused: Sequence[str],
    progress: ConsoleProgress,
) -> FinishedReport:
    """Assemble, render, and put the report into place; do nothing when it is there unchanged.

    Raises
    ------
    RunError
        When a report of this version stands there with other content, or something that the run
        reads was changed meanwhile.
    """
    places = places_of(request)
    key = _report_key(request, sources, keys)
    progress.begin("report", "Render and bundle the report")
    with lock_outputs(request.outputs):
        if not request.force and is_current(places, key):
            told = _ensure_bundle(request, sources, places)
            progress.end("report", told or "unchanged, skipped")
            return FinishedReport(places.folder, places.bundle, True)
    with temporary_folder(request.outputs, request.report_id) as folder:
        assemble(request, sources, folder)
        _write_json(folder / "run.json", describe_run(request, sources, keys, key))
        write_manifest(folder)
        sources.require_unchanged()
        with lock_outputs(request.outputs):
            refuse_other_content(request, folder)
            if not places.folder.exists():
                os.replace(folder, places.folder)
            progress.end("report")
            log = describe_making(request, places.folder, reused, progress.times)
            write_whole(places.log, _json(log))
            _ensure_bundle(request, sources, places)
    return FinishedReport(places.folder, places.bundle, False)


def _ensure_bundle(request: Request, sources: Sources, places: Places) -> str:
    """Make the bundle unless it stands there as it was made; return what to tell of it."""
    if has_bundle(places):
        return ""
    told = "bundle made again, not as it was made" if places.bundle_hash.exists() else "bundled"
    with temporary_folder(request.outputs, "bundle") as folder:
        made = write_bundle(request, sources, places.folder, folder / places.bundle.name)
        line = digest_line(hash_file(made), made.name)
        os.replace(made, places.bundle)
        write_whole(places.bundle_hash, line)
    return told


def _report_key(request: Request, sources: Sources, keys: dict[str, str]) -> str:
    return hash_value({"inputs": describe_inputs(request, sources), "stages": keys})


def _json(content: object) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _write_json(file: Path, content: object) -> None:
    file.write_text(_json(content), encoding="utf-8", newline="\n")
