"""Which notebook shows which display is known before a notebook runs."""

from __future__ import annotations

import json
import os

import pytest

from csrkit.errors import StudyError
from csrkit.index import load_index, shown_by_notebook
from csrkit.pipeline import run as pipeline
from csrkit.pipeline.progress import ConsoleProgress
from csrkit.pipeline.request import make_request
from csrkit.pipeline.stages import display_stages, stages_of
from csrkit.study.notebooks import Notebook

DISPLAYS = {
    "40_safety": {
        "dlt", "teae_overview", "teae_soc_pt", "lab_grade_shift", "ae_listing",
    },
    "60_pk": {"pk_concentration", "pk_profile", "pk_parameters"},
}  # fmt: skip


def notebook(file, *sources):
    cells = [{"cell_type": "markdown", "source": ["csr.show('one')"]}]
    cells += [{"cell_type": "code", "source": source.splitlines(True)} for source in sources]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"cells": cells}), encoding="utf-8")


@pytest.fixture
def index(root):
    return load_index(root / "report" / "tlf.yml")


@pytest.fixture
def own(study, tmp_path):
    """The study with notebooks of its own: name → the sources of its cells."""

    def make(**notebooks):
        for name, sources in notebooks.items():
            notebook(tmp_path / "notebooks" / f"{name}.ipynb", *sources)
        declared = {
            "validate": Notebook(title="Validate", makes="validation"),
            "derive": Notebook(title="Derive", makes="datasets"),
            **{name: Notebook(title=name) for name in notebooks},
        }
        return study.model_copy(update={"root": tmp_path, "notebooks": declared})

    return make


def two(index):
    return {"dlt": index["dlt"], "pfs": index["pfs"]}


@pytest.mark.parametrize("name", DISPLAYS)
def test_every_display_of_this_study_is_shown_by_the_notebook_of_its_section(index, study, name):
    shown = shown_by_notebook(index, study)
    assert set(shown) == set(index)
    assert {key for key, one in shown.items() if one == name} >= DISPLAYS[name] & set(index)


def test_a_section_shows_what_stands_in_it_and_a_key_shows_one(index, own):
    study = own(safety=['csr.show_section("14.3")'], efficacy=['csr.show("pfs")'])
    assert shown_by_notebook(two(index), study) == {"dlt": "safety", "pfs": "efficacy"}


def test_a_display_that_no_notebook_shows_is_told_with_its_section(index, own):
    study = own(safety=['csr.show_section("14.3")'], efficacy=['csr.show_section("14.9")'])
    with pytest.raises(StudyError, match="has to be shown once") as fault:
        shown_by_notebook(two(index), study)
    assert "display pfs, number 14.2.3.1" in fault.value.where
    assert fault.value.found == "shown by no notebook"
    assert fault.value.allowed == "safety, efficacy"
    assert 'csr.show_section("14.2.3.1")' in fault.value.remedy


@pytest.mark.parametrize(
    ("safety", "efficacy", "found"),
    [
        (['csr.show_section("14")'], ['csr.show("pfs")'], "safety, efficacy"),
        (['csr.show_section("14")', 'csr.show("dlt")'], [], "safety, safety"),
        (['csr.show_section("14")', 'csr.show_section("14.3.1")'], [], "safety, safety"),
    ],
)
def test_a_display_that_is_shown_twice_is_told(index, own, safety, efficacy, found):
    with pytest.raises(StudyError, match="has to be shown once") as fault:
        shown_by_notebook(two(index), own(safety=safety, efficacy=efficacy))
    assert fault.value.found == f"shown by {found}"


def test_a_key_that_the_index_does_not_have_is_told_with_those_that_it_has(index, own):
    with pytest.raises(StudyError, match="the index doesn't have") as fault:
        shown_by_notebook(two(index), own(safety=['csr.show("dltt")']))
    assert "safety.ipynb" in fault.value.where
    assert (fault.value.found, fault.value.allowed) == ("dltt", "dlt, pfs")


def test_calls_in_text_and_in_comments_show_nothing(index, own):
    sources = ['# csr.show("dlt")\nx = "csr.show(1)"', 'csr.show_section("14.2")']
    with pytest.raises(StudyError) as fault:
        shown_by_notebook(two(index), own(safety=sources))
    assert "display dlt" in fault.value.where


@pytest.mark.parametrize("damage", ["missing", "no JSON", "deep", "pipe", "no Python"])
def test_a_notebook_that_is_missing_or_cannot_be_read_is_named(index, own, tmp_path, damage):
    study = own(safety=['csr.show_section("14")'])
    file = tmp_path / "notebooks" / "safety.ipynb"
    if damage == "missing":
        file.unlink()
    elif damage == "no JSON":
        file.write_text("{", encoding="utf-8")
    elif damage == "deep":
        file.write_text("[" * 100_000, encoding="utf-8")
    elif damage == "pipe":
        file.unlink()
        os.mkfifo(file)
    else:
        notebook(file, "csr.show(")
    with pytest.raises(StudyError, match="missing or can't be read") as fault:
        shown_by_notebook(two(index), study)
    assert fault.value.where == f"{file}{', line 1, column 2' * (damage == 'no JSON')}"


def test_a_study_may_leave_notebooks_out_and_bring_one_of_its_own_name(index, own):
    study = own(all_displays=['csr.show_section("14")'])
    assert [stage.name for stage in stages_of(study)] == ["validate", "derive", "all_displays"]
    assert [stage.name for stage in display_stages(study)] == ["all_displays"]
    assert set(shown_by_notebook(two(index), study).values()) == {"all_displays"}


def test_stages_need_the_notebooks_that_make_what_they_read(own):
    needs = {stage.name: stage.needs for stage in stages_of(own(a=[], b=[]))}
    assert needs == {
        "validate": (),
        "derive": ("validate",),
        "a": ("derive",),
        "b": ("derive",),
    }


def test_nothing_runs_when_a_display_is_shown_by_no_notebook(root, tmp_path, monkeypatch):
    """The folders of notebooks and index are those of a study whose safety notebook is empty."""
    made = make_request(root / "study.yml", out=tmp_path / "out", derived=tmp_path / "derived")
    for name in made.study.notebooks:
        text = (root / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
        (tmp_path / f"{name}.ipynb").write_text(text, encoding="utf-8")
    notebook(tmp_path / "40_safety.ipynb")
    paths = made.study.paths.model_copy(update={"notebooks": tmp_path})
    study = made.study.model_copy(update={"paths": paths})
    monkeypatch.setattr(pipeline, "execute", lambda job: pytest.fail("a stage ran"))
    with pytest.raises(StudyError, match="has to be shown once"):
        pipeline.run(type(made)(**{**vars(made), "study": study}), ConsoleProgress())
    assert not list((tmp_path / "derived").rglob("*"))
