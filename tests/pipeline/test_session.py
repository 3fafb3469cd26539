"""What a notebook shows by a session, and what is kept of it."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from csrkit.errors import RunError
from csrkit.pipeline.session import DISPLAY, Session
from csrkit.results.store import read_results
from csrkit.study.notebooks import Notebook

ADSL = pd.DataFrame(
    {"USUBJID": ["S1", "S2"], "SAFFL": ["Y", "N"], "TRT01AN": [20.0, None], "SEX": ["F", "M"]}
)
INDEX = """
displays:
  women: {pattern: counts, number: 14.1.1, title: Women, datasets: [ADSL], columns: [all],
    settings: {dataset: ADSL, rows: [{row: women, label: Women, where: SEX == 'F'}]}}
  men: {pattern: counts, number: 14.1.2, title: Men, datasets: [ADSL], columns: [all],
    settings: {dataset: ADSL, rows: [{row: men, label: Men, where: SEX == 'M'}]}}
  treated: {pattern: counts, number: 14.2.1, title: Treated, datasets: [ADSL], columns: [all],
    settings: {dataset: ADSL, rows: [{row: all, label: All, where: SAFFL == 'Y'}]}}
"""
NOTEBOOKS = {"sex": 'csr.show_section("14.1")', "rest": 'csr.show("treated")'}


@pytest.fixture
def session(study, tmp_path, monkeypatch):
    """A session of the notebook `sex`, in a study of three displays and two notebooks of them."""
    monkeypatch.setattr(Session, "adam", {"ADSL": ADSL})
    (tmp_path / "tlf.yml").write_text(INDEX, encoding="utf-8")
    for name, source in NOTEBOOKS.items():
        content = {"cells": [{"cell_type": "code", "source": [source]}]}
        (tmp_path / f"{name}.ipynb").write_text(json.dumps(content), encoding="utf-8")
    places = {"index": tmp_path / "tlf.yml", "notebooks": tmp_path}
    own = study.model_copy(
        update={
            "paths": study.paths.model_copy(update=places),
            "notebooks": {name: Notebook(title=name) for name in NOTEBOOKS},
        }
    )
    return Session("sex", own, tmp_path, tmp_path, tmp_path / "made")


@pytest.fixture
def shown(monkeypatch):
    """What is put out: the key that an output bears, and what it is."""
    import IPython.display

    outputs = []
    monkeypatch.setattr(
        IPython.display, "display", lambda made, metadata: outputs.append((metadata, made))
    )
    return outputs


def test_a_section_shows_its_displays_in_the_order_of_the_index_each_bearing_its_key(
    session, shown
):
    session.show_section("14.1")
    assert [metadata for metadata, _ in shown] == [{DISPLAY: "women"}, {DISPLAY: "men"}]
    assert [made.entry.key for _, made in shown] == ["women", "men"]


def test_one_display_is_shown_by_its_key_and_an_unknown_one_is_told(session, shown):
    session.show("treated")
    assert [made.entry.key for _, made in shown] == ["treated"]
    with pytest.raises(RunError, match="no such display") as fault:
        session.show("woman")
    assert (fault.value.found, fault.value.allowed) == ("woman", "women, men, treated")


def test_what_a_notebook_shows_is_kept_with_its_results(session, shown):
    session.show_section("14.1")
    session.save_displays()
    folder = session.made / "analysis" / "sex"
    assert sorted(file.name for file in (folder / "tables").glob("*.html")) == [
        "14.1.1_women.html",
        "14.1.2_men.html",
    ]
    results = read_results(folder)
    assert set(results.ard["OUTPUT"]) == {"women", "men"}
    assert set(results.ard["SET_ID"]) <= set(results.sets["SET_ID"])


def test_a_display_that_the_cells_promise_and_no_cell_showed_is_told(session, shown):
    session.show("women")
    with pytest.raises(RunError, match="leaves out displays") as fault:
        session.save_displays()
    assert fault.value.found == "men"
    assert not session.made.exists()


def test_by_hand_a_display_is_shown_as_a_page_and_nothing_is_written(session, shown, tmp_path):
    session.made = None
    session.show_section("14.1")
    session.save_displays()
    assert [type(made).__name__ for _, made in shown] == ["HTML", "HTML"]
    assert not (tmp_path / "made").exists()
