"""Findings on disk: JSON for programs, CSV for queries to the sites, HTML for people."""

from __future__ import annotations

import json
from pathlib import Path

from csrkit.validation.findings import Findings


def write_findings(findings: Findings, folder: Path) -> None:
    """Write `findings.json`, `findings.csv` and `findings.html` into a folder, made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    findings.to_json(folder / "findings.json")
    findings.to_csv(folder / "findings.csv")
    findings.to_html(folder / "findings.html")


def open_critical(folder: Path) -> int:
    """Return the number of critical findings, not waived, in the files below a folder."""
    files = folder.rglob("findings.json")
    counts = (json.loads(file.read_text(encoding="utf-8"))["counts"] for file in files)
    return sum(count["critical"] for count in counts)
