from __future__ import annotations

import pandas as pd
import pytest

from csrkit.errors import StudyError
from csrkit.index.settings.occurrences import Grades, Hierarchy

COMMON = ["any", "Skin", "Skin / Rash", "Gut", "Gut / Vomiting", "Gut / Nausea"]


@pytest.fixture
def adae():
    """Of four subjects rash 4, vomiting 2, nausea 1 (three times), and dry eye one of phase II."""
    terms = [("S1", "Gut", "Nausea")] * 3
    terms += [(subject, "Skin", "Rash") for subject in ("S1", "S2", "S3", "S4")]
    terms += [(subject, "Gut", "Vomiting") for subject in ("S2", "S3")]
    terms += [("S4", "Eye", "Dry eye")]
    return pd.DataFrame(terms, columns=["USUBJID", "AEBODSYS", "AEDECOD"])


@pytest.fixture
def rows(analysed, adae):
    """Return the rows of the display, in order."""

    def make(records=None, **settings):
        given = {"dataset": "ADAE", "by": ("AEBODSYS", "AEDECOD"), "stub": "", **settings}
        found = analysed("hierarchy", Hierarchy(**given), ADAE=adae if records is None else records)
        return [row for row in dict.fromkeys(found.ard["ROW"]) if row != "columns"]

    return make


def test_rows_descend_by_subjects_and_not_by_events(rows):
    assert rows() == [*COMMON, "Eye", "Eye / Dry eye"]


def test_rows_may_stand_in_the_order_of_their_names(rows):
    assert rows(order="name") == [
        "any", "Eye", "Eye / Dry eye", "Gut", "Gut / Nausea", "Gut / Vomiting", "Skin",
        "Skin / Rash",
    ]  # fmt: skip


def test_a_term_is_shown_when_a_single_column_has_the_minimum_share(rows):
    """Nausea: 1 of 1, 0 of 2, and 1 of 4 subjects of the columns."""
    assert rows(min_percent=50) == COMMON


def test_the_minimum_share_itself_is_enough_and_a_class_goes_with_its_last_term(rows):
    """Dry eye: 1 of 4 of all subjects."""
    assert rows(min_percent=25)[-1] == "Eye / Dry eye"
    assert rows(min_percent=25.1) == COMMON


GRADES = Grades(
    variable="ATOXGRN", flags=("WORST", "WORSTSOC", "WORSTPT"), labels={3: "Severe", 1: "Mild"}
)


@pytest.fixture
def graded():
    """S1: nausea of grades 1 and 3, rash of 2; S2: nausea of grade 1. Flags mark the worst."""
    return pd.DataFrame(
        [
            ("S1", "Gut", "Nausea", 1.0, None, None, None),
            ("S1", "Gut", "Nausea", 3.0, "Y", "Y", "Y"),
            ("S1", "Skin", "Rash", 2.0, None, "Y", "Y"),
            ("S2", "Gut", "Nausea", 1.0, "Y", "Y", "Y"),
        ],
        columns=["USUBJID", "AEBODSYS", "AEDECOD", "ATOXGRN", "WORST", "WORSTSOC", "WORSTPT"],
    )


def test_each_subject_is_counted_in_its_worst_grade_of_each_depth(analysed, graded, stat):
    settings = Hierarchy(dataset="ADAE", by=("AEBODSYS", "AEDECOD"), stub="", grades=GRADES)
    ard = analysed("hierarchy", settings, ADAE=graded).ard
    found = {row: stat(ard, row, "all", "n") for row in dict.fromkeys(ard["ROW"]) if "|" in row}
    assert found == {
        "any | 3": "1",
        "any | 1": "1",
        "Gut | 3": "1",
        "Gut | 1": "1",
        "Gut / Nausea | 3": "1",
        "Gut / Nausea | 1": "1",
        "Skin | 2": "1",
        "Skin / Rash | 2": "1",
    }


def test_grades_stand_in_the_order_of_their_labels(rows, graded):
    assert rows(graded, grades=GRADES)[:3] == ["any", "any | 3", "any | 1"]


@pytest.mark.parametrize("flags", [[None, None], ["Y", "Y"]])
def test_a_subject_with_no_flagged_record_or_with_two_is_told(rows, graded, flags):
    wrong = graded.assign(WORST=[*flags, None, "Y"])
    with pytest.raises(StudyError, match="flag of the worst grade") as fault:
        rows(wrong, grades=GRADES)
    assert fault.value.found == "WORST in ADAE, subjects S1"
