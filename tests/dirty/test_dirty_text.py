"""Hostile text in the data arrives in every format as the text that it is, and does nothing."""

import csv
import html.parser
import io
import json
import subprocess

import pandas as pd
import pytest

from csrkit.adam.registry import derive_all
from csrkit.displays import csv as csv_format
from csrkit.displays import html as html_format
from csrkit.displays.files import make_display
from csrkit.displays.index import load_index
from csrkit.displays.rtf import document
from csrkit.errors import DerivationError
from csrkit.render.pandoc import pandoc_path
from csrkit.sdtm.cut import apply_cut
from csrkit.validation import validate
from csrkit.validation.spreadsheet import guard

TEXTS = {
    "a script": "<script>alert(1)</script>",
    "the end of a table": "</td></tr></table><b>x</b>",
    "an attribute": '" onmouseover="alert(1)',
    "entities": "&lt;b&gt; &amp; &#x3c; &nbsp",
    "a Typst function": '#panic("x") #read("/etc/passwd")',
    "Typst mark-up": "$x^2$ *bold* _it_ `raw` @ref <label> // comment /* x */",
    "the end of a Typst string": '"] #let x = [ \\" \\u{41}',
    "an RTF group": "{\\rtf1 \\b bold} }",
    "RTF controls": "\\par \\cell \\row \\'e9 \\u20320?",
    "an RTF object": "{\\object\\objupdate{\\*\\objdata 0105}}",
    "a shortcode": "{{< include /etc/passwd >}}",
    "a Markdown link": "[x](javascript:alert(1)) ![y](http://z)",
    "the end of a fence": "``` ::: {.x onclick=y}",
    "LaTeX": "\\input{/etc/passwd} % $\\alpha$",
    "a formula": "=cmd|' /C calc'!A0",
    "a formula by plus": "+1+cmd|' /C calc'!A0",
    "a formula by minus": "-2+3+cmd|' /C calc'!A0",
    "a formula by at": "@SUM(A1:A9)",
    "a link formula": '=HYPERLINK("http://x","y")',
    "a leading apostrophe": "'tis fever",
    "quotes and commas": 'fever, "high", 39,5',
    "other scripts": "发热 · 20×10⁸ · ação · Ω",
    "a sign beyond 16 bits": "fever 🤒",
    "a template": "{USUBJID} <{AGE}> {0} %s %(x)s ${x}",
    "a path": "C:\\temp\\new",
    "200 characters": "x" * 100 + " " + "y" * 99,
}
FORMULAS = [name for name in TEXTS if name.startswith(("a formula", "a link formula"))]
LUA = """
local html = dofile("{folder}/html.lua")
local typst = dofile("{folder}/typst.lua")
for _, row in ipairs(html.read(io.read("a"), "test")) do
  for _, cell in ipairs(row.cells) do
    local parts = {{}}
    for i, piece in ipairs(cell.pieces) do parts[i] = piece.text end
    print("#metadata(" .. typst.quote(table.concat(parts)) .. ") <t>")
  end
end
"""


class Cells(html.parser.HTMLParser):
    """The elements of a page, and the text of each cell."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.cells, self.links = set(), [""], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.links += [
            name for name, _ in attrs if name.startswith("on") or name in ("href", "src")
        ]
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_data(self, data):
        self.cells[-1] += data


def shown(text):
    """The text as a cell shows it: one blank between words."""
    return " ".join(text.split())


def wide(word):
    """A word beyond 16 bits as RTF has it: two signed codes, which pandoc doesn't put together."""
    units = word.encode("utf-16-be")
    codes = [int.from_bytes(units[n : n + 2], signed=True) for n in range(0, len(units), 2)]
    return "".join(f"\\u{code}?" for code in codes)


@pytest.fixture(scope="module")
def display(delivered, study):
    """The listing of adverse events, each with one hostile text as its system organ class."""
    ae = delivered["AE"]
    texts = pd.Series([*TEXTS.values(), *["Fever"] * len(ae)][: len(ae)], ae.index, dtype=object)
    hostile = {**delivered, "AE": ae.assign(AETERM=texts, AEDECOD=texts, AEBODSYS=texts)}
    late = study.covering("final")
    adam = derive_all(apply_cut(hostile, late).domains, late)
    assert len(ae) >= len(TEXTS)
    assert set(TEXTS.values()) <= set(adam["ADAE"]["AETERM"])
    return make_display(load_index(study.path("index"))["ae_listing"], late, adam)


