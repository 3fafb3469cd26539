"""Kaplan-Meier estimates agree with R's package survival, to 1E-6 relative.

The reference values are committed (survival_reference.csv, made by survival_reference.R), so R
isn't needed here. Of R's dataset lung they hold estimates only, since the data comes with
lifelines; veteran and ovarian stand beside this file.
"""

from pathlib import Path

import pandas as pd
import pytest
from lifelines.datasets import load_lung

from csrkit.stats.survival import kaplan_meier, reverse_kaplan_meier

HERE = Path(__file__).parent
REFERENCE = pd.read_csv(
    HERE / "survival_reference.csv", comment="#", keep_default_na=False, na_values={"value": [""]}
)
STEPS = {
    "n.risk": "n_risk",
    "surv": "survival",
    "std.err": "std_error",
    "lower": "lower",
    "upper": "upper",
}


def cases():
    own = pd.read_csv(HERE / "survival_cases.csv", comment="#")
    lung = load_lung().rename(columns={"status": "event"})
    veteran = pd.read_csv(HERE / "veteran.csv", comment="#").rename(columns={"status": "event"})
    ovarian = pd.read_csv(HERE / "ovarian.csv", comment="#")
    return dict(iter(own.groupby("case"))) | {
        "lung": lung,
        "lung_men": lung[lung["sex"] == 1],
        "lung_women": lung[lung["sex"] == 2],
        "veteran": veteran,
        "veteran_test": veteran[veteran["trt"] == 2],
        "ovarian": ovarian.rename(columns={"futime": "time", "fustat": "event"}),
    }


CASES = cases()


def expected(case, what):
    rows = REFERENCE[(REFERENCE["case"] == case) & (REFERENCE["what"] == what)]
    return rows.groupby(["ci", "level", "argument"], sort=False)


def same(value):
    return pytest.approx(value, rel=1e-6, abs=1e-9, nan_ok=True)


def test_every_case_has_reference_values():
    assert set(REFERENCE["case"]) == set(CASES)


@pytest.mark.parametrize("case", CASES)
def test_quantiles_and_their_limits_are_those_of_r(case):
    data = CASES[case]
    for (ci, level, p), rows in expected(case, "quantile"):
        found = kaplan_meier(data["time"], data["event"], float(level), ci).quantile(float(p))
        assert found == same(tuple(rows["value"])), (ci, level, p)


@pytest.mark.parametrize("case", CASES)
def test_steps_standard_errors_and_limits_are_those_of_r(case):
    data = CASES[case]
    for (ci, level, at), rows in expected(case, "at"):
        curve = kaplan_meier(data["time"], data["event"], float(level), ci)
        step = curve.table[curve.table["time"] == float(at)].iloc[0]
        for name, value in zip(rows["statistic"], rows["value"], strict=True):
            assert step[STEPS[name]] == same(value), (ci, at, name)
        there = curve.at([float(at)]).iloc[0]
        assert there[["n_risk", "survival", "lower", "upper"]].tolist() == same(
            step[["n_risk", "survival", "lower", "upper"]].tolist()
        )


@pytest.mark.parametrize("case", CASES)
def test_restricted_means_are_those_of_r(case):
    data = CASES[case]
    for (_, _, tau), rows in expected(case, "rmst"):
        found = kaplan_meier(data["time"], data["event"]).rmst(float(tau))
        assert found == same(tuple(rows["value"])), tau


@pytest.mark.parametrize("case", CASES)
def test_median_follow_up_is_that_of_r(case):
    data = CASES[case]
    ((_, rows),) = expected(case, "reverse")
    found = reverse_kaplan_meier(data["time"], data["event"]).quantile(0.5)
    assert found == same(tuple(rows["value"]))
