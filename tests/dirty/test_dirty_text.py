"""Hostile text in the data arrives in every format as the text that it is, and does nothing."""

import csv
import html.parser
import io
import json
import subprocess
from pathlib import Path

import pandas as pd
import pytest
import yaml

from csrkit.adam.registry import derive_all
from csrkit.displays.make import make_display
from csrkit.displays.writers import csv as csv_format
from csrkit.displays.writers import html as html_format
from csrkit.displays.writers.rtf import document
from csrkit.errors import DerivationError
from csrkit.index import load_index
from csrkit.render.pandoc import pandoc_path
from csrkit.sdtm.cut import apply_cut
from csrkit.text import escape_formula
from csrkit.validation import validate
from csrkit.validation.findings.files import write_json, write_page, write_queries

TEXTS = yaml.safe_load(Path(__file__).with_name("hostile_texts.yml").read_text(encoding="utf-8"))
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


def guillemets(word):
    """A word with ‹ › as RTF has it; pandoc drops the letter after such a code."""
    return word.replace("‹", "\\uc1\\u8249*").replace("›", "\\uc1\\u8250*")


@pytest.fixture(scope="module")
def display(hostile, study):
    """The listing of adverse events, each with one hostile text as its system organ class."""
    late = study.covering("final")
    adam = derive_all(apply_cut(hostile, late).domains, late)
    assert {one["text"] for one in TEXTS.values()} <= set(adam["ADAE"]["AETERM"])
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
    text, read = TEXTS[kind]["text"], TEXTS[kind].get("read", TEXTS[kind]["text"])
    assert any(read in cell for cell in page.cells)
    assert any(text in cell for cell in table)
    assert any(read in cell for cell in typst_texts)
    for word in read.split():
        assert word in rtf_text or wide(word) in rtf or guillemets(word) in rtf


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
    (cell,) = [cell for cell in table if TEXTS[name]["text"] in cell]
    assert cell == escape_formula(cell)
    assert cell.startswith("'")


def test_a_hostile_value_in_a_finding_is_plain_in_every_form(delivered, study, tmp_path):
    text = "=cmd()|<script>alert(1)</script>"
    ae = delivered["AE"]
    ae = ae.assign(USUBJID=ae["USUBJID"].mask(ae.index == 0, text))
    findings = validate({**delivered, "AE": ae}, study, ["AE"])
    write_queries(findings, tmp_path / "f.csv")
    write_page(findings, tmp_path / "f.html")
    write_json(findings, tmp_path / "f.json")
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
