"""The reports that stand in an output folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from csrkit.bundle.manifest import is_whole
from csrkit.pipeline.report.standing import read_record


def list_versions(outputs: Path) -> list[dict[str, Any]]:
    """Return one record a report, in order of its id.

    `state` is `whole` when every file is as the manifest says, else `changed`.
    """
    found = []
    for file in sorted(outputs.glob("[!.]*/run.json")):
        record, log = read_record(file.parent), _log(file.parent)
        kept = ("report_id", "report", "data_cut", "report_version", "engine")
        state = "whole" if is_whole(file.parent) else "changed"
        told = {"finished": log.get("finished"), "state": state}
        found.append({**{name: record.get(name) for name in kept}, **told})
    return found


def _log(folder: Path) -> dict[str, Any]:
    """Return the log beside a report; empty when there is none that can be read."""
    try:
        log = json.loads(folder.with_name(f"{folder.name}.log.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return log if isinstance(log, dict) else {}
