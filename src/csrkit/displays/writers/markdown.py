"""Displays as the markdown that a notebook puts out and that the report's filter reads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from csrkit.displays.writers import html

if TYPE_CHECKING:
    from csrkit.displays.model import Display, Figure

_SPECIAL = re.compile(r"([!-/:-@\[-`{-~])")


def of_table(display: Display) -> str:
    """Return a table or listing: a fenced div with the id `tlf-<key>` around raw HTML."""
    classes = ".tlf-table" if display.entry.kind == "table" else ".tlf-table .tlf-listing"
    opening = _opening(display.entry.key, classes, display.population)
    return f"{opening}```{{=html}}\n{html.table(display)}\n```\n:::\n"


def of_figure(figure: Figure) -> str:
    """Return a figure: a fenced div with the image, its alternative text and its notes."""
    entry = figure.entry
    notes = "\n\n".join(escape(note) for note in (*figure.footnotes, figure.source))
    return (
        f"{_opening(entry.key, '.tlf-figure', figure.population)}"
        f"![{escape(figure.alt)}](../{entry.folder}/{entry.file_stem}.svg)\n\n"
        f"::: {{.tlf-notes}}\n{notes}\n:::\n:::\n"
    )


def escape(text: str) -> str:
    """Return text that markdown shows as it stands: every ASCII symbol is escaped."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _opening(key: str, classes: str, population: str) -> str:
    quoted = " ".join(population.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'::: {{#tlf-{key} .tlf {classes} population="{quoted}"}}\n'
