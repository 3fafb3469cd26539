"""What a notebook shows and keeps of the displays of its section."""

from __future__ import annotations

import pandas as pd
import pytest

from csrkit.errors import RunError
from csrkit.index import IndexEntry
from csrkit.index.settings.counts import CountRow, Counts
from csrkit.pipeline.session import Session
from csrkit.results.store import read_results

STAGE = "40_safety"
NUMBERS = {"overview": "14.3.1.1", "terms": "14.3.1.2", "late": "14.3.10.1"}


@pytest.fixture
def session(study, tmp_path, monkeypatch):
    """A session with three displays, of two sections whose numbers begin alike."""
    made = Session(STAGE, study, tmp_path, None, tmp_path)
    made.index = {
        key: IndexEntry(
            key=key, kind="table", number=number, title=key, population="SAF", datasets=("ADSL",),
            pattern="counts", columns=("all",),
            settings=Counts(dataset="ADSL", stub="", rows=(CountRow(row="any", label="Any"),)),
        )
        for key, number in NUMBERS.items()
    }  # fmt: skip
    made.adam = {"ADSL": pd.DataFrame({"USUBJID": ["S1", "S2"], "SAFFL": ["Y", "N"]})}
    promised = {"overview": STAGE, "terms": STAGE, "late": "50_efficacy"}
    monkeypatch.setattr("csrkit.pipeline.session.shown_by_notebook", lambda index, study: promised)
    return made


def kept(folder):
    return sorted(path.name for path in folder.rglob("*.html"))


def test_a_section_shows_its_displays_and_not_those_of_one_whose_number_begins_alike(
    session, tmp_path
):
    session.show_section("14.3.1")
    session.save_displays()
    assert kept(tmp_path) == ["14.3.1.1_overview.html", "14.3.1.2_terms.html"]


def test_the_results_of_all_displays_shown_are_kept(session, tmp_path):
    session.show_section("14.3.1")
    session.save_displays()
    ard = read_results(tmp_path / "analysis" / STAGE).ard
    assert list(dict.fromkeys(ard["OUTPUT"])) == ["overview", "terms"]


def test_a_display_that_the_notebook_promises_and_leaves_out_is_named(session, tmp_path):
    session.show("overview")
    with pytest.raises(RunError, match="leaves out displays") as fault:
        session.save_displays()
    assert fault.value.found == "terms"
    assert kept(tmp_path) == []


def test_a_display_that_the_index_does_not_have_is_told(session):
    with pytest.raises(RunError, match="no such display") as fault:
        session.show("overviews")
    assert fault.value.allowed == "overview, terms, late"
