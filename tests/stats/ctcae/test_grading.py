import numpy as np
import pandas as pd
import pytest

from csrkit.stats.ctcae import grade_labs
from csrkit.stats.ctcae.criteria import load_criteria, normalise_unit, read_rule

COLUMNS = ["PARAMCD", "AVAL", "AVALU", "ANRLO", "ANRHI", "BASE"]
NONE = np.nan
STUDY = [
    *("HGB", "WBC", "NEUT", "LYM", "PLAT", "INR", "APTT", "ALT", "AST"),
    *("ALP", "BILI", "LDH", "CREAT", "ALB", "SODIUM", "K"),
]
NO_CRITERION = "CTCAE v5.0 has no criterion for"
STRANGE_UNIT = "unit is not one that the criterion knows"
NO_LLN, NO_ULN = "lower limit of normal is missing", "upper limit of normal is missing"


def grade(paramcd, aval, unit, low=NONE, high=NONE, base=NONE, assume=None, **more):
    record = pd.DataFrame([[paramcd, aval, unit, low, high, base]], columns=COLUMNS).assign(**more)
    return grade_labs(record, assume=assume).iloc[0]


def below(limit):
    return limit * 0.999


def above(limit):
    return limit * 1.001


# Limits as printed in CTCAE v5.0: the text says "<LLN - a", "<a - b", ... for grades 1, 2, ...
LOW = [
    ("HGB", "g/L", 120, {2: 100, 3: 80}),
    ("HGB", "g/dL", 12, {2: 10, 3: 8}),
    ("HGB", "mmol/L", 7.5, {2: 6.2, 3: 4.9}),
    ("WBC", "10^9/L", 4, {2: 3, 3: 2, 4: 1}),
    ("NEUT", "10^9/L", 2, {2: 1.5, 3: 1, 4: 0.5}),
    ("NEUT", "/mm3", 2000, {2: 1500, 3: 1000, 4: 500}),
    ("LYM", "10^9/L", 1, {2: 0.8, 3: 0.5, 4: 0.2}),
    ("PLAT", "10^9/L", 150, {2: 75, 3: 50, 4: 25}),
    ("ALB", "g/L", 35, {2: 30, 3: 20}),
    ("ALB", "g/dL", 3.5, {2: 3, 3: 2}),
    ("CACORR", "mmol/L", 2.2, {2: 2, 3: 1.75, 4: 1.5}),
    ("CACORR", "mg/dL", 8.8, {2: 8, 3: 7, 4: 6}),
    ("MG", "mmol/L", 0.7, {2: 0.5, 3: 0.4, 4: 0.3}),
    ("GLUC", "mmol/L", 3.9, {2: 3, 3: 2.2, 4: 1.7}),
    ("GLUC", "mg/dL", 70, {2: 55, 3: 40, 4: 30}),
    ("K", "mmol/L", 3.5, {3: 3, 4: 2.5}),
]
HIGH = [
    ("K", "mmol/L", 5, {2: 5.5, 3: 6, 4: 7}),
    ("SODIUM", "mmol/L", 145, {2: 150, 3: 155, 4: 160}),
    ("CACORR", "mmol/L", 2.6, {2: 2.9, 3: 3.1, 4: 3.4}),
    ("APTT", "s", 40, {2: 60, 3: 100}),
    ("CREAT", "umol/L", 100, {2: 150, 3: 300, 4: 600}),
    ("BILI", "umol/L", 20, {2: 30, 3: 60, 4: 200}),
    ("ALT", "U/L", 40, {2: 120, 3: 200, 4: 800}),
    ("AST", "U/L", 40, {2: 120, 3: 200, 4: 800}),
    ("ALP", "U/L", 100, {2: 250, 3: 500, 4: 2000}),
    ("LDH", "U/L", 250, {}),
    ("HGB", "g/L", 160, {2: 180, 3: 200}),
    ("CHOL", "mmol/L", 5.2, {2: 7.75, 3: 10.34, 4: 12.92}),
]


@pytest.mark.parametrize(("paramcd", "unit", "lln", "limits"), LOW)
def test_low_values_are_graded_by_the_printed_limits(paramcd, unit, lln, limits):
    def found(value):
        return grade(paramcd, value, unit, low=lln, high=lln * 10, assume=[])["ATOXGRL"]

    assert found(lln) == "0"
    assert found(below(lln)) == "1"
    for level, limit in limits.items():
        lesser = max([1, *(other for other in limits if other < level)])
        assert found(limit) == str(lesser)
        assert found(below(limit)) == str(level)


@pytest.mark.parametrize(("paramcd", "unit", "uln", "limits"), HIGH)
def test_high_values_are_graded_by_the_printed_limits(paramcd, unit, uln, limits):
    def found(value):
        return grade(paramcd, value, unit, low=uln / 10, high=uln)["ATOXGRH"]

    assert found(uln) == "0"
    assert found(above(uln)) == "1"
    for level, limit in limits.items():
        lesser = max([1, *(other for other in limits if other < level)])
        assert found(limit) == str(lesser)
        assert found(above(limit)) == str(level)


