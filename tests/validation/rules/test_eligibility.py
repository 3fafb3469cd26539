"""The last value before the first dose, held against the limits of the inclusion criteria."""

import pandas as pd
import pytest

from csrkit.errors import StudyError
from csrkit.study import load_study
from csrkit.study.assumptions import EligibilityLimit
from csrkit.study.derivations.findings import FindingTest
from csrkit.validation.rules.conduct import Conduct
from csrkit.validation.rules.eligibility import find_ineligible, find_unknown

HGB = EligibilityLimit(name="Hb", test="HGB", at_least=80, unit="g/L")
BILI = EligibilityLimit(name="Bili", test="BILI", at_most=1.5, unit="ULN")
TESTS = {"LB": {"HGB": FindingTest(name="Hb", unit="g/L", factors={"g/dL": 10.0})}}
EX = pd.DataFrame(
    {
        "USUBJID": ["S1", "S1", "S1"],
        "EXTRT": "X",
        "EXDOSE": [0.0, 20.0, 20.0],
        "EXSTDTC": ["2025-06-01T08:00", "2025-06-23T09:15", "2025-06-30T09:15"],
    }
)


def lb(*rows):
    """Records of S1: test, number, date, and any other variables."""
    records = [
        {
            "USUBJID": "S1",
            "LBSEQ": float(number),
            "LBTESTCD": test,
            "LBSTRESN": value,
            "LBSTRESC": str(value),
            "LBSTRESU": "g/L",
            "LBSTNRHI": 20.0,
            "LBTPT": None,
            "LBDTC": date,
            **(rest[0] if rest else {}),
        }
        for number, (test, value, date, *rest) in enumerate(rows, start=1)
    ]
    return pd.DataFrame(records)


def broken(frame, *limits, ex=EX, **conduct):
    found = find_ineligible(
        frame, "LB", Conduct(limits=limits or (HGB, BILI), **conduct), {"EX": ex}, TESTS
    )
    return [None if pd.isna(one) else one for one in found]


def unknown(frame, *limits, ex=EX):
    dm = pd.DataFrame({"USUBJID": ["S1", "S2"]})
    given = Conduct(limits=limits or (HGB,))
    found = find_unknown(dm, given, {"EX": ex, "LB": frame}, TESTS)
    return None if found is None else [None if pd.isna(one) else one for one in found]


def test_the_last_value_before_the_first_dose_counts_and_no_other():
    frame = lb(
        ("HGB", 70.0, "2025-06-02"),
        ("HGB", 79.0, "2025-06-20"),
        ("HGB", 60.0, "2025-06-24"),
        ("WBC", 1.0, "2025-06-20"),
    )
    assert broken(frame) == [None, "Hb", None, None]
    assert broken(frame.assign(LBSTRESN=[70.0, 80.0, 60.0, 1.0])) == [None] * 4
    assert unknown(frame) == [None, None]


def test_of_several_on_one_day_the_last_by_time_then_by_number_counts():
    frame = lb(
        ("HGB", 79.0, "2025-06-23T09:00"),
        ("HGB", 90.0, "2025-06-23T08:00"),
        ("HGB", 60.0, "2025-06-23T09:30"),
    )
    assert broken(frame) == ["Hb", None, None]
    assert broken(frame.assign(LBDTC="2025-06-20")) == [None, None, "Hb"]


def test_without_a_time_on_the_day_of_the_first_dose_the_time_point_says_before_or_after():
    frame = lb(
        ("HGB", 90.0, "2025-06-20"),
        ("HGB", 70.0, "2025-06-23", {"LBTPT": "4 H POST"}),
    )
    assert broken(frame, pre_dose={"LB": ("PRE-INFUSION",)}) == [None, None]
    frame = frame.assign(LBTPT="PRE-INFUSION")
    assert broken(frame, pre_dose={"LB": ("PRE-INFUSION",)}) == [None, "Hb"]
    assert broken(frame.assign(LBTPT=None), pre_dose={"LB": ("PRE-INFUSION",)}) == [None, "Hb"]


