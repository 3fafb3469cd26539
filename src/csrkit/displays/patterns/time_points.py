"""Layout of `by_time_point`."""

from __future__ import annotations

from csrkit.displays.arrange import Line, Shelf, heading
from csrkit.displays.model import Display
from csrkit.displays.patterns.findings import PARTS, STATISTICS
from csrkit.displays.words import with_units
from csrkit.index.settings.time_points import ByTimePoint
from csrkit.results.model import HEADER
from csrkit.results.patterns.time_points import GIVEN, WITHOUT_NUMBER
from csrkit.results.templates import COUNT


def arrange_by_time_point(shelf: Shelf, settings: ByTimePoint) -> Display:
    """Show a block a parameter, in it a block an administration; value and change side by side."""
    lines: list[Line] = []
    for name, label in shelf.analyses().items():
        if name in (HEADER, GIVEN) or name.endswith(f".{WITHOUT_NUMBER}"):
            continue
        lines.append(heading(with_units(label)))
        occasion = ""
        for placed in shelf.rows(name):
            _, number, point = placed.above
            if number != occasion:
                occasion = number
                lines += _occasion(shelf, settings, number)
            lines.append(heading(settings.points.get(point, point), 2))
            lines += _statistics(settings, placed.row)
    kind = shelf.study.terms.administration
    parts = PARTS | {"change": f"Change from before the {kind}"}
    columns = shelf.spanned(parts if settings.change else {"value": PARTS["value"]})
    return shelf.table(columns, lines, stub=settings.stub)


def _statistics(settings: ByTimePoint, row: str) -> list[Line]:
    """Return the rows of a time point."""
    lines = [Line(text, row, template, 3) for text, template in STATISTICS]
    counted = settings.without_number
    if counted:
        lines.insert(1, Line(counted.label, f"{row}.{WITHOUT_NUMBER}", COUNT, 3))
    return lines


def _occasion(shelf: Shelf, settings: ByTimePoint, number: str) -> list[Line]:
    """Return the heading of an administration, and who received it where that is counted."""
    lines = [heading(shelf.study.terms.fill(f"{{Administration}} {number}"), 1)]
    if settings.given:
        lines.append(Line("Received it, n", f"{GIVEN}.{number}", COUNT, 2))
    return lines