@pytest.mark.parametrize(
    ("paramcd", "factor", "expected"),
    [
        *(("ALT", f, g) for f, g in [(1.49, "0"), (1.5, "1"), (3, "1"), (3.1, "2"), (5.1, "3")]),
        *(("ALP", f, g) for f, g in [(1.99, "0"), (2, "1"), (2.5, "1"), (2.6, "2"), (20.1, "4")]),
        *(("BILI", f, g) for f, g in [(1, "0"), (1.01, "1"), (1.6, "2"), (3.1, "3"), (10.1, "4")]),
    ],
)
def test_after_an_abnormal_baseline_multiples_of_the_baseline_count(paramcd, factor, expected):
    assert grade(paramcd, 50 * factor, "U/L", 0, 40, 50, BNRIND="HIGH")["ATOXGRH"] == expected
    assert grade(paramcd, 50 * factor, "U/L", 0, 40, 50)["ATOXGRH"] == expected


def test_what_the_baseline_was_is_told_by_its_own_range_where_given():
    assert grade("ALT", 60, "U/L", 0, 40, 50, BNRIND="NORMAL")["ATOXGRH"] == "1"
    assert grade("ALT", 60, "U/L", 0, 40, 50, BNRHI=55.0)["ATOXGRH"] == "1"
    assert grade("ALT", 60, "U/L", 0, 55, 50, BNRHI=45.0)["ATOXGRH"] == "0"


def test_an_unknown_baseline_counts_as_normal():
    assert grade("ALT", 130, "U/L", 0, 40)["ATOXGRH"] == "2"


@pytest.mark.parametrize(
    ("value", "base", "expected"),
    [(90, 40, "2"), (60, 40, "0"), (130, 40, "3"), (160, 150, "2"), (120, NONE, "1")],
)
def test_creatinine_is_graded_by_baseline_or_range_whichever_is_worse(value, base, expected):
    assert grade("CREAT", value, "umol/L", 40, 100, base)["ATOXGRH"] == expected


@pytest.mark.parametrize(
    ("value", "worst", "least"),
    [
        (134, "1", "1"),
        (130, "1", "1"),
        (129, "3", "2"),
        (125, "3", "2"),
        (124, "3", "3"),
        (119, "4", "4"),
    ],
)
def test_a_criterion_that_speaks_of_symptoms_is_read_as_the_worst_case(value, worst, least):
    assert grade("SODIUM", value, "mmol/L", 135, 145)["ATOXGRL"] == worst
    assert grade("SODIUM", value, "mmol/L", 135, 145, assume=[])["ATOXGRL"] == least
    assert grade("K", 3.2, "mmol/L", 3.5, 5)["ATOXGRL"] == "2"


def test_inr_looks_at_the_baseline_only_under_anticoagulation():
    assert grade("INR", 1.1, None, base=1.0)["ATOXGRH"] == "1"
    assert grade("INR", 1.1, None, base=1.0, assume=["symptomatic"])["ATOXGRH"] == "0"
    assert grade("INR", 2.6, "RATIO", assume=[])["ATOXGRH"] == "3"


@pytest.mark.parametrize(
    "unit", ["10^9/L", "10*9/L", "x10E9/L", "GI/L", "10**9 / l", "10^3/µL", "K/uL"]
)
def test_a_unit_may_be_spelled_in_many_ways(unit):
    assert grade("NEUT", 0.9, unit, 2, 7)["ATOXGRL"] == "3"


@pytest.mark.parametrize(
    ("record", "low", "high"),
    [
        (("NEUT", 20, "%", 40, 70), f"{STRANGE_UNIT}: %", f"{NO_CRITERION} high NEUT"),
        (("HGB", 70, None, 120, 160), "unit is missing", "unit is missing"),
        (("HGB", NONE, "g/L", 120, 160), "result is missing", "result is missing"),
        (("HGB", 110, "g/L"), NO_LLN, NO_ULN),
        ((None, 110, "g/L"), "parameter is missing", "parameter is missing"),
        (("CRP", 50, "mg/L", 0, 5), f"{NO_CRITERION} low CRP", f"{NO_CRITERION} high CRP"),
    ],
)
def test_a_grade_that_cant_be_told_is_missing_with_the_reason(record, low, high):
    found = grade(*record)
    assert found[["ATOXGRL", "ATOXGRH", "ATOXGR"]].isna().all()
    assert (found["REASONL"], found["REASONH"]) == (low, high)


def test_an_absolute_limit_needs_no_range():
    found = grade("HGB", 79, "g/L")
    assert (found["ATOXGRL"], found["ATOXGR"], found["REASONL"]) == ("3", "-3", None)


