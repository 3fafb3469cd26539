"""Which page of an RTF document each row of a display stands on."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from csrkit.displays.writers.widths import BOLD, PADDING, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from csrkit.displays.model import Display, Row

LEADING = 1.15
"""Height of a line in font sizes."""
ROW_SPACING = 0.021  # inches above and below the text of a row
SPARE = 0.15  # inches left free, since widths of text are estimated


def page_of_rows(
    display: Display, widths: Sequence[float], size: float, note_size: float, height: float
) -> list[int]:
    """Return the page number of every row, from 0.

    A row that opens a block never stands last on a page.

    Parameters
    ----------
    display
        Table or listing.
    widths
        Widths of its columns in inches, row labels first.
    size, note_size
        Font sizes of the table and of its notes, in points.
    height
        Height in inches for header, rows and notes of a page.
    """
    notes = [*display.footnotes, display.source]
    below = sum(_height(lines_of(note, sum(widths), note_size), note_size) for note in notes)
    levels = len({row.indent for row in display.rows if row.is_heading})
    room = height - SPARE - below - _header_height(display, widths, size)
    room -= levels * _height(1, size)  # headings that come again at the top of a page
    heights = [_height(_row_lines(row, display, widths, size), size) for row in display.rows]
    pages: list[int] = []
    page, used = 0, 0.0
    for place, needed in enumerate(heights):
        if pages and used + needed > room and used > 0:
            page += 1
            first = _first_of_page(display.rows, place, pages)
            pages[first:] = [page] * (place - first)
            used = sum(heights[first:place])
        pages.append(page)
        used += needed
    return pages


@cache
def lines_of(text: str, width: float, size: float) -> int:
    """Return about how many lines a text takes at a width in inches."""
    room = max(width - PADDING, 0.05)
    lines, used = 1, 0.0
    for word in text.replace("/", "/ ").split():
        needed = text_width(word, size)
        gap = text_width(" ", size) if used else 0.0
        if used and used + gap + needed > room:
            lines, used, gap = lines + 1, 0.0, 0.0
        used += gap + needed
        while used > room:  # a word that is wider than its column is broken
            lines, used = lines + 1, used - room
    return lines


def _first_of_page(rows: Sequence[Row], place: int, pages: Sequence[int]) -> int:
    """Return the first row of a new page that would begin at `place`: headings before it come."""
    first = place
    while first and rows[first - 1].kind == "group" and pages[first - 1] == pages[-1]:
        first -= 1
    whole_page = first == 0 or pages[first - 1] != pages[-1]
    return place if whole_page else first


def _row_lines(row: Row, display: Display, widths: Sequence[float], size: float) -> int:
    first, *others = display.texts(row)
    texts = ["xx" * row.indent + first, *others]
    factor = BOLD if row.kind == "group" else 1.0
    wrapped = (
        lines_of(text, round(width, 4), factor * size)
        for text, width in zip(texts, widths, strict=True)
    )
    return max(wrapped, default=1)


def _header_height(display: Display, widths: Sequence[float], size: float) -> float:
    texts = [column.label for column in display.columns]
    if display.stub is not None:
        texts.insert(0, display.stub)
    counted = any(column.n is not None for column in display.columns)
    lines = max(
        lines_of(text, round(width, 4), BOLD * size)
        for text, width in zip(texts, widths, strict=True)
    )
    spanned = any(column.spanner for column in display.columns)
    return _height(lines + counted, size) + (_height(1, size) if spanned else 0.0)


def _height(lines: int, size: float) -> float:
    return lines * size * LEADING / 72 + ROW_SPACING
