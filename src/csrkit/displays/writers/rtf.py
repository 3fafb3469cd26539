"""Displays as RTF for a word processor: titles, headers with N, notes and source on every page."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby
from typing import Any

import polars as pl
import rtflite

from csrkit.displays.model import Column, Display, Row
from csrkit.displays.words import EMPTY
from csrkit.displays.writers.paging import lines_of, page_of_rows
from csrkit.displays.writers.widths import column_widths
from csrkit.text import show_hidden

FONT = 4  # Arial
SIZES = {"table": (8, 7), "listing": (7,)}
TITLE_SIZE, HEAD_SIZE, NOTE_SIZE = 10, 8, 7
TWIPS_PER_INDENT = 180

# Letter paper, inches: left, right, top, bottom, header, footer.
MARGINS = (1.0, 1.0, 1.0, 0.8, 0.5, 0.4)
WIDTHS = {"portrait": 6.5, "landscape": 9.0}
HEIGHTS = {"portrait": 9.2, "landscape": 6.7}
TITLE_HEIGHT = 0.6
ROWS_NEVER_REACHED = 10_000_000
PAGE_BREAK = "\n{\\pard\\fs2\\par}\\page{\\pard\\fs2\\par}\n"
_SETUP = re.compile(r".*?\\paperw\d+.*?\\footery\d+\n", re.DOTALL)

NOTE_LOOK: dict[str, Any] = {
    "text_font": [[FONT]],
    "text_font_size": [[NOTE_SIZE]],
    "text_justification": [["l"]],
    "text_convert": [[False]],
}
_FIELD = r"{{\field{{\*\fldinst {name}}}{{\fldrslt{{\f3\fs16 1}}}}}}"
PAGE_OF_PAGES = f"Page {_FIELD.format(name='PAGE')} of {_FIELD.format(name='NUMPAGES')}"


def document(display: Display) -> str:
    """Return a display as an RTF document in ASCII: the same display gives the same text.

    Each page is encoded by itself and the pages are joined: rtflite takes the formats of rows from
    the first page on every page, and its time grows with rows times pages.
    """
    orientation = display.entry.orientation
    size = _size(display, WIDTHS[orientation])
    widths = column_widths(display, WIDTHS[orientation], size)
    room = HEIGHTS[orientation] - TITLE_HEIGHT
    numbers = page_of_rows(display, widths, size, NOTE_SIZE, room)
    pages = _pages(display, numbers)
    return _joined(
        [_encoded(display, page, widths, size) for page in pages or [[_nothing(display)]]]
    )


def _size(display: Display, width: float) -> int:
    """Return the largest font size at which no number is wrapped, else the smallest."""
    for size in SIZES[display.entry.kind]:
        widths = column_widths(display, width, size)[1:]
        texts = [display.texts(row)[1:] for row in display.rows if row.cells]
        if all(
            lines_of(text, room, size) == 1
            for row in texts
            for text, room in zip(row, widths, strict=True)
        ):
            break
    return size


def _pages(display: Display, numbers: list[int]) -> list[list[Row]]:
    """Return the rows of each page; the headings that its first row stands below come again."""
    pages = []
    for number, places in groupby(range(len(display.rows)), key=lambda place: numbers[place]):
        below = list(places)
        again = display.headings_at(below[0]) if number else ()
        continued = [replace(one, label=f"{one.label} (continued)") for one in again]
        pages.append([*continued, *(display.rows[place] for place in below)])
    return pages


def _nothing(display: Display) -> Row:
    """Return the row of an empty display."""
    return Row(EMPTY)


def _encoded(display: Display, rows: list[Row], widths: list[float], size: int) -> str:
    """Return one page as a document."""
    orientation = display.entry.orientation
    page = rtflite.RTFDocument(
        df=_frame(display, rows),
        rtf_page=_page(orientation),
        rtf_page_header=_head(display, WIDTHS[orientation]),
        rtf_title=_title(display),
        rtf_column_header=_headers(display, widths, size),
        rtf_body=_body(display, rows, widths, size),
        rtf_footnote=rtflite.RTFFootnote(
            text=[escape(note) for note in display.footnotes] or [""], as_table=False, **NOTE_LOOK
        ),
        rtf_source=rtflite.RTFSource(text=[escape(display.source)], **NOTE_LOOK),
    )
    return str(page.rtf_encode())


def _joined(pages: list[str]) -> str:
    """Return documents of one page each, with the same set-up, as one document."""
    setups = [_SETUP.match(page) for page in pages]
    bodies = [
        page[setup.end() :].rstrip().removesuffix("}").rstrip()
        for page, setup in zip(pages, setups, strict=True)
        if setup
    ]
    start = setups[0].group() if setups[0] else ""
    return f"{start}{PAGE_BREAK.join(bodies)}\n}}\n"


def _page(orientation: str) -> rtflite.RTFPage:
    return rtflite.RTFPage(
        orientation=orientation,
        margin=list(MARGINS),
        col_width=WIDTHS[orientation],
        nrow=ROWS_NEVER_REACHED,
        border_first="single",
        border_last="single",
        page_title="all",
        page_footnote="all",
        page_source="all",
    )


def _head(display: Display, width: float) -> rtflite.RTFPageHeader:
    """Return the running head: study and data on the left, page number on the right."""
    tab = f"\\tqr\\tx{round(width * 1440)}"
    return rtflite.RTFPageHeader(
        text=[f"{tab} {escape(display.head)}\\tab {PAGE_OF_PAGES}"],
        text_font=[FONT],
        text_font_size=[HEAD_SIZE],
        text_justification=["l"],
        text_convert=[False],
    )


def _title(display: Display) -> rtflite.RTFTitle:
    entry = display.entry
    lines = [f"{entry.kind.capitalize()} {entry.number}", entry.title, display.population]
    return rtflite.RTFTitle(
        text=[escape(line) for line in lines],
        text_font=[FONT],
        text_font_size=[TITLE_SIZE],
        text_format=["b", "b", ""],
        text_space_before=[0],
        text_space_after=[20],
        text_convert=[False],
    )


def escape(text: str) -> str:
    r"""Return text as RTF: its signs escaped, hidden characters told, all beyond ASCII as codes.

    What stands beyond Latin-1 is left to rtflite, which writes it as \u codes, but for characters
    outside the basic plane, which need two codes.
    """
    return "".join(map(_character, show_hidden(" ".join(text.split()))))


def _character(char: str) -> str:
    code = ord(char)
    if char in "\\{}":
        return f"\\{char}"
    if code < 128:
        return char
    if code < 256:
        return f"\\'{code:02x}"
    if code < 0x10000:
        return char
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\uc1\\u{0xD800 + high - 0x10000}?\\u{0xDC00 + low - 0x10000}?"


def _frame(display: Display, rows: list[Row]) -> pl.DataFrame:
    names = [f"c{place}" for place in range(display.width)]
    texts = [[escape(text) for text in display.texts(row)] for row in rows]
    return pl.DataFrame(texts, schema=dict.fromkeys(names, pl.String), orient="row")


def _body(display: Display, rows: list[Row], widths: list[float], size: int) -> rtflite.RTFBody:
    aligned = [_alignment(column) for column in display.columns]
    if display.stub is not None:
        aligned = ["l", *aligned]
    rest = [0] * (display.width - 1)
    return rtflite.RTFBody(
        col_rel_width=widths,
        text_font=[[FONT]],
        text_font_size=[[size]],
        text_justification=[aligned],
        text_indent_left=[[row.indent * TWIPS_PER_INDENT, *rest] for row in rows],
        text_format=[["b" if row.kind == "group" else ""] * display.width for row in rows],
        text_convert=[[False]],
        text_hyphenation=[[False]],
        border_left=[[""]],
        border_right=[[""]],
        border_top=[[""]],
        border_bottom=[[""]],
    )


def _headers(display: Display, widths: list[float], size: int) -> list[rtflite.RTFColumnHeader]:
    texts = [_header_text(column) for column in display.columns]
    aligned = [_alignment(column) for column in display.columns]
    if display.stub is not None:
        texts, aligned = [escape(display.stub), *texts], ["l", *aligned]
    spanners = _spanners(display, widths)
    headers = [_header(*spanners, ["c"] * len(spanners[0]), size)] if spanners else []
    headers.append(_header(texts, widths, aligned, size))
    headers[0] = headers[0].model_copy(update={"border_top": [["single"]]})
    return headers


def _spanners(display: Display, widths: list[float]) -> tuple[list[str], list[float]] | None:
    """Return the texts and widths of the row above the column headers, when there is one."""
    if not any(column.spanner for column in display.columns):
        return None
    texts, spans = ([], []) if display.stub is None else ([""], [widths[0]])
    place = len(spans)
    for spanner, group in groupby(display.columns, key=lambda column: column.spanner):
        size = len(list(group))
        texts.append(escape(spanner or ""))
        spans.append(sum(widths[place : place + size]))
        place += size
    return texts, spans


def _header(
    texts: list[str], widths: list[float], aligned: list[str], size: int
) -> rtflite.RTFColumnHeader:
    return rtflite.RTFColumnHeader(
        text=texts,
        col_rel_width=widths,
        text_font=[[FONT]],
        text_font_size=[[size]],
        text_format=[["b"]],
        text_justification=[aligned],
        text_convert=[[False]],
        border_left=[[""]],
        border_right=[[""]],
        border_top=[[""]],
        border_bottom=[["single"]],
    )


def _header_text(column: Column) -> str:
    count = "" if column.n is None else rf"\line (N={column.n})"
    return escape(column.label) + count


def _alignment(column: Column) -> str:
    return {"left": "l", "centre": "c", "right": "r"}[column.align]
