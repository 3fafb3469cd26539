"""Arrange analysis results in rows and columns; nothing is computed here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from csrkit.displays.model import (
    Cell,
    Column,
    Display,
    Row,
    population_label,
    running_head,
    source_line,
)
from csrkit.index import IndexEntry
from csrkit.index.footnotes import fill_footnotes
from csrkit.results.formats import IN_WORDS
from csrkit.results.methods import VALUE
from csrkit.results.model import HEADER, Results
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


@dataclass(frozen=True)
class Placed:
    """A row of the results: its key, the level it is about, and the levels above."""

    row: str
    level: str
    above: tuple[str, ...]


@dataclass(frozen=True)
class Shelf:
    """The results of one display, as patterns look them up."""

    entry: IndexEntry
    study: Study
    results: Results

    @property
    def ard(self) -> pd.DataFrame:
        """The ARD rows."""
        return self.results.ard

    @cached_property
    def cells(self) -> Cells:
        """The statistics by (ROW, COLUMN), then by STAT; values of single subjects left out."""
        return cells_of(self.ard[self.ard["METHOD"] != VALUE.name])

    def totals(self) -> dict[str, int]:
        """Return the number of subjects by column group, in the order of the display."""
        heads = self.ard[self.ard["ROW"] == HEADER]
        return {str(key): int(n) for key, n in zip(heads["COLUMN"], heads["VALUE"], strict=True)}

    def columns(self) -> tuple[Column, ...]:
        """Return the columns of a table over column groups."""
        groups = self.study.columns
        return tuple(Column(key, groups[key].label, n) for key, n in self.totals().items())

    def spanned(self, below: Mapping[str, str]) -> tuple[Column, ...]:
        """Return columns below each column group: key → label."""
        return tuple(
            Column(f"{group.key}.{key}", label, spanner=group.header)
            for group in self.columns()
            for key, label in below.items()
        )

    def analyses(self) -> dict[str, str]:
        """Return the names of the display's analyses with their labels, in order."""
        named = self.results.analyses[["ANALYSIS", "LABEL"]].itertuples(index=False, name=None)
        start = len(self.entry.key) + 1
        return {str(name)[start:]: str(label) for name, label in named}

    @cached_property
    def _placed(self) -> dict[str, list[Placed]]:
        placed: dict[str, dict[str, Placed]] = {}
        names = ["ANALYSIS", "ROW", "VARLEVEL", "LEVEL2", "LEVEL3", "LEVEL4"]
        start = len(self.entry.key) + 1
        for name, row, level, *above in self.ard[names].itertuples(index=False, name=None):
            found = placed.setdefault(name[start:], {})
            found.setdefault(row, Placed(row, level, tuple(one for one in above if one)))
        return {name: list(rows.values()) for name, rows in placed.items()}

    def rows(self, analysis: str) -> list[Placed]:
        """Return the rows of an analysis, in order."""
        return self._placed.get(analysis, [])

    def table(
        self,
        columns: Sequence[Column],
        lines: Sequence[Line],
        *,
        stub: str = "",
        notes: Sequence[str] = (),
    ) -> Display:
        """Arrange the results as a table.

        Parameters
        ----------
        columns
            Columns; `key` is the COLUMN of the results.
        lines
            Rows. A column without a result in a row gets an empty cell.
        stub
            Header of the row labels.
        notes
            Footnotes before those of the index. Why a statistic that is shown can't be estimated is
            added by itself.
        """
        rows = tuple(_row(line, columns, self.cells) for line in lines)
        return self.display(columns, rows, stub=stub, notes=notes, after=_reasons(rows, self.ard))

    def display(
        self,
        columns: Sequence[Column],
        rows: Sequence[Row],
        *,
        stub: str | None,
        notes: Sequence[str] = (),
        after: Sequence[str] = (),
    ) -> Display:
        """Return rows as a table or listing with its notes and its source line."""
        entry, study = self.entry, self.study
        return Display(
            entry=entry,
            population=population_label(entry, study),
            columns=tuple(columns),
            rows=tuple(rows),
            footnotes=(*notes, *fill_footnotes(entry, study), *after),
            source=source_line(entry, study, self.ard, rows),
            ard=self.ard,
            stub=stub,
            head=running_head(study),
        )


def heading(label: str, indent: int = 0) -> Line:
    """Return a row that only names the block below it."""
    return Line(label, indent=indent, group=True)


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
    if not line.row:
        return Row(line.label, (), line.indent, "group")
    return Row(
        line.label,
        tuple(_cell(line, cells.get((line.row, column.key))) for column in columns),
        line.indent,
        "group" if line.group else "data",
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
