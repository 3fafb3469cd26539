from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from html.parser import HTMLParser

import pandas as pd
import pytest

from csrkit.displays.arrange import Line, Shelf, heading
from csrkit.displays.model import Cell, Column, Display, Row
from csrkit.displays.writers import csv as csv_format
from csrkit.displays.writers import html, rtf
from csrkit.displays.writers.files import write_display
from csrkit.displays.writers.markdown import escape
from csrkit.index import IndexEntry
from csrkit.results.bench import Bench
from csrkit.results.verbs.counts import count_levels
from csrkit.study.base import Section

# What a notebook puts out for the small table below. A change of it changes every table.
SNAPSHOT = """\
::: {#tlf-sex .tlf .tlf-table population="Safety set"}
```{=html}
<table class="tlf-table" data-key="sex">
<thead><tr><th scope="col">Characteristic</th>\
<th scope="col">Phase I 20×10⁸<br>(N=2)</th><th scope="col">All<br>(N=4)</th></tr></thead>
<tbody>
<tr class="group"><th scope="rowgroup" colspan="3">Sex, n (%)</th></tr>
<tr class="indent1"><th scope="row">Female</th>\
<td data-ard="1 3">1 (50.0)</td><td data-ard="4 6">3 (75.0)</td></tr>
<tr class="indent1"><th scope="row">Unknown</th>\
<td data-ard="7">0</td><td data-ard="10">0</td></tr>
</tbody>
<tfoot><tr><td colspan="3">N is &lt; 5 &amp; more.</td></tr>\
<tr class="source"><td colspan="3">Source: ADSL · pattern counts · data cut 2026-03-31 · \
id ID</td></tr></tfoot>
</table>
```
:::
"""


@pytest.fixture
def entry() -> IndexEntry:
    return IndexEntry(
        key="sex",
        kind="table",
        number="14.1",
        title="Sex & {more} \\ <b>",
        population="SAF",
        footnotes=("N is < 5 & more.",),
        datasets=("ADSL",),
        pattern="counts",
        columns=("ph1_20", "all"),
        settings=Section(),
    )


@pytest.fixture
def small(entry, study, adsl) -> Display:
    bench = Bench(entry, study, {"ADSL": adsl})
    declared = bench.declare("SEX", dataset="ADSL", groupings=["SEX"])
    count_levels(bench, declared, "SEX", prefix="SEX", levels=["F", "U"])
    bench.head_columns()
    shelf = Shelf(entry, study, bench.finish())
    lines = [
        heading("Sex, n (%)"),
        Line("Female", "SEX.F", indent=1),
        Line("Unknown", "SEX.U", indent=1),
    ]
    return shelf.table(shelf.columns(), lines, stub="Characteristic")