@pytest.fixture(scope="module")
def page(display):
    return Cells(html_format.page(display))


@pytest.fixture(scope="module")
def table(display):
    lines = csv.reader(io.StringIO(csv_format.of_table(display)))
    return [cell for line in lines for cell in line]


@pytest.fixture(scope="module")
def rtf(display):
    return document(display)


@pytest.fixture(scope="module")
def rtf_text(rtf):
    """What pandoc, another reader of RTF, takes from the document."""
    made = subprocess.run(
        [pandoc_path(), "-f", "rtf", "-t", "json"],
        input=rtf, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return shown("".join(strings(json.loads(made.stdout))))


def strings(node):
    """The text of a pandoc document, in order."""
    if isinstance(node, list):
        for each in node:
            yield from strings(each)
    elif isinstance(node, dict):
        if node.get("t") == "Str":
            yield node["c"]
        elif node.get("t") in ("Space", "SoftBreak", "LineBreak"):
            yield " "
        else:
            yield from strings(node.get("c", node.get("blocks", [])))


@pytest.fixture(scope="module")
def typst_texts(display, study, tmp_path_factory):
    """What Typst takes from the strings that the report's filter writes for the PDF."""
    import typst

    folder = tmp_path_factory.mktemp("typst")
    lua = study.path("report").parent / "_extensions" / "csr" / "lua"
    (folder / "cells.lua").write_text(LUA.format(folder=lua.as_posix()))
    made = subprocess.run(
        [pandoc_path(), "lua", folder / "cells.lua"],
        input=html_format.table(display), capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    (folder / "cells.typ").write_text(made.stdout)
    return json.loads(typst.query(folder / "cells.typ", "<t>", field="value"))


@pytest.mark.parametrize("kind", TEXTS)
def test_hostile_text_arrives_as_the_text_that_it_is(kind, page, table, rtf, rtf_text, typst_texts):
    text = shown(TEXTS[kind])
    assert any(text in cell for cell in page.cells)
    assert any(text in cell for cell in table)
    assert any(text in cell for cell in typst_texts)
    for word in text.split():
        assert word in rtf_text or wide(word) in rtf


def test_hostile_text_makes_no_element_and_no_link(page):
    allowed = {"html", "head", "meta", "title", "style", "body", "p", "h1", "table", "thead",
               "tbody", "tfoot", "tr", "th", "td", "br"}  # fmt: skip
    assert page.tags <= allowed
    assert page.links == []


def test_hostile_text_makes_no_group_or_object_of_rtf(rtf):
    assert rtf.isascii()
    assert "\\objdata" not in rtf.replace("\\\\", "")
    plain = rtf.replace("\\\\", "").replace("\\{", "").replace("\\}", "")
    assert plain.count("{") == plain.count("}")


@pytest.mark.parametrize("name", FORMULAS)
def test_no_cell_of_a_csv_is_a_formula(name, table):
    (cell,) = [cell for cell in table if TEXTS[name] in cell]
    assert cell == guard(cell)
    assert cell.startswith("'")


def test_a_hostile_value_in_a_finding_is_plain_in_every_form(delivered, study, tmp_path):
    text = "=cmd()|<script>alert(1)</script>"
    ae = delivered["AE"]
    ae = ae.assign(USUBJID=ae["USUBJID"].mask(ae.index == 0, text))
    findings = validate({**delivered, "AE": ae}, study, ["AE"])
    findings.to_csv(tmp_path / "f.csv")
    findings.to_html(tmp_path / "f.html")
    findings.to_json(tmp_path / "f.json")
    rows = pd.read_csv(tmp_path / "f.csv", dtype=str)
    assert f"'{text}" in rows["SUBJECT"].tolist()
    assert text not in rows.to_numpy().ravel().tolist()
    page = Cells((tmp_path / "f.html").read_text())
    assert "script" not in page.tags
    assert any(text in cell for cell in page.cells)
    content = json.loads((tmp_path / "f.json").read_text())
    assert text in {record["subject"] for each in content["findings"] for record in each["records"]}


def test_a_text_of_300_characters_stops_the_derivation_and_names_its_record(delivered, study):
    ae = delivered["AE"]
    long = ae.assign(AETERM=ae["AETERM"].mask(ae.index == 0, "x" * 300))
    domains = apply_cut({**delivered, "AE": long}, study).domains
    with pytest.raises(DerivationError) as error:
        derive_all(domains, study)
    assert "AETERM" in str(error.value)
    assert "200" in str(error.value)
