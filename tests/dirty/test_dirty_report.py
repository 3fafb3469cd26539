"""A whole report of hostile texts: each stands in it as the text that it is, and does nothing."""

import csv
import html.parser
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from csrkit.sdtm.write import write_domains

ROOT = Path(__file__).resolve().parents[2]
TEXTS = yaml.safe_load(Path(__file__).with_name("hostile_texts.yml").read_text(encoding="utf-8"))
LISTING = "16.2.7_ae_listing"
# What a line break in a cell leaves in the text of a PDF, and marks around writing from the right.
BREAKS = re.compile("[\\s\u00ad\u200b-\u200f\u202a-\u202e\u2066-\u2069]+")
# A code with its stand-in, a byte, an escaped sign, a control word or a brace, or plain text.
RTF = re.compile(r"\\u(-?\d+) ?[*?]|\\'(\w\w)|\\([\\{}])|\\[a-z]+-?\d* ?|[{}]|([^\\{}])")
# Elements that act; the report's own page has a script.
ACTING = {"iframe", "object", "embed", "form", "base", "b"}


class Page(html.parser.HTMLParser):
    """The text of a page's cells, and the elements and attributes that it holds."""

    def __init__(self, page):
        super().__init__()
        self.cells, self.tags, self.acting, self.scripts = [""], set(), [], 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.scripts += tag == "script"
        self.acting += [
            (name, value)
            for name, value in attrs
            if name.startswith("on") or (value or "").lower().startswith("javascript:")
        ]
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_data(self, data):
        self.cells[-1] += data


def unit_of(token):
    """The character that a token of RTF stands for; none for a control word or a group."""
    code, byte, sign, plain = token.groups()
    if code:
        return chr(int(code) % 0x10000)
    if byte:
        return bytes.fromhex(byte).decode("cp1252")
    return sign or plain or ""


def command(*arguments):
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def run(hostile, study, tmp_path_factory):
    """The folder of a report made from the hostile data, as a user makes one."""
    folder = tmp_path_factory.mktemp("hostile")
    write_domains(hostile, folder / "sdtm", "xpt", study)
    made = command(
        *(sys.executable, "-m", "csrkit", "run", "--study", str(ROOT / "study.yml")),
        *("--data", str(folder / "sdtm"), "--out", str(folder / "out")),
        *("--derived", str(folder / "derived"), "--engine", "embedded"),
    )
    return Path(made.split("\n")[-2])


@pytest.fixture(scope="module")
def page(run):
    return Page((run / "report.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def pdf(run):
    """The text of the PDF without blanks and breaks."""
    return BREAKS.sub("", command("pdftotext", "-raw", str(run / "report.pdf"), "-"))


@pytest.fixture(scope="module")
def rtf(run):
    """The text of the listing's RTF, read by the rules of RTF 1.9.1, without blanks."""
    text = (run / "listings" / f"{LISTING}.rtf").read_text(encoding="ascii")
    units = "".join(map(unit_of, RTF.finditer(text)))
    return BREAKS.sub("", units.encode("utf-16", "surrogatepass").decode("utf-16"))


@pytest.fixture(scope="module")
def table(run):
    with (run / "listings" / f"{LISTING}.csv").open(encoding="utf-8", newline="") as file:
        return [cell for line in csv.reader(file) for cell in line]


@pytest.mark.parametrize("kind", TEXTS)
def test_a_hostile_text_stands_in_every_form_of_the_report(kind, page, pdf, rtf, table):
    text = TEXTS[kind]["text"]
    read = TEXTS[kind].get("read", text)
    assert any(read in cell for cell in page.cells)
    assert BREAKS.sub("", TEXTS[kind].get("pdf", read)) in pdf
    assert any(text in cell for cell in table)
    assert BREAKS.sub("", read) in rtf


def test_hostile_texts_make_no_element_of_the_page_and_no_link(page, report_scripts):
    assert not page.tags & ACTING
    assert page.acting == []
    assert page.scripts == report_scripts


@pytest.fixture(scope="module")
def report_scripts(run):
    """How many scripts the report's own template brings."""
    template = (ROOT / "report" / "_extensions" / "csr" / "html" / "csr.html").read_text()
    return template.count("<script")


def test_a_finding_on_hostile_text_tells_its_hidden_characters(run, page):
    findings = Page((run / "validation" / "findings.html").read_text(encoding="utf-8"))
    for one in (findings, page):
        told = [cell for cell in one.cells if "AETERM=" in cell]
        assert any("AETERM=fever‹U+202E›gnp.exe" in cell for cell in told)
    assert not findings.tags & ACTING | findings.tags & {"script"}
