"""`run.json`: what a run was made from, with what, where and how long it took."""

from __future__ import annotations

import datetime as dt
import platform
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import csrkit
from csrkit.pipeline.fingerprint import hash_file, library_hash
from csrkit.pipeline.request import Request


def describe_run(
    request: Request,
    inputs: dict[str, Any],
    keys: dict[str, str],
    report_key: str,
    engine: str,
    times: dict[str, float],
    manifest: Path,
) -> dict[str, Any]:
    """Return the content of `run.json`.

    It isn't in the manifest, since it tells times and machine; it names the manifest's own hash.
    """
    study = request.study
    return {
        "study": study.study.id,
        "registration": study.study.registration,
        "synthetic": study.study.synthetic,
        "report": request.report,
        "report_id": request.report_id,
        "report_version": request.version,
        "data_cut": str(study.data_cut),
        "engine": engine,
        "formats": list(request.formats),
        "csrkit": csrkit.__version__,
        "library_sha256": library_hash(),
        "manifest_sha256": hash_file(manifest),
        "report_key": report_key,
        "stage_keys": keys,
        "input_sha256": inputs,
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "packages": packages(),
        "finished": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "seconds": times,
    }


def packages() -> dict[str, str]:
    """Return name → version of every installed package."""
    found = {d.metadata["Name"]: d.version for d in metadata.distributions() if d.metadata["Name"]}
    return dict(sorted(found.items(), key=lambda item: item[0].lower()))
