"""`run.json`, what a report was made from and with; and the log of the run that made it."""

from __future__ import annotations

import datetime as dt
import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import csrkit
from csrkit.pipeline.inputs.hashes import hash_file
from csrkit.pipeline.inputs.packages import all_packages
from csrkit.pipeline.inputs.sources import Sources
from csrkit.pipeline.request import Request


def describe_inputs(request: Request, sources: Sources) -> dict[str, Any]:
    """Return what `run.json` says that is known before anything is run."""
    from csrkit.render.engine import choose_engine, engine_versions

    study, packages = request.study, sources.packages
    engine = choose_engine(request.engine)
    return {
        "study": study.study.id,
        "registration": study.study.registration,
        "synthetic": study.study.synthetic,
        "report": request.report,
        "report_id": request.report_id,
        "report_version": request.version,
        "data_cut": study.cut_text,
        "study_file": study.file.name,
        "accept_findings": request.accept_findings,
        "engine": engine,
        # Those of the embedded engine are packages.
        "programs": engine_versions(engine) if engine == "quarto" else {},
        "formats": list(request.formats),
        "csrkit": csrkit.__version__,
        "library_sha256": sources.library,
        "input_sha256": sources.hashes,
        "python": sources.python,
        "packages": packages.used,
        "packages_other_than_locked": {
            name: {"locked": locked, "installed": installed}
            for name, (locked, installed) in packages.departures.items()
        },
    }


def describe_run(
    request: Request, sources: Sources, keys: dict[str, str], report_key: str
) -> dict[str, Any]:
    """Return the content of `run.json`, which is part of the report: equal runs, equal bytes."""
    made = {"report_key": report_key, "stage_keys": keys}
    return {**describe_inputs(request, sources), **made}


def describe_making(
    request: Request, folder: Path, reused: Sequence[str], times: dict[str, float]
) -> dict[str, Any]:
    """Return the log of a run: when, where and how fast; it differs between equal runs.

    It stands beside the report, and names the report's manifest by its hash.
    """
    return {
        "report_id": request.report_id,
        "manifest_sha256": hash_file(folder / "manifest.sha256"),
        "finished": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "seconds": times,
        "stages_reused": sorted(reused),
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "packages": all_packages(),
    }
