"""Comparisons of times to an event, against R's survival on the ovarian cancer trial."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from csrkit.errors import StudyError
from csrkit.index.settings.response import TimeToEventComparison
from csrkit.results.trace import trace_results
from csrkit.results.verbs.times import DAYS_PER_MONTH

PAIR = ("ph1_20", "ph1_30")


def settings(**more):
    given = {"paramcd": "OS", "event": "Death", "rate": "Survival", "reference": "ph1_20"}
    return TimeToEventComparison(**{**given, **more})


def trial(time, event, treatment, **more):
    """Make ADSL and ADTTE; treatment 1 is the dose of 20, treatment 2 that of 30."""
    subjects = [f"S{number:02}" for number in range(len(time))]
    dose = np.where(np.asarray(treatment) == 1, 20.0, 30.0)
    adsl = pd.DataFrame(
        {"USUBJID": subjects, "PHASE": "I", "TRT01AN": dose, "TRT01PN": dose, "SAFFL": "Y", **more}
    )
    adtte = pd.DataFrame(
        {"USUBJID": subjects, "PARAMCD": "OS", "AVAL": time, "CNSR": 1 - np.asarray(event)}
    )
    return {"ADSL": adsl, "ADTTE": adtte}


@pytest.fixture
def ovarian(root):
    data = pd.read_csv(root / "tests" / "conformance" / "ovarian.csv", comment="#")
    return trial(data["futime"], data["fustat"], data["rx"], ECOG=data["ecog.ps"])


@pytest.fixture
def compared(analysed):
    def make(data, *, keys=PAIR, **more):
        return analysed("time_to_event_comparison", settings(**more), keys=keys, **data)

    return make


@pytest.fixture
def reference(root):
    """R's values by what, data, model, statistic."""
    table = pd.read_csv(root / "tests" / "conformance" / "stats_reference.csv", comment="#")
    keys = ["what", "case", "argument", "statistic"]
    return {tuple(row[name] for name in keys): row["value"] for row in table.to_dict("records")}


def test_the_hazard_ratio_is_that_of_coxph(compared, ovarian, reference, stat):
    ard = compared(ovarian).ard
    names = {"estimate": "hazard_ratio", "conf.low": "lower", "conf.high": "upper"}
    for name, theirs in {**names, "p.value": "p_value"}.items():
        expected = float(reference["cox", "ovarian", "group", f"group.{theirs}"])
        assert stat(ard, "hazard", "ph1_30", name, "VALUE") == pytest.approx(expected, rel=1e-6)
    assert stat(ard, "hazard", "ph1_30", "estimate") == "0.55"
    assert ard[(ard["ROW"] == "hazard") & (ard["COLUMN"] == "ph1_20")].empty


def test_the_log_rank_test_is_that_of_survdiff(compared, ovarian, reference, stat):
    ard = compared(ovarian).ard
    for name, theirs in (("statistic", "chi_square"), ("p.value", "p_value")):
        expected = float(reference["logrank", "ovarian", "plain", theirs])
        assert stat(ard, "log_rank", "ph1_30", name, "VALUE") == pytest.approx(expected)
    assert stat(ard, "log_rank", "ph1_30", "p.value") == "0.3026"
    assert stat(ard, "log_rank", "ph1_30", "parameter") == "1"


def test_with_the_other_column_as_reference_the_ratio_is_the_inverse(compared, ovarian, stat):
    ard = compared(ovarian, reference="ph1_30").ard
    found = stat(ard, "hazard", "ph1_20", "estimate", "VALUE")
    assert found == pytest.approx(1 / 0.550801907277936, rel=1e-6)


def test_the_interval_is_that_of_the_level_of_the_settings(compared, ovarian, stat):
    """exp(-0.59638 ± 1.64485 · 0.58699)."""
    ard = compared(ovarian, level=0.9).ard
    found = [stat(ard, "hazard", "ph1_30", name, "VALUE") for name in ("conf.low", "conf.high")]
    assert found == pytest.approx([0.20973, 1.44651], abs=5e-5)
    assert stat(ard, "hazard", "ph1_30", "conf.low", "CONF_LEVEL") == 0.9


