"""Layout of `hierarchy`: a row a path of levels, indented by its depth."""

from __future__ import annotations

from csrkit.displays.arrange import Line, Placed, Shelf
from csrkit.displays.model import Display
from csrkit.index.settings.occurrences import Hierarchy
from csrkit.results.patterns.occurrences import ANY
from csrkit.results.templates import COUNT_PERCENT, COUNT_PERCENT_EVENTS


def arrange_hierarchy(shelf: Shelf, settings: Hierarchy) -> Display:
    """Show the subjects with any record, then those at each path of levels."""
    template = COUNT_PERCENT_EVENTS if settings.events else COUNT_PERCENT
    paths = shelf.rows("terms")
    lines = [Line(settings.any, ANY, template)] if settings.any and paths else []
    for placed in paths:
        lines.append(_line(settings, placed, template))
    return shelf.table(shelf.columns(), lines, stub=settings.stub)


def _line(settings: Hierarchy, placed: Placed, template: str) -> Line:
    grades = settings.grades
    if grades and placed.row.rpartition(" | ")[0]:
        names = {str(level): text for level, text in grades.labels.items()}
        text = names.get(placed.level, placed.level)
        return Line(text, placed.row, COUNT_PERCENT, len(placed.above) + 1)
    depth = len(placed.above)
    return Line(placed.level, placed.row, template, depth, group=depth < len(settings.by) - 1)
