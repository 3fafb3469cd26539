"""Grades that depend on the baseline: high, normal, low or missing, and values up to it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from csrkit.stats.ctcae import grade_labs

NONE = np.nan


def graded(paramcd, unit, low, high, values, base=NONE, assume=(), **more):
    records = pd.DataFrame({"AVAL": [float(value) for value in values]})
    records = records.assign(
        PARAMCD=paramcd, AVALU=unit, ANRLO=float(low), ANRHI=float(high), BASE=float(base)
    )
    return grade_labs(records.assign(**more), assume=assume)


def pairs(text):
    return zip(*(pair.split(":") for pair in text.split()), strict=True)


# Parameter, ULN, a high baseline, and value:grade after it; the text gives multiples of baseline.
AFTER_A_HIGH_BASELINE = [
    ("ALT", 40, 50, "50:0 74.9:0 75:1 150:1 150.1:2 250:2 250.1:3 1000:3 1000.1:4"),
    ("AST", 40, 50, "50:0 74.9:0 75:1 150:1 150.1:2 250:2 250.1:3 1000:3 1000.1:4"),
    ("ALP", 100, 200, "200:0 399:0 400:1 500:1 501:2 1000:2 1001:3 4000:3 4001:4"),
    ("GGT", 100, 200, "200:0 399:0 400:1 500:1 501:2 1000:2 1001:3 4000:3 4001:4"),
    ("BILI", 20, 30, "25:0 30:0 30.1:1 45:1 45.1:2 90:2 90.1:3 300:3 300.1:4"),
]
# The same values when the baseline was normal, low or unknown: multiples of the upper limit.
OTHERWISE = [
    ("ALT", 40, "40:0 40.1:1 120:1 120.1:2 200:2 200.1:3 800:3 800.1:4"),
    ("AST", 40, "40:0 40.1:1 120:1 120.1:2 200:2 200.1:3 800:3 800.1:4"),
    ("ALP", 100, "100:0 101:1 250:1 251:2 500:2 501:3 2000:3 2001:4"),
    ("GGT", 100, "100:0 101:1 250:1 251:2 500:2 501:3 2000:3 2001:4"),
    ("BILI", 20, "20:0 20.1:1 30:1 30.1:2 60:2 60.1:3 200:3 200.1:4"),
]


@pytest.mark.parametrize(("paramcd", "uln", "base", "grades"), AFTER_A_HIGH_BASELINE)
def test_after_a_high_baseline_its_multiples_count(paramcd, uln, base, grades):
    values, expected = pairs(grades)
    found = graded(paramcd, "U/L", 5, uln, values, base, BNRIND="HIGH")
    assert found["ATOXGRH"].tolist() == list(expected)
    assert graded(paramcd, "U/L", 5, uln, values, base)["ATOXGRH"].tolist() == list(expected)


@pytest.mark.parametrize("indicator", ["NORMAL", "LOW", None])
@pytest.mark.parametrize(("paramcd", "uln", "grades"), OTHERWISE)
def test_after_another_baseline_multiples_of_the_upper_limit_count(paramcd, uln, grades, indicator):
    values, expected = pairs(grades)
    base = {"NORMAL": uln / 2, "LOW": 2, None: NONE}[indicator]
    found = graded(paramcd, "U/L", 5, uln, values, base, BNRIND=indicator)
    assert found["ATOXGRH"].tolist() == list(expected)


@pytest.mark.parametrize(
    ("unit", "uln", "base", "grades"),
    [
        ("umol/L", 100, 60, "90:0 90.1:2 180:2 180.1:3 600:3 600.1:4"),
        ("mg/dL", 1, 0.6, "0.9:0 0.91:2 1.8:2 1.81:3 6:3 6.01:4"),
        # A high baseline: the upper limit is the worse one.
        ("umol/L", 100, 150, "100:0 101:1 150:1 151:2 300:2 301:3 600:3 601:4"),
        ("umol/L", 100, NONE, "100:0 101:1 150:1 151:2 300:2 301:3 600:3 601:4"),
    ],
)
def test_creatinine_counts_by_baseline_or_upper_limit_whichever_is_worse(unit, uln, base, grades):
    values, expected = pairs(grades)
    found = graded("CREAT", unit, uln / 3, uln, values, base)
    assert found["ATOXGRH"].tolist() == list(expected)


@pytest.mark.parametrize(
    ("held", "grades"),
    [
        (["on_anticoagulation"], "0.8:0 0.81:1 1.2:1 1.21:2 2:2 2.01:3"),
        ([], "1.2:0 1.21:1 1.5:1 1.51:2 2.5:2 2.51:3"),
    ],
)
def test_inr_counts_by_a_baseline_of_0_8_only_under_anticoagulation(held, grades):
    values, expected = pairs(grades)
    found = graded("INR", None, 0.8, 1.1, values, 0.8, assume=held)
    assert found["ATOXGRH"].tolist() == list(expected)


@pytest.mark.parametrize(
    ("value", "base", "grade"),
    [
        (1.9, 2.53, "1"),
        (1.9, 2.54, "2"),
        (1.8, 2.4, "2"),
        (1.9, 3.79, "2"),
        (1.9, 3.8, "3"),
        (1.9, 7.59, "3"),
        (1.9, 7.6, "4"),
        (2.0, 8.0, "0"),
        (1.9, NONE, "1"),
        (0.49, NONE, "4"),
    ],
)
def test_fibrinogen_that_is_low_counts_by_its_decrease_too(value, base, grade):
    assert graded("FIBRINO", "g/L", 2, 4, [value], base)["ATOXGRL"].tolist() == [grade]
    in_mg = graded("FIBRINO", "mg/dL", 200, 400, [100 * value], 100 * base)
    assert in_mg["ATOXGRL"].tolist() == [grade]


def test_eosinophils_must_be_above_both_the_upper_limit_and_the_baseline():
    def found(values, base, **more):
        return graded("EOS", "10^9/L", 0, 0.5, values, base, **more)["ATOXGRH"].tolist()

    assert found([0.7, 0.8, 0.81], 0.8) == ["0", "0", "1"]
    assert found([0.5, 0.51], 0.2) == ["0", "1"]
    assert found([0.5, 0.51], NONE) == ["0", "1"]
    # The range of the baseline was another one: 0.55 was normal in it, 0.45 was high.
    assert found([0.52, 0.55, 0.56], 0.55, BNRIND="NORMAL") == ["0", "0", "1"]
    assert found([0.48, 0.5, 0.51], 0.45, BNRIND="HIGH") == ["0", "0", "1"]


@pytest.mark.parametrize(
    ("paramcd", "unit", "low", "high", "values", "base", "side", "grades"),
    [
        ("ALT", "U/L", 0, 40, [72, 50], 50, "H", ["1", "1"]),
        ("EOS", "10^9/L", 0, 0.5, [0.7, 0.8], 0.8, "H", ["1", "1"]),
        # 120 is twice the baseline that follows it, yet within 1.5 times the upper limit.
        ("CREAT", "umol/L", 40, 100, [120, 60], 60, "H", ["1", "0"]),
        ("FIBRINO", "g/L", 2, 4, [1.9, 7.6], 7.6, "L", ["1", "0"]),
        ("INR", None, 0.8, 1.1, [1.2, 1.0], 1.0, "H", ["0", "0"]),
    ],
)
def test_values_up_to_baseline_are_graded_by_the_limits_of_normal_alone(
    paramcd, unit, low, high, values, base, side, grades
):
    held = ["on_anticoagulation"]
    found = graded(paramcd, unit, low, high, values, base, held, BNRIND="HIGH", AFTER=False)
    assert found[f"ATOXGR{side}"].tolist() == grades
    after = graded(paramcd, unit, low, high, values, base, held, BNRIND="HIGH", AFTER=True)
    assert after[f"ATOXGR{side}"].tolist() != grades


def test_a_grade_is_missing_where_a_higher_one_hangs_on_a_missing_limit_of_normal():
    values = [100, 130, 200, 350]
    known = graded("CREAT", "umol/L", 50, 110, values, 100, BNRIND="NORMAL")
    assert known["ATOXGRH"].tolist() == ["0", "1", "2", "3"]
    unknown = graded("CREAT", "umol/L", NONE, NONE, values, 100, BNRIND="NORMAL")
    assert unknown["ATOXGRH"].tolist() == [None] * 4
    assert unknown["REASONH"].tolist() == ["upper limit of normal is missing"] * 4


def test_a_grade_without_higher_ones_in_doubt_does_without_the_limit_of_normal():
    found = graded("HGB", "g/L", NONE, NONE, [70, 90, 130])
    assert found["ATOXGRL"].tolist() == ["3", "2", None]
