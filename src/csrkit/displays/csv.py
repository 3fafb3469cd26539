"""Displays as CSV: one header line, one line a row, text as shown."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from csrkit.displays.empty import EMPTY

if TYPE_CHECKING:
    from csrkit.displays.model import Column, Display, Row


def of_table(display: Display) -> str:
    """Return a display as CSV text (RFC 4180 quoting, lines ended by a line feed).

    A block's heading fills only the first column, and a row's indentation is kept as two spaces a
    level before its label.
    """
    lines = [[_header(column) for column in display.columns]]
    lines += [_cells(row, display) for row in display.rows]
    if display.stub is not None:
        labels = [display.stub, *("  " * row.indent + row.label for row in display.rows)]
        lines = [[label, *line] for label, line in zip(labels, lines, strict=True)]
    if not display.rows:
        lines.append([EMPTY, *[""] * (display.width - 1)])
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(lines)
    return written.getvalue()


def _header(column: Column) -> str:
    return f"{column.spanner}: {column.header}" if column.spanner else column.header


def _cells(row: Row, display: Display) -> list[str]:
    return [cell.text for cell in row.cells] or [""] * len(display.columns)
