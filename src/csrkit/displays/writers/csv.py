"""Displays as CSV: one header line, one line a row, text as shown."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from csrkit.displays.words import EMPTY
from csrkit.text import escape_formula

if TYPE_CHECKING:
    from csrkit.displays.model import Column, Display, Row


def of_table(display: Display) -> str:
    """Return a display as CSV text (RFC 4180 quoting, lines ended by a line feed).

    A block's heading fills only the first column, and a row's indentation is kept as two spaces a
    level before its label. A text of the data that a spreadsheet would take for a formula gets an
    apostrophe before it (`csrkit.text`); numbers stay as they are.
    """
    stub = [] if display.stub is None else [display.stub]
    lines = [[*stub, *(_header(column) for column in display.columns)]]
    lines += [_indented(row, display) for row in display.rows]
    if not display.rows:
        lines.append([EMPTY, *[""] * (display.width - 1)])
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerows([escape_formula(text) for text in line] for line in lines)
    return written.getvalue()


def _header(column: Column) -> str:
    return f"{column.spanner}: {column.header}" if column.spanner else column.header


def _indented(row: Row, display: Display) -> list[str]:
    first, *others = display.texts(row)
    return ["  " * row.indent + first, *others]
