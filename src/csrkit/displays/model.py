"""What a display is: rows and columns of text, each number tied to its analysis result."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from csrkit.displays.writers import markdown
from csrkit.index import IndexEntry
from csrkit.study import Study

if TYPE_CHECKING:
    import pandas as pd

ALL_SUBJECTS = "All subjects"

RowKind = Literal["group", "data"]
Align = Literal["left", "centre", "right"]


@dataclass(frozen=True)
class Column:
    """A column: its key, header text, number of subjects (N=…) and the spanner above it."""

    key: str
    label: str
    n: int | None = None
    spanner: str | None = None
    align: Align = "centre"

    @property
    def header(self) -> str:
        """Header text with the number of subjects."""
        return self.label if self.n is None else f"{self.label} (N={self.n})"


@dataclass(frozen=True)
class Cell:
    """The text of a cell and the numbers (NUMBER) of the ARD rows that stand in it."""

    text: str
    ard: tuple[int, ...] = ()


@dataclass(frozen=True)
class Row:
    """A row: label, cells, indentation; `group` opens a block and may have no cells."""

    label: str
    cells: tuple[Cell, ...] = ()
    indent: int = 0
    kind: RowKind = "data"

    @property
    def is_heading(self) -> bool:
        """Whether the row only names the rows below it."""
        return self.kind == "group" and not self.cells


@dataclass(frozen=True)
class Display:
    """A table or a listing.

    Attributes
    ----------
    entry
        Its entry in the index.
    population
        Name of the analysis set, for the population line.
    columns
        The columns after the row labels.
    rows
        The rows; none for an empty display.
    footnotes
        Notes, in order.
    source
        Datasets, program, data cut and generated id.
    ard
        The results that stand in it.
    stub
        Header of the row labels; None when there are none (a listing).
    head
        Running head of its pages: study, report, data cut, what kind of data.
    """

    entry: IndexEntry
    population: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    footnotes: tuple[str, ...]
    source: str
    ard: pd.DataFrame
    stub: str | None = ""
    head: str = ""

    @property
    def width(self) -> int:
        """Number of columns, row labels included."""
        return len(self.columns) + (self.stub is not None)

    def texts(self, row: Row) -> list[str]:
        """Return the texts of a row, one a column; a bare heading stands in the first."""
        cells = [cell.text for cell in row.cells] or [""] * len(self.columns)
        if self.stub is not None:
            return [row.label, *cells]
        return cells if row.cells else [row.label, *cells[1:]]

    def headings_at(self, place: int) -> tuple[Row, ...]:
        """Return the bare headings that the row at a place stands below, outermost first."""
        open_headings: list[Row] = []
        for row in self.rows[: place + 1]:
            if self.stub is not None or row.is_heading:
                open_headings = [one for one in open_headings if one.indent < row.indent]
            if row.is_heading:
                open_headings.append(row)
        return tuple(one for one in open_headings if one is not self.rows[place])

    def __repr__(self) -> str:
        """Return number and title: all results would stand in every executed notebook."""
        return _called(self.entry)

    def _repr_markdown_(self) -> str:
        return markdown.of_table(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/markdown": self._repr_markdown_()}


@dataclass(frozen=True)
class Figure:
    """A figure, as SVG text and as PNG bytes (300 dpi), with its alternative text."""

    entry: IndexEntry
    population: str
    svg: str
    png: bytes
    alt: str
    footnotes: tuple[str, ...]
    source: str
    ard: pd.DataFrame

    def __repr__(self) -> str:
        """Return number and title."""
        return _called(self.entry)

    def _repr_markdown_(self) -> str:
        return markdown.of_figure(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/markdown": self._repr_markdown_()}


def _called(entry: IndexEntry) -> str:
    return f"{entry.kind.title()} {entry.number} {entry.title}"


def running_head(study: Study) -> str:
    """Return the head of the pages that show a display alone."""
    report = f"{study.scope.report} report" if study.scope else ""
    parts = (study.study.id, report, f"data cut {study.cut_text}", study.study.data_note)
    return " · ".join(part for part in parts if part)


def population_label(entry: IndexEntry, study: Study) -> str:
    """Return the name of a display's analysis set."""
    return study.analysis_sets[entry.population].label if entry.population else ALL_SUBJECTS


def source_line(
    entry: IndexEntry, study: Study, ard: pd.DataFrame, rows: Sequence[Row] = ()
) -> str:
    """Return where a display comes from, with an id that changes when a number in it does."""
    made_of = hashlib.sha256(ard.to_csv(index=False, lineterminator="\n").encode())
    made_of.update(repr([(row.label, [cell.text for cell in row.cells]) for row in rows]).encode())
    return (
        f"Source: {', '.join(entry.datasets)} · pattern {entry.pattern} · "
        f"data cut {study.cut_text} · id {made_of.hexdigest()[:10]}"
    )