def test_strata_have_their_own_hazards_as_in_r(compared, ovarian, reference, stat):
    ard = compared(ovarian, strata=("ECOG",)).ard
    expected = {
        ("hazard", "estimate"): ("cox", "group.hazard_ratio"),
        ("hazard", "conf.high"): ("cox", "group.upper"),
        ("log_rank", "statistic"): ("logrank", "chi_square"),
    }
    for (row, name), (what, theirs) in expected.items():
        value = float(reference[what, "ovarian", "stratified", theirs])
        assert stat(ard, row, "ph1_30", name, "VALUE") == pytest.approx(value, rel=1e-6)


def test_a_missing_stratum_is_one_of_its_own(compared, stat):
    """Within each stratum the columns have the same times, so that nothing differs."""
    data = trial([2, 2, 7, 7], [1, 1, 1, 1], [1, 2, 1, 2], SEX=["F", "F", None, None])
    ard = compared(data, strata=("SEX",)).ard
    assert stat(ard, "hazard", "ph1_30", "estimate", "VALUE") == pytest.approx(1)


def test_a_stratum_that_no_dataset_has_is_told(compared, ovarian):
    with pytest.raises(StudyError, match="stratified by a variable that isn't there"):
        compared(ovarian, strata=("SITE",))


# Months 1, 2, 3, 4 each: 30 has an event at 2, 20 at 1 and 2; all others are censored.
MONTHS = np.array([1, 2, 3, 4, 1, 2, 3, 4]) * DAYS_PER_MONTH
SMALL = trial(MONTHS, [1, 1, 0, 0, 0, 1, 0, 0], [1] * 4 + [2] * 4)


def test_the_difference_of_shares_has_greenwoods_variance(compared, stat):
    """At month 3: 2/3 less 1/2; variances (2/3)² · 1/6 and (1/2)² · (1/12 + 1/6)."""
    ard = compared(SMALL, rates_months=(3,)).ard
    error = np.sqrt((2 / 3) ** 2 / 6 + 0.25 * (1 / 12 + 1 / 6))
    expected = [1 / 6, 1 / 6 - 1.959964 * error, 1 / 6 + 1.959964 * error]
    names = ("estimate", "conf.low", "conf.high")
    found = [stat(ard, "difference.3", "ph1_30", name, "VALUE") for name in names]
    assert found == pytest.approx(expected, abs=1e-6)
    assert stat(ard, "difference.3", "ph1_30", "estimate") == "16.7"


def test_after_the_follow_up_of_a_column_the_difference_is_missing_with_its_reason(compared, stat):
    ard = compared(SMALL, rates_months=(5,)).ard
    assert stat(ard, "difference.5", "ph1_30", "estimate") == "NE"
    assert "followed as long" in stat(ard, "difference.5", "ph1_30", "estimate", "REASON")


def test_without_an_event_nothing_is_estimated_and_the_reason_stands(compared, stat):
    ard = compared(trial([5.0, 6.0], [0, 0], [1, 2])).ard
    for row, name in (("hazard", "estimate"), ("hazard", "p.value"), ("log_rank", "p.value")):
        assert stat(ard, row, "ph1_30", name) == "NE"
        assert stat(ard, row, "ph1_30", name, "REASON") == "no event"


def test_columns_that_share_subjects_are_refused(compared, ovarian):
    with pytest.raises(StudyError, match="shares subjects with the reference"):
        compared(ovarian, keys=("ph1_20", "all"))


def test_a_reference_that_is_no_column_is_refused(compared, ovarian):
    with pytest.raises(StudyError, match="reference is no column of the display"):
        compared(ovarian, keys=("ph1_30",))


def test_a_comparison_counts_the_subjects_of_both_columns(compared, ovarian, stat):
    results = compared(ovarian, rates_months=(6,))
    ard = results.ard
    assert stat(ard, "hazard", "ph1_30", "n", "VALUE") == 26
    assert stat(ard, "difference.6", "ph1_30", "estimate", "N_SUBJECTS") == 26
    assert stat(ard, "events", "ph1_30", "n", "VALUE") == 5
    assert stat(ard, "hazard", "ph1_30", "estimate", "LEVEL2") == "ph1_20"
    found = trace_results(ovarian, ard, results.sets, results.subjects)
    assert found.departures == ()
