"""The whole report from the repository's own sources, its notebooks made up."""

import json
import re
import shutil
import subprocess
from html import unescape
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from csrkit.conditions import Named, equal
from csrkit.errors import RunError
from csrkit.index import load_index
from csrkit.render import render
from csrkit.render.metadata import ReportDetails, timestamp_of
from csrkit.render.stage import make_stage
from csrkit.results.ard import Result, Statistic
from csrkit.results.bench import Bench
from csrkit.results.columns import Columns
from csrkit.results.store import write_results
from csrkit.study import load_study

ROOT = Path(__file__).parents[2]

INDEX = load_index(ROOT / "report" / "tlf.yml", load_study(ROOT / "study.yml").terms)
FACTS = ReportDetails("0.1", "a1b2c3")
TIMESTAMP = 1774915200


def rendered(stage, formats=("html", "pdf"), profile="interim"):
    return render(
        stage, engine="embedded", formats=formats, profile=profile, timestamp=TIMESTAMP
    ).files


@pytest.fixture(scope="module")
def report(study, run_folder, tmp_path_factory):
    return rendered(make_stage(study, run_folder, tmp_path_factory.mktemp("stage"), FACTS))


@pytest.fixture(scope="module")
def html(report):
    return report["html"].read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pdf_text(report):
    assert shutil.which("pdftotext"), "pdftotext is missing: install the package poppler-utils"
    made = subprocess.run(
        ["pdftotext", "-layout", report["pdf"], "-"], capture_output=True, text=True, check=True
    )
    return " ".join(made.stdout.split())


@pytest.fixture
def stage(study, run_folder, tmp_path):
    return make_stage(study, run_folder, tmp_path, FACTS)


def plain(html):
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", html).split()))


@pytest.mark.parametrize("entry", INDEX.values(), ids=INDEX)
def test_html_shows_each_display_once_under_its_number_and_title(html, entry):
    heading = re.findall(rf'<h\d[^>]*id="tlf-{entry.key}".*?</h\d>', html, re.DOTALL)
    assert [plain(one) for one in heading] == [entry.caption]


@pytest.mark.parametrize("entry", INDEX.values(), ids=INDEX)
def test_pdf_shows_each_display_under_its_number_and_title(pdf_text, entry):
    assert pdf_text.count(f"{entry.caption} ") >= 1


def test_pdf_shows_headings_that_nothing_stands_below(pdf_text):
    """Typst fails on two headings in a row that are to be kept with rows below them."""
    tables = sum(entry.kind == "table" for entry in INDEX.values())
    for number in (1, 2, 3):
        assert pdf_text.count(f"Levels of nobody {number}") == tables


def test_references_are_links_with_kind_and_number(html):
    assert '<a href="#tlf-dlt">Table\u00a014.3.1.1</a>' in html


def test_no_shortcode_citation_or_unknown_value_is_left(html):
    text = plain(html)
    assert "{{<" not in text
    assert not re.search(r"@tlf-|\?(var|meta):", text)


def test_html_loads_nothing_and_has_no_inline_style(html):
    loaded = re.findall(
        r"""<(?:img|script|link|iframe|source)\b[^>]*(?:src|href)=["']([^"']*)""", html
    )
    assert [one[:30] for one in loaded if not one.startswith("data:")] == []
    assert not re.findall(r"url\((?!\s*[\"']?data:)", html)
    assert not re.findall(r"<\w[^<>]*\sstyle=", html)
    assert "default-src 'none'" in html


