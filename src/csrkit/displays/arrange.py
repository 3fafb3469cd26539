"""Arrange analysis results in rows and columns; nothing is computed here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from csrkit.displays.index import IndexEntry
from csrkit.displays.model import (
    Cell,
    Column,
    Display,
    Row,
    footnotes,
    population_label,
    running_head,
    source_line,
)
from csrkit.results.ard import combine
from csrkit.results.formats import IN_WORDS
from csrkit.results.groups import Groups
from csrkit.results.templates import COUNT_PERCENT, Shown, fill
from csrkit.study import Study

Cells = Mapping[tuple[str, str], Mapping[str, Shown]]


@dataclass(frozen=True)
class Line:
    """A row of a table: its label, and which results stand in it by which template.

    Attributes
    ----------
    label
        Text of the row.
    row
        ROW of the results; empty for a heading.
    template
        How the statistics make the text of a cell (`csrkit.results.templates`).
    indent
        Levels of indentation.
    group
        Whether the row opens a block.
    """

    label: str
    row: str = ""
    template: str = COUNT_PERCENT
    indent: int = 0
    group: bool = False


def heading(label: str, indent: int = 0) -> Line:
    """Return a row that only names the block below it."""
    return Line(label, indent=indent, group=True)


def group_columns(groups: Groups) -> tuple[Column, ...]:
    """Return the columns of a table over column groups."""
    return tuple(Column(group.key, group.label, group.total) for group in groups.groups)


def table(
    entry: IndexEntry,
    study: Study,
    columns: Sequence[Column],
    lines: Sequence[Line],
    results: Sequence[pd.DataFrame],
    *,
    stub: str = "",
    notes: Sequence[str] = (),
) -> Display:
    """Arrange results as a table.

    Parameters
    ----------
    entry
        Entry of the display in the index.
    study
        The study, with its scope.
    columns
        Columns; `key` is the COLUMN of the results.
    lines
        Rows. A column without a result in a row gets an empty cell.
    results
        ARD frames; they are numbered in the order given.
    stub
        Header of the row labels.
    notes
        Footnotes before those of the index. Why a statistic that is shown can't be estimated is
        added by itself.
    """
    ard = combine(results)
    cells = cells_of(ard)
    rows = tuple(_row(line, columns, cells) for line in lines)
    return Display(
        entry=entry,
        population=population_label(entry, study),
        columns=tuple(columns),
        rows=rows,
        footnotes=(*notes, *footnotes(entry, study), *_reasons(rows, ard)),
        source=source_line(entry, study, ard, rows),
        ard=ard,
        stub=stub,
        head=running_head(study),
    )


def cells_of(ard: pd.DataFrame) -> dict[tuple[str, str], dict[str, Shown]]:
    """Return the statistics of results by (ROW, COLUMN), then by STAT.

    Raises
    ------
    ValueError
        When two results claim one place.
    """
    cells: dict[tuple[str, str], dict[str, Shown]] = {}
    names = ["ROW", "COLUMN", "STAT", "FORMATTED", "VALUE", "NUMBER"]
    for row, column, stat, *shown in ard[names].itertuples(index=False):
        cell = cells.setdefault((row, column), {})
        if stat in cell:
            raise ValueError(f"two results {stat} stand at row {row!r}, column {column!r}")
        cell[stat] = Shown(*shown)
    return cells


def _row(line: Line, columns: Sequence[Column], cells: Cells) -> Row:
    kind = "group" if line.group else "data"
    if not line.row:
        return Row(line.label, (), line.indent, "group")
    return Row(
        line.label,
        tuple(_cell(line, cells.get((line.row, column.key))) for column in columns),
        line.indent,
        "group" if kind == "group" else "data",
    )


def _cell(line: Line, statistics: Mapping[str, Shown] | None) -> Cell:
    if not statistics:
        return Cell("")
    filled = fill(line.template, statistics)
    return Cell(filled.text, filled.numbers)


def _reasons(rows: Sequence[Row], ard: pd.DataFrame) -> list[str]:
    """Return a note for NE and for NR, when they are shown, with the reasons of the results."""
    shown = {number for row in rows for cell in row.cells for number in cell.ard}
    absent = ard[ard["NUMBER"].isin(shown) & ard["REASON"].notna()]
    notes = []
    for text, meaning in IN_WORDS.items():
        reasons = sorted(set(absent.loc[absent["FORMATTED"] == text, "REASON"]) - {""})
        if reasons:
            notes.append(f"{text} = {meaning}: {'; '.join(reasons)}.")
    return notes