class Balance(HTMLParser):
    """Record the elements of a page, and that every one is closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        if tag not in ("br", "meta"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_a_table_is_put_out_as_markdown_around_semantic_html(small):
    text = re.sub(r"id [0-9a-f]{10}", "id ID", small._repr_markdown_())
    assert text == SNAPSHOT
    assert set(small._repr_mimebundle_()) == {"text/markdown"}


def test_as_plain_text_a_display_is_its_number_and_title_not_all_its_results(small):
    assert repr(small) == f"Table {small.entry.number} {small.entry.title}"


def test_text_of_the_data_can_neither_become_markup_nor_close_the_fence(shown):
    text = shown("ae_listing")._repr_markdown_()
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &#96;&#96;&#96;" in text
    assert text.count("```") == 2


def test_a_page_alone_is_well_formed_and_escapes_its_title(small):
    page = Balance()
    page.feed(html.page(small))
    assert page.open == []
    assert "script" not in page.seen
    assert "Sex &amp; {more} \\ &lt;b&gt;" in html.page(small)


def test_a_page_alone_indents_rows_as_deep_as_a_table_can_be(small):
    """Three variables nested in each other, and the grades of the innermost: four levels."""
    deep = replace(small, rows=tuple(replace(small.rows[1], indent=level) for level in range(5)))
    page = html.page(deep)
    for level in range(1, 5):
        assert f'<tr class="indent{level}">' in page
        assert f"tr.indent{level} th {{ padding-left: " in page


def test_spanners_stand_above_their_columns(shown):
    head = html.table(shown("lab_grade_shift")).partition("</thead>")[0]
    assert '<th scope="col" rowspan="2">Grade at baseline / worst on treatment</th>' in head
    assert '<th scope="colgroup" colspan="6">Phase I 20×10⁸ (N=2)</th>' in head
    assert head.count('scope="col"') == 1 + 18


def test_csv_has_a_line_a_row_and_the_text_as_shown(small):
    assert list(csv.reader(io.StringIO(csv_format.of_table(small)))) == [
        ["Characteristic", "Phase I 20×10⁸ (N=2)", "All (N=4)"],
        ["Sex, n (%)", "", ""],
        ["  Female", "1 (50.0)", "3 (75.0)"],
        ["  Unknown", "0", "0"],
    ]


def test_a_csv_header_names_the_group_that_spans_its_column(shown):
    header = next(csv.reader(io.StringIO(csv_format.of_table(shown("lab_grade_shift")))))
    assert header[1].startswith("Phase I 20×10⁸ (N=2): ")
    assert len(set(header)) == len(header) == 19


def test_a_text_of_the_data_is_no_formula_in_csv_and_a_negative_number_stays(small):
    row = Row("=1+1", (Cell("@SUM(A1)"), Cell("-12.3 (-20.1, 4.5)")))
    lines = list(csv.reader(io.StringIO(csv_format.of_table(replace(small, rows=(row,))))))
    assert lines[1] == ["'=1+1", "'@SUM(A1)", "-12.3 (-20.1, 4.5)"]


def test_a_block_of_a_listing_stands_in_its_first_column(shown):
    lines = list(csv.reader(io.StringIO(csv_format.of_table(shown("ae_listing")))))
    assert lines[1] == ["S1 · age 60 · F · 20×10⁸ cells", *[""] * 10]
    assert lines[2][0].startswith("Gut / Nausea")


def test_an_empty_display_says_so_in_every_format(entry, study):
    shelf = Shelf(entry, study, Bench(entry, study, {}).finish())
    empty = shelf.table([Column("all", "All", 0)], [])
    assert "No records meet the criteria" in html.table(empty)
    assert "No records meet the criteria" in csv_format.of_table(empty)
    assert "No records meet the criteria" in rtf.document(empty)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a\\b{c}", "a\\\\b\\{c\\}"),
        ("20×10⁸", "20\\'d710⁸"),
        ("µg ≥", "\\'b5g ≥"),
        ("😀", "\\uc1\\u-10179?\\u-8704?"),
        ("a\n\tb\x07", "a b‹U+0007›"),
    ],
)
def test_rtf_control_characters_and_letters_beyond_ascii_are_escaped(text, escaped):
    assert rtf.escape(text) == escaped


def test_rtf_is_the_same_every_time_in_ascii_with_title_header_notes_and_source(small):
    document = rtf.document(small)
    assert document == rtf.document(small)
    assert document.isascii()
    assert document.count("{") - document.count("\\{") == document.count("}") - document.count(
        "\\}"
    )
    for part in (
        "Table 14.1",
        "Sex & \\{more\\} \\\\ <b>",
        "Safety set",
        "Phase I 20\\'d710\\uc1\\u8312*\\line (N=2)",
        "N is < 5 & more.",
        "data cut 2026-03-31",
        "Synthetic data.",
        "NUMPAGES",
    ):
        assert part in document


def cells_of(document):
    """Return the texts of the cells of each row of an RTF document, headers too."""
    rows = re.findall(r"\\trowd(.*?)\\row", document, re.DOTALL)
    return [re.findall(r"\{\\f3(?:\\b)? (.*?)\}\\cell", row) for row in rows]


def test_rtf_has_each_text_below_its_header(small):
    assert cells_of(rtf.document(small)) == [
        ["Characteristic", r"Phase I 20\'d710\uc1\u8312*\line (N=2)", r"All\line (N=4)"],
        ["Sex, n (%)", "", ""],
        ["Female", "1 (50.0)", "3 (75.0)"],
        ["Unknown", "0", "0"],
    ]


def test_a_spanner_in_rtf_stands_above_as_many_columns_as_it_has(shown):
    spanners, headers = cells_of(rtf.document(shown("lab_grade_shift")))[:2]
    assert [text.replace(r"\uc1\u8312*", "⁸") for text in spanners] == [
        "",
        r"Phase I 20\'d710⁸ (N=2)",
        "All at RP2D (N=2)",
        "All (N=4)",
    ]
    assert len(headers) == 1 + 3 * 6


def test_a_listing_in_rtf_is_landscape_and_repeats_its_header(shown, adae):
    long = pd.concat([adae] * 12, ignore_index=True)
    document = rtf.document(shown("ae_listing", ADAE=long))
    assert "\\landscape" in document
    assert document.count("Reported term") == 0
    pages = document.count("\\page") + 1
    assert pages > 2
    assert "S1 \\'b7 age 60 \\'b7 F" in document
    assert document.count("SOC / PT / reported term") == pages


def test_markdown_of_free_text_is_escaped():
    assert escape("a_b *c* [d](e) {{< x >}} µ") == (r"a\_b \*c\* \[d\]\(e\) \{\{\< x \>\}\} µ")


def test_files_are_named_by_number_and_key_and_are_the_same_every_time(small, tmp_path):
    first = write_display(small, tmp_path / "a")
    assert [path.relative_to(tmp_path / "a").as_posix() for path in first] == [
        "tables/14.1_sex.html",
        "tables/14.1_sex.csv",
        "tables/14.1_sex.rtf",
    ]
    second = write_display(small, tmp_path / "b")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_the_id_of_a_display_changes_with_a_number_in_it(shown, adae):
    assert shown("teae_overview").source == shown("teae_overview").source
    assert shown("teae_overview").source != shown("teae_overview", ADAE=adae.iloc[1:]).source
