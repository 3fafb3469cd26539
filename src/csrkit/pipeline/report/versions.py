"""The reports that stand in an output folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from csrkit.bundle.manifest import is_whole


def list_versions(outputs: Path) -> list[dict[str, Any]]:
    """Return one record a report, in order of its id.

    `state` is `whole` when every file is as the manifest says, else `changed`.
    """
    found = []
    for file in sorted(outputs.glob("*/run.json")):
        record = json.loads(file.read_text(encoding="utf-8"))
        kept = ("report_id", "report", "data_cut", "report_version", "engine", "finished")
        state = "whole" if is_whole(file.parent) else "changed"
        found.append({**{name: record.get(name) for name in kept}, "state": state})
    return found
