"""Layout of `counts`, `analysis_sets` and `characteristics`."""

from __future__ import annotations

from csrkit.displays.arrange import Line, Shelf, heading
from csrkit.displays.model import Display
from csrkit.displays.words import sentence_case
from csrkit.index.settings.common import Levels, labels_of
from csrkit.index.settings.counts import (
    AnalysisSets,
    Characteristic,
    Characteristics,
    Counts,
)
from csrkit.results.templates import (
    COUNT,
    COUNT_PERCENT,
    COUNT_PERCENT_EVENTS,
    MEAN_SD,
    MEDIAN_QUARTILES,
    RANGE,
)
from csrkit.results.verbs.counts import level_name

SUMMARY = (
    ("n", COUNT),
    ("Mean (SD)", MEAN_SD),
    ("Median (Q1, Q3)", MEDIAN_QUARTILES),
    ("Min, max", RANGE),
)


def arrange_counts(shelf: Shelf, settings: Counts) -> Display:
    """Show the subjects of each row, and the levels below it."""
    lines: list[Line] = []
    for row in settings.rows:
        template = _template(percent=row.percent, events=settings.events)
        if row.heading:
            lines.append(heading(row.label, row.indent))
        else:
            lines.append(Line(row.label, row.row, template, row.indent, row.group))
        if row.levels:
            lines += level_lines(shelf, row.levels, row.row, template, row.indent + 1)
    return shelf.table(shelf.columns(), lines, stub=settings.stub)


def arrange_sets(shelf: Shelf, settings: AnalysisSets) -> Display:
    """Show the members of each analysis set, and why others aren't."""
    lines: list[Line] = []
    for key, chosen in shelf.study.analysis_sets.items():
        lines.append(Line(f"{chosen.label}, n (%)", key, group=True))
        if key == shelf.entry.population:
            continue
        lines.append(Line("Excluded, n (%)", f"{key}.excluded", indent=1))
        if chosen.reason:
            lines += level_lines(shelf, Levels(variable=chosen.reason), key, COUNT_PERCENT, 2)
    return shelf.table(shelf.columns(), lines, stub=settings.stub)


def arrange_characteristics(shelf: Shelf, settings: Characteristics) -> Display:
    """Show summaries of numbers, counts of categories, and subjects with a record."""
    lines: list[Line] = []
    for one in settings.variables:
        if one.decimals is not None:
            lines += [heading(one.label), *_summary_lines(shelf, one)]
        elif one.variable:
            levels = Levels(variable=one.variable, prefix=one.key, labels=one.levels)
            lines.append(heading(one.label))
            lines += level_lines(shelf, levels, "", COUNT_PERCENT, 1)
        else:
            lines.append(Line(one.label, one.key, group=True))
        if one.reasons:
            lines += level_lines(shelf, one.reasons, one.key, COUNT_PERCENT, 1)
    return shelf.table(shelf.columns(), lines, stub=settings.stub)


def level_lines(shelf: Shelf, levels: Levels, above: str, template: str, indent: int) -> list[Line]:
    """Return the rows of the levels counted below a row, and of those below a level."""
    labels = {level_name(one): text for one, text in labels_of(levels.labels, shelf.study).items()}
    lines = []
    for placed in shelf.rows(levels.analysis_name(above)):
        text = labels.get(placed.level, sentence_case(placed.level))
        lines.append(Line(text, placed.row, template, indent))
        for below, row in levels.levels_below(placed.level, above):
            lines += level_lines(shelf, below, row, template, indent + 1)
    return lines


def _template(*, percent: bool, events: bool) -> str:
    if not percent:
        return COUNT
    return COUNT_PERCENT_EVENTS if events else COUNT_PERCENT


def _summary_lines(shelf: Shelf, one: Characteristic) -> list[Line]:
    """Return n, mean (SD), median, quartiles, range, and those missing when there are any."""
    lines = [Line(label, one.key, template, 1) for label, template in SUMMARY]
    cells = (shelf.cells.get((one.key, column.key), {}) for column in shelf.columns())
    if any(cell["n_missing"].value > 0 for cell in cells if "n_missing" in cell):
        lines.append(Line("Missing", one.key, "{n_missing}", indent=1))
    return lines
