"""A run folder with executed notebooks for every display of the index, its content made up."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest
import yaml

from csrkit.displays.model import Cell, Column, Display, Figure, Row
from csrkit.index import IndexEntry, load_index, shown_by_notebook
from csrkit.results.bench import Bench
from csrkit.results.store import combine_results, write_results
from csrkit.results.values import read_values
from csrkit.study import load_study

ROOT = Path(__file__).parents[2]
NO_ARD = pd.DataFrame()
TERMS = ["Pyrexia", "Chills", "Cytokine release syndrome", "Neutrophil count decreased", "Fatigue"]
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="684" height="360" viewBox="0 0 684 360">'
    '<path d="M40 20V320H660" fill="none" stroke="#222"/>'
    '<path d="M40 60H200V140H380V230H620" fill="none" stroke="#0072B2" stroke-width="2"/></svg>'
)


def _summary(entry: IndexEntry) -> Display:
    names = ["Phase I 20×10⁸", "Phase I 30×10⁸", "Phase I total", "Phase II RP2D", "All"]
    spanners = ["Phase I", "Phase I", "Phase I", None, None]
    columns = tuple(
        Column(f"c{i}", name, 6 * (i + 1), spanner)
        for i, (name, spanner) in enumerate(zip(names, spanners, strict=True))
    )
    rows = []
    for group in range(8):
        rows.append(Row(f"System organ class {group + 1}", (), 0, "group"))
        for place, term in enumerate(TERMS):
            cells = tuple(Cell(f"{i + place} ({(i + place) * 2.5:.1f})") for i in range(5))
            rows.append(Row(term, cells, 1))
    # Causes of death and times to it, say, when nobody died; and a heading that is the last of all.
    empty = [Row(f"Levels of nobody {number}", (), 1, "group") for number in (1, 2)]
    rows = [*rows[:6], *empty, *rows[6:], Row("Levels of nobody 3", (), 1, "group")]
    notes = (
        "Subjects are counted once per term; % of the column's N.",
        "N < 5 & α = 0.05: *not* [a] #link.",
    )
    return Display(
        entry, "Safety set", columns, tuple(rows), notes, "Source: ADAE · id 0a1b2c", NO_ARD
    )


def _listing(entry: IndexEntry) -> Display:
    heads = [
        "Subject",
        "Sex/Age",
        "Phase",
        "Dose",
        "Term",
        "SOC",
        "Start/Day",
        "End/Day",
        "Grade",
        "Serious",
        "Related",
        "Action",
        "Outcome",
        "DLT",
    ]
    columns = tuple(Column(f"c{i}", head, align="left") for i, head in enumerate(heads))
    texts = [
        "SKNK01-01-{n:03d}", "F/61", "I", "20×10⁸", "CYTOKINE RELEASE SYNDROME", "Immune system",
        "2025-07-{d:02d} / {d}", "2025-08-{d:02d} / {n}", "2", "No", "RELATED", "DOSE NOT CHANGED",
        "RECOVERED/RESOLVED", "N",
    ]  # fmt: skip
    rows = tuple(
        Row("", tuple(Cell(text.format(n=n, d=n % 28 + 1)) for text in texts)) for n in range(300)
    )
    return Display(
        entry, "Safety set", columns, rows, ("A note.",), "Source: ADAE", NO_ARD, stub=None
    )


def _figure(entry: IndexEntry) -> Figure:
    alt = "Share of subjects without progression: median 5.4 months."
    return Figure(entry, "Safety set", SVG, b"", alt, ("+ is censored.",), "Source: ADTTE", NO_ARD)


MAKERS = {"table": _summary, "listing": _listing, "figure": _figure}


def code_cell(label: str, markdown: str) -> dict:
    return {
        "cell_type": "code",
        "id": label.replace("_", "-"),
        "metadata": {},
        "execution_count": 1,
        "source": f"#| label: {label}\nshow()",
        "outputs": [
            {"output_type": "display_data", "metadata": {}, "data": {"text/markdown": markdown}}
        ],
    }


def write_notebook(file: Path, cells: list[dict]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    file.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")


def make_run(folder: Path) -> Path:
    by_notebook: dict[str, list[dict]] = {}
    index = load_index(ROOT / "report" / "tlf.yml")
    notebooks = shown_by_notebook(index, load_study(ROOT / "study.yml"))
    for entry in index.values():
        display = MAKERS[entry.kind](entry)
        by_notebook.setdefault(notebooks[entry.key], []).append(
            code_cell(entry.key, display._repr_markdown_())
        )
        if isinstance(display, Figure):
            file = folder / entry.folder / f"{entry.file_stem}.svg"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(display.svg, encoding="utf-8")
    table = "| Domain | Records | Finding |\n|:---|---:|:---|\n" + "".join(
        f"| DM | {n} | A text that says at some length what was found, and where |\n"
        for n in range(20)
    )
    for name, label in embedded_summaries():
        by_notebook.setdefault(name, []).append(code_cell(label, table))
    for name, cells in by_notebook.items():
        write_notebook(folder / "notebooks" / f"{name}.ipynb", cells)
    nothing = Bench(next(iter(index.values())), load_study(ROOT / "study.yml"), {}).finish()
    write_results(combine_results([nothing]), folder / "results")
    values = _made_up(read_values(ROOT / "report" / "values.yml"))
    (folder / "results" / "values.yml").write_text(yaml.safe_dump(values), encoding="utf-8")
    return folder


def embedded_summaries() -> list[tuple[str, str]]:
    """Return notebook and label of the cells that the report's own sources embed."""
    sources = sorted((ROOT / "report" / "sections").glob("*.qmd"))
    text = "".join(file.read_text(encoding="utf-8") for file in sources)
    return re.findall(r"embed \.\./notebooks/(\w+)\.ipynb#(\w+)", text)


def _made_up(node: dict) -> dict:
    return {k: _made_up(v) if isinstance(v, dict) else "5 of 12 (41.7%)" for k, v in node.items()}


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory):
    return make_run(tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="session")
def study():
    return load_study(ROOT / "study.yml").covering("interim")


@pytest.fixture(scope="session")
def cell():
    """Make a notebook cell from its label and the Markdown that it shows."""
    return code_cell


@pytest.fixture(scope="session")
def notebook():
    """Write a notebook file from its cells."""
    return write_notebook


@pytest.fixture(scope="session")
def make_font():
    """Write a font whose every sign is a square."""

    def make(file: Path, signs: str) -> None:
        from fontTools.fontBuilder import FontBuilder
        from fontTools.pens.ttGlyphPen import TTGlyphPen

        pen = TTGlyphPen(None)
        pen.moveTo((100, 0))
        for corner in ((100, 800), (900, 800), (900, 0)):
            pen.lineTo(corner)
        pen.closePath()
        names = [".notdef", *(f"sign{number}" for number in range(len(signs)))]
        font = FontBuilder(1000, isTTF=True)
        font.setupGlyphOrder(names)
        font.setupCharacterMap({ord(sign): f"sign{n}" for n, sign in enumerate(signs)})
        font.setupGlyf(dict.fromkeys(names, pen.glyph()))
        font.setupHorizontalMetrics(dict.fromkeys(names, (1000, 100)))
        font.setupHorizontalHeader(ascent=800, descent=-200)
        names_of_font = {"familyName": "Square", "styleName": "Regular", "psName": "Square"}
        font.setupNameTable(names_of_font)
        font.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
        font.setupPost()
        file.parent.mkdir(parents=True, exist_ok=True)
        font.save(file)

    return make