def test_the_page_holds_the_results_of_its_tables(study, run_folder, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(run_folder, run)
    statistics = [Statistic("p", 1 / 3, "percent", "why </script><b>")]
    bench = Bench(INDEX["best_response"], study, {"ADRS": pd.DataFrame({"X": [1.0]})})
    own = bench.sets.add("ADRS", Named("a </script> b", equal("X", 1)), 1, ["S1"])
    result = Result(row="orr", column="all", statistics=statistics, levels={}, set_id=own)
    declared = bench.declare("orr", dataset="ADRS", columns=Columns("SAF", ()))
    bench.add(declared, result)
    write_results(bench.finish(), run / "results")
    stage = make_stage(study, run, tmp_path / "stage", FACTS)
    text = rendered(stage, ("html",))["html"].read_text(encoding="utf-8")
    (held,) = re.findall(r"window\.csrResults=(.*?);\n", text)
    small = json.loads(held)
    assert small["outputs"]["best_response"]["values"] == [1 / 3]
    assert "a </script> b" in small["texts"]
    assert text.count("</script>") == text.count("<script")


def test_html_tables_keep_their_links_to_the_results(html):
    assert html.count('<table aria-labelledby="tlf-') == sum(
        e.kind != "figure" for e in INDEX.values()
    )


def test_html_headings_skip_no_level(html):
    levels = [int(level) for level in re.findall(r"<h(\d)[\s>]", html)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_marks_of_draft_and_synthetic_data_stand_on_every_page(report):
    made = subprocess.run(
        ["pdftotext", report["pdf"], "-"], capture_output=True, text=True, check=True
    )
    pages = made.stdout.split("\f")[:-1]
    assert len(pages) > 20
    assert [
        n for n, page in enumerate(pages) if "SYNTHETIC DATA" not in page or "DRAFT" not in page
    ] == []


def test_text_of_a_cell_is_not_read_as_mark_up(pdf_text, html):
    assert "N < 5 & α = 0.05: *not* [a] #link." in pdf_text
    assert "N &lt; 5 &amp; α = 0.05: *not* [a] #link." in html


def test_every_row_of_a_long_listing_is_in_the_pdf(pdf_text):
    assert {f"SKNK01-01-{n:03d}" for n in range(300)} <= set(pdf_text.split())


def test_the_final_profile_is_no_draft(study, run_folder, tmp_path):
    final = make_stage(study.covering("final"), run_folder, tmp_path, FACTS)
    text = rendered(final, ("html",), "final")["html"].read_text(encoding="utf-8")
    assert "This report has not been approved" not in text
    assert "Interim data" not in plain(text)
    assert "2026-10-30" in text


def test_two_folders_give_the_same_bytes(report, study, run_folder, tmp_path):
    again = rendered(make_stage(study, run_folder, tmp_path / "elsewhere", FACTS))
    assert again["html"].read_bytes() == report["html"].read_bytes()
    assert again["pdf"].read_bytes() == report["pdf"].read_bytes()


@pytest.mark.parametrize("text", ["@tlf-nothing", "[link](#nowhere)", "@smith2020"])
def test_an_unresolved_reference_stops_with_file_and_line(stage, text):
    source = stage / "report" / "sections" / "12_safety.qmd"
    lines = source.read_text(encoding="utf-8").splitlines()
    source.write_text("\n".join([*lines, "", f"See {text}."]), encoding="utf-8")
    with pytest.raises(RunError, match="reference has no target") as stopped:
        rendered(stage, ("html",))
    assert stopped.value.where == f"12_safety.qmd, line {len(lines) + 2}"


def test_a_display_shown_twice_stops(stage):
    file = stage / "report" / "_stage" / "displays" / "14.1.md"
    first = file.read_text(encoding="utf-8").splitlines()[0]
    file.write_text(file.read_text(encoding="utf-8") + f"\n{first}\n", encoding="utf-8")
    with pytest.raises(RunError, match="stands twice"):
        rendered(stage, ("html",))


@pytest.fixture
def moved(study, tmp_path):
    """The study in a folder of its own, whose sources may be changed."""
    root = tmp_path / "project"
    for folder in ("report", "notebooks"):
        shutil.copytree(ROOT / folder, root / folder)
    for file in (ROOT / "study.yml", *ROOT.glob("_quarto*.yml")):
        shutil.copy(file, root)
    return study.model_copy(update={"root": root})


def test_a_font_of_the_study_sets_what_the_report_has_no_sign_for(
    moved, run_folder, tmp_path, make_font
):
    make_font(moved.root / "report" / "fonts" / "Square.ttf", "发")
    source = moved.root / "report" / "sections" / "12_safety.qmd"
    text = source.read_text(encoding="utf-8")
    source.write_text(f"{text}\n\nVerbatim: 发热.\n", encoding="utf-8")
    made = rendered(make_stage(moved, run_folder, tmp_path / "stage", FACTS), ("pdf",))
    command = ["pdftotext", made["pdf"], "-"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Verbatim: 发‹U+70ED›." in shown


def test_a_display_without_a_section_stops(moved, run_folder, tmp_path):
    sections = moved.root / "report" / "sections"
    (sections / "16_listings.qmd").write_text("# 16.2\n", encoding="utf-8")
    with pytest.raises(RunError, match="must stand in one section") as stopped:
        make_stage(moved, run_folder, tmp_path / "stage", FACTS)
    assert "16.2" in stopped.value.where


def test_a_figure_without_alternative_text_stops(stage):
    file = stage / "notebooks" / "50_efficacy.ipynb"
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r"!\[[^\]]*\]", "![]", text), encoding="utf-8")
    with pytest.raises(RunError, match="no alternative text"):
        rendered(stage, ("pdf",))


def test_a_missing_figure_stops(stage):
    shutil.rmtree(stage / "figures")
    with pytest.raises(RunError, match="pandoc can't convert"):
        rendered(stage, ("html",))


def test_an_unknown_format_stops(stage):
    with pytest.raises(RunError, match="no such report format"):
        rendered(stage, ("docx",))


def test_values_for_prose_are_shown_as_they_stand(study, run_folder, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(run_folder, run)
    with (run / "results" / "values.yml").open("a", encoding="utf-8") as file:
        file.write("a:\n  p: '<0.001 *x* [y]_'\n")
    stage = make_stage(study, run, tmp_path / "stage", FACTS)
    source = stage / "report" / "sections" / "12_safety.qmd"
    source.write_text("# 12 Safety {#safety}\n\nP: {{< var a.p >}}.\n", encoding="utf-8")
    text = rendered(stage, ("html",))["html"].read_text(encoding="utf-8")
    assert "P: <0.001 *x* [y]_." in plain(text).replace("&lt;", "<")


def test_the_time_of_the_report_is_midnight_of_the_data_cut(study):
    assert timestamp_of(study) == TIMESTAMP


CONDITIONAL = """# 12 Safety {#safety}

::: {.content-visible when-format="html"}
Alpha
:::

::: {.content-visible when-format="pdf"}
Beta
:::

::: {.content-hidden when-format="html"}
Gamma
:::

::: {.content-visible unless-profile="final"}
Delta
:::

::: {.content-hidden when-profile="interim"}
Epsilon
:::

{{< pagebreak >}}

Zeta [Theta]{.content-visible when-profile="final"}[Eta]{.content-visible when-profile="interim"}
"""


def test_conditional_content_shows_by_format_and_profile(stage):
    source = stage / "report" / "sections" / "12_safety.qmd"
    source.write_text(CONDITIONAL, encoding="utf-8")
    text = plain(rendered(stage, ("html",))["html"].read_text(encoding="utf-8"))
    words = ["Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta", "Theta", "Eta"]
    assert [word for word in words if word in text] == ["Alpha", "Delta", "Zeta", "Eta"]
