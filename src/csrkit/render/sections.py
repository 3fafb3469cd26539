"""The sections of the report that displays stand in, as its sources include them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from csrkit.errors import RunError
from csrkit.index import IndexEntry

INCLUDED = re.compile(r"\{\{<\s*include\s+_stage/displays/([\d.]+)\.md\s*>\}\}")


def check_sections(index: Mapping[str, IndexEntry], report: Path) -> list[str]:
    """Return the sections of displays that the report's sources include.

    Raises
    ------
    RunError
        When a display of the index stands in no section, or in two.
    """
    sections = [
        section
        for file in sorted(report.rglob("*.qmd"))
        for section in INCLUDED.findall(file.read_text(encoding="utf-8"))
    ]
    for entry in index.values():
        holding = [one for one in sections if entry.belongs_to(one)]
        if len(holding) != 1:
            chapter = ".".join(entry.number.split(".")[:2])
            raise RunError(
                "A display of the index must stand in one section of the report",
                where=f"tlf.yml, display {entry.key}, number {entry.number}",
                found=", ".join(holding) or "no section",
                allowed=sections,
                remedy="Write the line {{< include _stage/displays/"
                f"{chapter}.md >}} below its heading in one of {report.name}/sections/*.qmd.",
            )
    return sections
