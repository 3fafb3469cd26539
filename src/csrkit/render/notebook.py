"""Cells of executed notebooks, found by id, label or tag, and what they show."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from csrkit.errors import RunError

LABEL = re.compile(r"^\s*#\|\s*label:\s*(\S+)\s*$", re.MULTILINE)


@lru_cache(maxsize=32)
def _read(file: Path, modified: int) -> tuple[dict[str, Any], ...]:
    del modified  # part of the key alone: a notebook that was run again is read again
    return tuple(json.loads(file.read_text(encoding="utf-8"))["cells"])


def read_cells(file: Path) -> tuple[dict[str, Any], ...]:
    """Return the cells of a notebook.

    Raises
    ------
    RunError
        When the file is missing or isn't a notebook.
    """
    try:
        return _read(file, file.stat().st_mtime_ns)
    except FileNotFoundError:
        raise RunError(
            "A notebook that the report embeds is missing",
            where=str(file),
            remedy="Run the notebook's stage, or correct the embed.",
        ) from None
    except (ValueError, KeyError, TypeError):
        raise RunError(
            "A file that the report embeds is not a notebook",
            where=str(file),
            remedy="Run the notebook's stage again.",
        ) from None


def label_of(cell: dict[str, Any]) -> str | None:
    """Return the `#| label:` of a code cell."""
    found = LABEL.search("".join(cell.get("source", "")))
    return found.group(1) if found and cell["cell_type"] == "code" else None


def names_of(cell: dict[str, Any]) -> list[str]:
    """Return the names that an embed may use for a cell: id, label, tags."""
    tags = cell.get("metadata", {}).get("tags", [])
    return [name for name in (cell.get("id"), label_of(cell), *tags) if name]


def find_cell(file: Path, name: str) -> dict[str, Any]:
    """Return the cell whose id is `name`, else whose label, else one of whose tags.

    Raises
    ------
    RunError
        When no cell has that name.
    """
    cells = read_cells(file)
    by_rule = (
        lambda cell: cell.get("id") == name,
        lambda cell: label_of(cell) == name,
        lambda cell: name in cell.get("metadata", {}).get("tags", []),
    )
    for matches in by_rule:
        for cell in cells:
            if matches(cell):
                return cell
    labels = [label for cell in cells if (label := label_of(cell))]
    raise RunError(
        "The report embeds a cell that its notebook doesn't have",
        where=file.name,
        found=name,
        allowed=labels,
        remedy="Correct the embed, or give a cell that label.",
    )


def format_outputs(cell: dict[str, Any]) -> str:
    """Return a cell's Markdown: its source for a text cell, its Markdown outputs for code.

    Raises
    ------
    RunError
        When a code cell shows no Markdown.
    """
    if cell["cell_type"] == "markdown":
        return "".join(cell["source"])
    parts = [
        "".join(output["data"]["text/markdown"])
        for output in cell.get("outputs", [])
        if "text/markdown" in output.get("data", {})
    ]
    if not parts:
        raise RunError(
            "The report embeds a cell that shows nothing",
            where=f"cell {'/'.join(names_of(cell))}",
            found=", ".join(output["output_type"] for output in cell.get("outputs", []))
            or "no output",
            allowed="an output of type text/markdown",
            remedy="Run the notebook; its last line must show a table, a figure or Markdown.",
        )
    return "\n\n".join(parts)
