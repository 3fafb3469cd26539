"""Layout of `by_visit` and `shift`."""

from __future__ import annotations

from csrkit.displays.arrange import Line, Shelf, heading
from csrkit.displays.model import Display
from csrkit.displays.words import sentence_case, with_units
from csrkit.index.settings.findings import ByVisit, Shift
from csrkit.results.model import HEADER
from csrkit.results.templates import COUNT, MEAN_SD, MEDIAN_RANGE
from csrkit.results.verbs.counts import MISSING, level_name

STATISTICS = (("n", COUNT), ("Mean (SD)", MEAN_SD), ("Median (min, max)", MEDIAN_RANGE))
EITHER = "{n,n_missing}"
"""Subjects with a value, or those without one: each cell has one of the two."""
PARTS = {"value": "Value", "change": "Change from baseline"}


def arrange_by_visit(shelf: Shelf, settings: ByVisit) -> Display:
    """Show a block a parameter, within it a block a visit; value and change side by side."""
    lines: list[Line] = []
    for name, label in shelf.analyses().items():
        if name == HEADER:
            continue
        lines.append(heading(with_units(label)))
        for placed in shelf.rows(name):
            lines.append(heading(placed.above[-1], 1))
            lines += [Line(text, placed.row, template, 2) for text, template in STATISTICS]
    parts = PARTS if settings.change else {"value": PARTS["value"]}
    return shelf.table(shelf.spanned(parts), lines, stub=settings.stub)


def arrange_shift(shelf: Shelf, settings: Shift) -> Display:
    """Show a block a parameter and direction; a value at baseline that nobody had has no row."""
    labels = {level_name(level): text for level, text in settings.levels.items()}
    lines: list[Line] = []
    for name, label in shelf.analyses().items():
        if name == HEADER:
            continue
        lines.append(heading(with_units(label)))
        for placed in shelf.rows(name):
            base = placed.above[-1]
            if _anybody(shelf, placed.row):
                lines.append(Line(labels.get(base, base), placed.row, EITHER, 1))
    shown = {level: sentence_case(level) for level in labels} | {MISSING: MISSING}
    return shelf.table(shelf.spanned(shown), lines, stub=settings.stub)


def _anybody(shelf: Shelf, row: str) -> bool:
    found = shelf.ard.loc[shelf.ard["ROW"] == row, "VALUE"]
    return bool((found > 0).any())