def test_total_calcium_and_high_glucose_are_left_ungraded():
    assert "corrected for albumin" in grade("CA", 1.4, "mmol/L", 2.1, 2.6)["REASONL"]
    glucose = grade("GLUC", 20, "mmol/L", 4, 6)
    assert "managed" in glucose["REASONH"]
    assert (glucose["ATOXGRL"], glucose["ATOXGR"]) == ("0", "0")


def test_the_grade_over_both_directions_is_negative_for_low():
    assert grade("K", 2.4, "mmol/L", 3.5, 5)["ATOXGR"] == "-4"
    assert grade("K", 6.5, "mmol/L", 3.5, 5)["ATOXGR"] == "3"
    assert grade("K", 4, "mmol/L", 3.5, 5)["ATOXGR"] == "0"
    assert grade("K", 4, "mmol/L", 3.5)["ATOXGR"] is None


def test_a_limit_reached_in_floating_point_is_not_passed():
    assert 3 * 0.1 > 0.3
    assert grade("CREAT", 0.1 * 3, "mg/dL", 0.01, 0.2, 0.1)["ATOXGRH"] == "2"
    assert grade("BILI", 0.1 * 3, "mg/dL", 0, 0.1)["ATOXGRH"] == "2"


def test_records_keep_their_index_and_order():
    records = pd.DataFrame(
        [
            ["K", 2.4, "mmol/L", 3.5, 5, NONE],
            ["CRP", 1, "mg/L", 0, 5, NONE],
            ["K", 4, "mmol/L", 3.5, 5, 4],
        ],
        columns=COLUMNS,
        index=[7, 3, 5],
    )
    result = grade_labs(records)
    assert result.index.tolist() == [7, 3, 5]
    assert result["ATOXGR"].tolist() == ["-4", None, "0"]
    assert result["ATOXDSCL"].tolist() == ["Hypokalemia", None, "Hypokalemia"]
    assert len(grade_labs(records.iloc[:0])) == 0


def test_a_grade_or_a_reason_stands_for_every_record_and_direction():
    rng = np.random.default_rng(5)
    size = 2000
    records = pd.DataFrame(
        {
            "PARAMCD": rng.choice([*STUDY, "CRP", None], size),
            "AVAL": np.where(rng.random(size) < 0.1, NONE, rng.uniform(0, 300, size)),
            "AVALU": rng.choice(["g/L", "10^9/L", "mmol/L", "U/L", None], size),
            "ANRLO": np.where(rng.random(size) < 0.1, NONE, 4.0),
            "ANRHI": np.where(rng.random(size) < 0.1, NONE, 40.0),
            "BASE": np.where(rng.random(size) < 0.2, NONE, rng.uniform(1, 60, size)),
        }
    )
    result = grade_labs(records)
    for side in ("L", "H"):
        assert (result[f"ATOXGR{side}"].isna() == result[f"REASON{side}"].notna()).all()
        assert set(result[f"ATOXGR{side}"].dropna()) <= {"0", "1", "2", "3", "4"}


def test_every_analyte_of_the_study_has_a_criterion_or_a_reason():
    criteria = load_criteria("5.0")
    graded = {paramcd for paramcd, _ in criteria.by_parameter}
    explained = {paramcd for paramcd, _ in criteria.not_gradeable}
    assert set(STUDY) <= graded
    assert {"CA", "GLUC"} <= explained
    assert not set(criteria.by_parameter) & set(criteria.not_gradeable)


def test_criteria_of_one_parameter_and_direction_share_a_term_and_no_unit():
    for choices in load_criteria("5.0").by_parameter.values():
        assert len({criterion.term for criterion in choices}) == 1
        units = [unit for criterion in choices for unit in criterion.factors or {}]
        assert len(units) == len(set(units))
        assert len(choices) == 1 or all(criterion.factors for criterion in choices)


def test_what_cant_be_read_or_graded_is_refused():
    with pytest.raises(ValueError, match=r"one of 4\.03, 5\.0, 6\.0; found '3\.0'"):
        grade_labs(pd.DataFrame(columns=COLUMNS), version="3.0")
    with pytest.raises(ValueError, match="columns are missing from the laboratory data: BASE"):
        grade_labs(pd.DataFrame(columns=COLUMNS[:-1]))
    with pytest.raises(ValueError, match="unknown condition: fever"):
        grade_labs(pd.DataFrame(columns=COLUMNS), assume=["fever"])
    with pytest.raises(ValueError, match="not a rule"):
        read_rule("3 x ULN", ())
    with pytest.raises(ValueError, match="unknown condition"):
        read_rule("> 3 ULN when tired", ("symptomatic",))


def test_units_have_one_normal_spelling():
    assert {normalise_unit(u) for u in ("10^9/L", "10*9/L", "x10e9/L", "×10^9/l")} == {"10^9/l"}
    assert normalise_unit("100/uL") == "100/ul"
