from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest

from csrkit.displays.model import Cell, Display, Row
from csrkit.displays.writers import rtf
from csrkit.displays.writers.paging import lines_of, page_of_rows
from csrkit.displays.writers.widths import column_widths, text_width


@pytest.fixture
def long(shown) -> Display:
    """A table of 40 blocks, each a heading and two rows."""
    display = shown("dlt")
    return replace(display, rows=tuple(row for place in range(40) for row in block(place)))


def block(place: int) -> tuple[Row, ...]:
    return (
        Row(f"Block {place}", (), 0, "group"),
        Row(f"First {place}", (Cell("1"), Cell("2")), 1),
        Row(f"Second {place}", (Cell("1"), Cell("2")), 1),
    )


def test_no_heading_stands_last_on_a_page(long):
    pages = page_of_rows(long, [3.0, 1.5, 1.5], 8, 7, 6.0)
    last = [row for row, page, after in zip(long.rows, pages, pages[1:], strict=False)
            if page != after]  # fmt: skip
    assert pages == sorted(pages)
    assert len(last) == pages[-1] > 1
    assert all(row.kind == "data" for row in last)


def test_rows_that_wrap_leave_room_for_fewer(shown, adae):
    wordy = adae.assign(AETERM="a rather long reported term of an event " * 4)
    listings = [shown("ae_listing", ADAE=pd.concat([frame] * 20)) for frame in (adae, wordy)]
    widths = column_widths(listings[0], 9.0, 7)
    short, long_ = (page_of_rows(one, widths, 7, 7, 6.0)[-1] for one in listings)
    assert long_ > short


def test_a_block_that_goes_on_names_itself_again(long):
    rows = [long.rows[0], *(row for row in long.rows if row.cells)]
    document = rtf.document(replace(long, rows=tuple(rows)))
    pages = len(re.findall(r"\\page\{", document)) + 1
    assert pages > 1
    assert document.count("Block 0 (continued)") == pages - 1


def test_the_headings_of_a_row_are_those_it_stands_in(long):
    inner = Row("Inner", (), 1, "group")
    deep = Row("Deep", (Cell("1"), Cell("2")), 2)
    total = Row("Total", (Cell("1"), Cell("2")), 0)
    display = replace(long, rows=(*block(0), inner, deep, total, *block(1)))
    names = [[row.label for row in display.headings_at(at)] for at in range(len(display.rows))]
    assert names == [
        [],
        ["Block 0"],
        ["Block 0"],
        ["Block 0"],
        ["Block 0", "Inner"],
        [],
        [],
        ["Block 1"],
        ["Block 1"],
    ]


def test_a_text_takes_the_lines_that_its_words_need():
    word = text_width("word", 8)
    assert lines_of("word word", 2 * word + 0.3, 8) == 1
    assert lines_of("word word", word + 0.2, 8) == 2
    assert lines_of("wordword", word + 0.2, 8) == 2
    assert lines_of("", 1.0, 8) == 1


def test_every_row_stands_once_in_the_document_with_its_own_format(long):
    document = rtf.document(long)
    assert len(re.findall(r"\\page\{", document)) > 1
    for place in range(40):
        assert len(re.findall(rf"\\b Block {place}\}}", document)) == 1
        assert len(re.findall(rf"\\li180[^\n]*\{{\\f3 First {place}\}}", document)) == 1


def test_each_page_repeats_title_header_notes_and_source(long):
    document = rtf.document(long)
    pages = len(re.findall(r"\\page\{", document)) + 1
    for part in ("Table 14.3.1.1", "(N=2)", "The CI is exact", "Source: ADSL"):
        assert document.count(part) == pages


def test_widths_fill_the_page_and_keep_words_whole(shown):
    for key in ("ae_listing", "teae_overview", "lab_grade_shift"):
        display = shown(key)
        widths = column_widths(display, 9.0, 8)
        assert sum(widths) == pytest.approx(9.0, abs=0.01)
        for column, width in zip(display.columns[::-1], widths[::-1], strict=False):
            word = max(column.label.split(), key=len)
            assert width > text_width(word, 8)
