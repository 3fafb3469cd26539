"""Findings on disk: machine-readable JSON, CSV for queries to the sites, HTML for people."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from csrkit.text import escape_formulas
from csrkit.validation.findings.model import Findings
from csrkit.validation.findings.page import format_page


def write_findings(findings: Findings, folder: Path) -> None:
    """Write `findings.json`, `findings.csv` and `findings.html` into a folder, made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(findings, folder / "findings.json")
    write_queries(findings, folder / "findings.csv")
    write_page(findings, folder / "findings.html")


def write_json(findings: Findings, file: Path) -> None:
    """Write findings (with all their records) and rules as JSON."""
    counts: dict[str, int] = {str(severity): n for severity, n in findings.counts().items()}
    content = {
        "study": findings.study,
        "counts": counts | {"waived": len(findings.waived)},
        "findings": [asdict(finding) for finding in findings.findings],
        "rules": [asdict(rule) for rule in findings.rules],
    }
    text = json.dumps(content, indent=2, ensure_ascii=False)
    file.write_text(text + "\n", encoding="utf-8")


def write_queries(findings: Findings, file: Path) -> None:
    """Write the query list for the sites as CSV; no cell is a formula to a spreadsheet."""
    queries = escape_formulas(findings.queries_frame())
    queries.to_csv(file, index=False, lineterminator="\n", encoding="utf-8")


def write_page(findings: Findings, file: Path) -> None:
    """Write findings and rules as one self-contained web page."""
    file.write_text(format_page(findings), encoding="utf-8")


def count_open_critical(folder: Path) -> int:
    """Return the number of critical findings, not waived, in the files below a folder."""
    files = folder.rglob("findings.json")
    counts = (json.loads(file.read_text(encoding="utf-8"))["counts"] for file in files)
    return sum(count["critical"] for count in counts)
