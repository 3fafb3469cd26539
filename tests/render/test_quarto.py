"""Both engines give the same report from the same stage."""

import re
import shutil
import subprocess

import pytest

from csrkit.errors import RunError
from csrkit.render import choose_engine, render
from csrkit.render.metadata import ReportDetails, timestamp_of
from csrkit.render.stage import make_stage

needs_quarto = pytest.mark.skipif(
    shutil.which("quarto") is None, reason="Quarto is not installed: no quarto on PATH"
)


def words_of_html(file):
    text = re.sub(r"<(style|script)\b.*?</\1>", " ", file.read_text("utf-8"), flags=re.DOTALL)
    return re.sub(r"<[^>]+>", " ", text).split()


def words_of_pdf(file):
    made = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True)
    return made.stdout.decode().split()


@needs_quarto
def test_both_engines_show_the_same_words(study, run_folder, tmp_path):
    files = {}
    for engine in ("embedded", "quarto"):
        stage = make_stage(study, run_folder, tmp_path / engine, ReportDetails("0.1", "a1"))
        made = render(stage, engine=engine, profile="interim", timestamp=timestamp_of(study))
        assert made.engine == engine
        files[engine] = made.files
    assert words_of_html(files["quarto"]["html"]) == words_of_html(files["embedded"]["html"])
    assert words_of_pdf(files["quarto"]["pdf"]) == words_of_pdf(files["embedded"]["pdf"])


@needs_quarto
def test_an_unresolved_reference_stops_under_quarto_too(study, run_folder, tmp_path):
    stage = make_stage(study, run_folder, tmp_path, ReportDetails("0.1", "a1"))
    source = stage / "report" / "sections" / "12_safety.qmd"
    source.write_text("# 12 Safety {#safety}\n\nSee @tlf-nothing.\n", encoding="utf-8")
    with pytest.raises(RunError, match="reference has no target") as stopped:
        render(stage, engine="quarto", formats=("html",), profile="interim", timestamp=0)
    assert stopped.value.where == "12_safety.qmd, line 3"


def test_quarto_is_asked_for_but_not_installed(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert choose_engine("auto") == "embedded"
    with pytest.raises(RunError, match="Quarto is not installed"):
        choose_engine("quarto")


def test_an_unknown_engine_stops():
    with pytest.raises(RunError, match="no such engine"):
        choose_engine("knitr")