def test_a_partial_date_counts_only_when_it_is_surely_before():
    assert broken(lb(("HGB", 70.0, "2025-06"))) == [None]
    assert unknown(lb(("HGB", 70.0, "2025-06"))) == ["Hb", None]
    assert broken(lb(("HGB", 70.0, "2025-05"))) == ["Hb"]


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [(7.9, "g/dL", "Hb"), (8.0, "g/dL", None), (7.9, "mg", None), (7.9, None, None)],
)
def test_a_limit_is_brought_to_the_unit_of_the_result(value, unit, expected):
    frame = lb(("HGB", value, "2025-06-20", {"LBSTRESU": unit}))
    assert broken(frame) == [expected]
    assert unknown(frame) == [None if unit == "g/dL" else "Hb", None]


@pytest.mark.parametrize(
    ("value", "upper", "expected", "told"),
    [(30.0, 20.0, None, None), (30.1, 20.0, "Bili", None), (30.1, None, None, "Bili")],
)
def test_a_limit_may_be_a_multiple_of_the_upper_limit_of_normal(value, upper, expected, told):
    frame = lb(("BILI", value, "2025-06-20", {"LBSTNRHI": upper}))
    assert broken(frame) == [expected]
    assert unknown(frame, BILI) == [told, None]


@pytest.mark.parametrize(
    ("text", "expected", "told"),
    [
        ("<5", "Hb", None),
        ("<80", "Hb", None),
        ("<=80", None, "Hb"),
        ("<100", None, "Hb"),
        (">80", None, None),
        ("HAEMOLYSED", None, "Hb"),
    ],
)
def test_a_result_below_the_limit_of_a_method_tells_what_it_can(text, expected, told):
    frame = lb(("HGB", None, "2025-06-20", {"LBSTRESC": text}))
    assert broken(frame) == [expected]
    assert unknown(frame) == [told, None]


def test_both_criteria_that_a_value_breaks_are_named():
    upper = EligibilityLimit(name="Hb low", test="HGB", at_least=100, at_most=150, unit="g/L")
    assert broken(lb(("HGB", 70.0, "2025-06-20")), HGB, upper) == ["Hb; Hb low"]
    assert broken(lb(("HGB", 151.0, "2025-06-20")), HGB, upper) == ["Hb low"]


def test_who_had_no_dose_is_not_asked_and_a_placebo_is_a_dose():
    untreated = EX.assign(EXDOSE=0.0)
    assert broken(lb(("HGB", 70.0, "2025-06-20")), ex=untreated) == [None]
    assert unknown(lb(("WBC", 1.0, "2025-06-20")), ex=untreated) == [None, None]
    assert broken(lb(("HGB", 70.0, "2025-05-20")), ex=untreated, placebo=("X",)) == ["Hb"]


def test_without_limits_exposure_or_results_there_is_nothing_to_check():
    frame, given = lb(("HGB", 70.0, "2025-06-20")), Conduct(limits=(HGB,))
    dm = pd.DataFrame({"USUBJID": ["S1"]})
    assert find_ineligible(frame, "LB", Conduct(), {"EX": EX}, TESTS) is None
    assert find_ineligible(frame, "VS", given, {"EX": EX}, TESTS) is None
    assert find_ineligible(frame, "LB", given, {}, TESTS) is None
    assert find_ineligible(frame.drop(columns="LBDTC"), "LB", given, {"EX": EX}, TESTS) is None
    assert find_unknown(dm, given, {"EX": EX}, TESTS) is None
    assert find_unknown(dm, Conduct(), {"EX": EX, "LB": frame}, TESTS) is None
    assert find_unknown(dm, given, {"EX": EX, "LB": frame}, TESTS) is not None


def test_a_limit_without_a_number_is_an_error_of_the_study(study, tmp_path):
    text = study.file.read_text().replace("test: HGB, at_least: 80,", "test: HGB,")
    assert text != study.file.read_text()
    (tmp_path / "study.yml").write_text(text)
    with pytest.raises(StudyError) as error:
        load_study(tmp_path / "study.yml")
    assert error.value.allowed == "a limit: at_least, at_most, or both"
    assert "assumptions.eligibility.value.1" in error.value.where
