from __future__ import annotations

import pandas as pd
import pytest

from csrkit.errors import StudyError
from csrkit.index.settings.occurrences import Grades, Hierarchy


@pytest.fixture
def adae():
    """S1 has nausea twice and rash; S2 and S3 rash; S4 fever, of another class."""
    return pd.DataFrame(
        [
            ("S1", "Gut", "Nausea", 1.0, None, None),
            ("S1", "Gut", "Nausea", 3.0, "Y", "Y"),
            ("S1", "Skin", "Rash", 1.0, None, "Y"),
            ("S2", "Skin", "Rash", 2.0, "Y", "Y"),
            ("S3", "Skin", "Rash", None, "Y", "Y"),
            ("S4", "Body", "Fever", 1.0, "Y", "Y"),
        ],
        columns=["USUBJID", "AEBODSYS", "AEDECOD", "ATOXGRN", "AOCCIFL", "AOCCPIFL"],
    )


def hierarchy(**more):
    given = {"dataset": "ADAE", "by": ("AEBODSYS", "AEDECOD"), "stub": "", "any": "Any"}
    return Hierarchy(**{**given, **more})


def rows(results):
    found = dict.fromkeys(results.ard["ROW"])
    return [row for row in found if row != "columns"]


def test_paths_stand_by_frequency_in_the_column_of_all_then_by_name(analysed, adae):
    assert rows(analysed("hierarchy", hierarchy(), ADAE=adae)) == [
        "any",
        "Skin",
        "Skin / Rash",
        "Body",
        "Body / Fever",
        "Gut",
        "Gut / Nausea",
    ]


def test_the_order_goes_by_the_column_of_all_wherever_it_stands(analysed, adae):
    """In the last column, of the lower dose, skin is not more frequent than gut."""
    keys = ("all", "ph1_20")
    found = analysed("hierarchy", hierarchy(), keys=keys, ADAE=adae)
    assert rows(found)[1:2] == ["Skin"]


def test_an_order_by_name_is_by_name_alone(analysed, adae):
    found = rows(analysed("hierarchy", hierarchy(order="name"), ADAE=adae))
    assert found[1:] == sorted(found[1:])


@pytest.mark.parametrize(("percent", "kept"), [(50, ["Skin / Rash"]), (100, [])])
def test_terms_below_the_least_share_of_every_column_are_left_out_with_their_class(
    analysed, adae, percent, kept
):
    settings = hierarchy(min_percent=percent)
    found = rows(analysed("hierarchy", settings, keys=("all",), ADAE=adae))
    assert [row for row in found if " / " in row] == kept
    assert [row for row in found if row in ("Skin", "Gut", "Body")] == ["Skin"] * len(kept)


def test_a_share_of_one_column_is_enough(analysed, adae):
    found = rows(analysed("hierarchy", hierarchy(min_percent=100), keys=("ph1_20",), ADAE=adae))
    assert "Gut / Nausea" in found


def test_one_variable_or_three_nest_as_two_do(analysed, adae):
    one = analysed("hierarchy", hierarchy(by=("AEDECOD",)), ADAE=adae)
    assert rows(one) == ["any", "Rash", "Fever", "Nausea"]
    three = analysed("hierarchy", hierarchy(by=("AEBODSYS", "AEDECOD", "SEX")), ADAE=adae)
    assert "Skin / Rash / Missing" in rows(three)
    assert "Gut / Nausea / F" in rows(three)


GRADED = Grades(
    variable="ATOXGRN", flags=("AOCCIFL", "AOCCPIFL"), labels={3: "Grade 3", 1: "Grade 1"}
)


def test_grades_stand_below_each_level_in_the_order_declared_then_missing_last(analysed, adae):
    found = analysed("hierarchy", hierarchy(by=("AEDECOD",), grades=GRADED), ADAE=adae)
    assert rows(found)[:5] == ["any", "any | 3", "any | 1", "any | 2", "any | Missing"]


def test_a_subject_counts_once_a_level_by_the_grade_that_the_flag_marks(analysed, adae, stat):
    ard = analysed("hierarchy", hierarchy(by=("AEDECOD",), grades=GRADED), ADAE=adae).ard
    assert stat(ard, "Nausea | 3", "all", "n") == "1"
    assert "Nausea | 1" not in set(ard["ROW"])
    assert stat(ard, "any | 1", "all", "n") == "1"


@pytest.mark.parametrize("marked", [None, "Y"])
def test_flags_that_do_not_mark_one_record_of_each_subject_are_refused(analysed, adae, marked):
    wrong = adae.assign(AOCCIFL=marked)
    with pytest.raises(StudyError, match="doesn't mark one record") as fault:
        analysed("hierarchy", hierarchy(by=("AEDECOD",), grades=GRADED), ADAE=wrong)
    assert "AOCCIFL in ADAE, subjects S" in fault.value.found
    assert "display one, key settings.grades.flags" in fault.value.where
