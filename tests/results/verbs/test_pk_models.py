"""Dose proportionality and accumulation, worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from csrkit.errors import StudyError
from csrkit.index.settings.pk import Accumulation, DoseProportionality
from csrkit.results.trace import trace_results
from csrkit.results.verbs.proportionality import conclude

CMAX = {"analyte": "NKDNA", "parameters": [{"paramcd": "CMAX", "label": "Cmax"}]}
# Four subjects, two of each dose: values of infusions 1 and 6; S4 has none of infusion 6.
FIRST, SIXTH = [10.0, 20.0, 15.0, 30.0], [20.0, 160.0, 30.0, None]
HALVED_EACH_INTERVAL = np.log(2) / 168


def adpp(rows):
    names = ["USUBJID", "PARAMCD", "INFNUM", "AVAL", "DOSE"]
    return pd.DataFrame(rows, columns=names).assign(PARCAT1="NKDNA", ANL01FL="Y")


@pytest.fixture
def data():
    dose = [20.0, 20.0, 30.0, 30.0]
    subjects = ["S1", "S2", "S3", "S4"]
    adsl = pd.DataFrame(
        {"USUBJID": subjects, "PHASE": "I", "TRT01AN": dose, "TRT01PN": dose, "SAFFL": "Y"}
    )
    rows = [
        (subject, "CMAX", number, value, given)
        for number, values in ((1.0, FIRST), (6.0, SIXTH))
        for subject, value, given in zip(subjects, values, dose, strict=True)
    ]
    rows += [(subject, "LAMZ", 1.0, HALVED_EACH_INTERVAL, 20.0) for subject in subjects[:2]]
    rows += [("S3", "LAMZ", 1.0, None, 30.0), ("S1", "LAMZ", 6.0, 1.0, 20.0)]
    return {"ADSL": adsl, "ADPP": adpp(rows)}


@pytest.fixture
def slopes(analysed, data):
    def make(changes=None, keys=("ph1_20", "ph1"), **more):
        settings = DoseProportionality(**CMAX, **more)
        return analysed(
            "dose_proportionality", settings, keys=keys, **{**data, **(changes or {})}
        )  # fmt: skip

    return make


@pytest.fixture
def ratios(analysed, data):
    def make(changes=None, keys=("ph1_20", "ph1_30", "ph1", "ph2"), **more):
        settings = Accumulation(**CMAX, **more)
        return analysed("accumulation", settings, keys=keys, **{**data, **(changes or {})})

    return make


def test_the_slope_and_its_90_percent_interval_are_those_of_least_squares(slopes, stat):
    """Geometric means 14.14 and 21.21 stand as 30 to 20: slope 1; t(0.95, 2) = 2.91999.

    Each logarithm lies ln(2)/2 off the line: se² = (4 · 0.34657² / 2) / (4 · (ln(1.5)/2)²).
    """
    ard = slopes().ard
    half = 2.919986 * np.sqrt(2 * 0.3465736**2) / np.log(1.5)
    names = ("estimate", "conf.low", "conf.high")
    found = [stat(ard, "infusion1.CMAX", "ph1", name, "VALUE") for name in names]
    assert found == pytest.approx([1, 1 - half, 1 + half], abs=1e-5)
    assert stat(ard, "infusion1.CMAX", "ph1", "conf.low", "CONF_LEVEL") == 0.9


def test_the_limits_are_those_of_the_study_for_the_ratio_of_doses(slopes, stat):
    """1 + ln(0.8) / ln(1.5) and 1 + ln(1.25) / ln(1.5)."""
    ard = slopes().ard
    found = [
        stat(ard, "infusion1.CMAX", "ph1", name, "VALUE")
        for name in ("dose_ratio", "limit.low", "limit.high")
    ]
    assert found == pytest.approx([1.5, 0.44966, 1.55034], abs=1e-5)
    assert stat(ard, "infusion1.CMAX", "ph1", "conclusion") == "Inconclusive"


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        ((0.5, 1.5), "Proportional"),
        ((0.4, 1.5), "Inconclusive"),
        ((0.5, 1.6), "Inconclusive"),
        ((1.6, 2.0), "More than proportional"),
        ((-0.2, 0.3), "Less than proportional"),
    ],
)
def test_the_conclusion_follows_from_where_the_interval_lies(interval, words):
    assert conclude(*interval, (0.45, 1.55)) == words


def test_one_dose_has_no_slope_and_says_why(slopes, stat):
    ard = slopes().ard
    for name in ("estimate", "limit.low", "conclusion"):
        assert stat(ard, "infusion1.CMAX", "ph1_20", name) == "NE"
        assert stat(ard, "infusion1.CMAX", "ph1_20", name, "REASON") == "needs at least 2 doses"


def test_values_at_a_dose_of_0_are_left_out(slopes, data, stat):
    more = adpp([("S1", "CMAX", 1.0, 5.0, 0.0)])
    ard = slopes({"ADPP": pd.concat([data["ADPP"], more], ignore_index=True)}).ard
    assert stat(ard, "infusion1.CMAX", "ph1", "n") == "4"


def test_all_profiles_together_count_values_and_subjects(slopes, stat):
    ard = slopes(all_profiles=True).ard
    assert stat(ard, "profiles.CMAX", "ph1", "n") == "7"
    assert stat(ard, "profiles.CMAX", "ph1", "n_subjects") == "4"
    assert stat(ard, "profiles.CMAX", "ph1", "model") in ("Fixed", "Mixed")


def test_the_ratio_is_that_of_the_last_to_the_first_profile_within_subjects(ratios, stat):
    """Ratios 2 and 8: geometric mean 4; se of the logarithms ln(4)/2, t(0.95, 1) = 6.31375."""
    ard = ratios().ard
    half = 6.313752 * np.log(4) / 2
    names = ("n", "estimate", "conf.low", "conf.high")
    found = [stat(ard, "CMAX", "ph1_20", name, "VALUE") for name in names]
    assert found == pytest.approx([2, 4, 4 * np.exp(-half), 4 * np.exp(half)], rel=1e-6)
    assert stat(ard, "CMAX", "ph1_20", "conf.low", "CONF_LEVEL") == 0.9


def test_a_subject_without_one_of_the_profiles_does_not_count(ratios, stat):
    ard = ratios().ard
    assert stat(ard, "CMAX", "ph1_30", "n") == "1"
    assert stat(ard, "CMAX", "ph1_30", "estimate") == "2.00"
    assert stat(ard, "CMAX", "ph1_30", "conf.low", "REASON") == "needs at least 2 values"
    assert stat(ard, "CMAX", "ph1", "n", "N_RECORDS") == 6


def test_a_column_without_a_pair_has_no_ratio_and_says_why(ratios, stat):
    ard = ratios().ard
    assert stat(ard, "CMAX", "ph2", "estimate") == "NE"
    assert stat(ard, "CMAX", "ph2", "estimate", "REASON") == "no value"


def test_the_expected_accumulation_is_that_of_the_dosing_interval_and_the_first_profile(
    ratios, stat
):
    """A half-life of 7 days, the interval: 1 / (1 - 1/2) = 2."""
    ard = ratios().ard
    assert stat(ard, "expected", "ph1_20", "estimate", "VALUE") == pytest.approx(2)
    assert stat(ard, "expected", "ph1", "n") == "2"
    assert stat(ard, "expected", "ph1_30", "estimate") == "NE"


def flag(data, **named):
    """Return the parameters with one record that doesn't fulfil its criteria."""
    hit = pd.Series(True, index=data["ADPP"].index)
    for name, value in named.items():
        hit &= data["ADPP"][name].eq(value)
    assert hit.sum() == 1
    return {"ADPP": data["ADPP"].assign(ANL01FL=data["ADPP"]["ANL01FL"].mask(hit, None))}


def test_a_value_that_is_not_accepted_is_in_no_model(slopes, ratios, data, stat):
    without = flag(data, USUBJID="S2", PARAMCD="CMAX", INFNUM=1.0)
    assert stat(slopes().ard, "infusion1.CMAX", "ph1", "n", "VALUE") == 4
    assert stat(slopes(without).ard, "infusion1.CMAX", "ph1", "n", "VALUE") == 3
    assert stat(ratios(without).ard, "CMAX", "ph1_20", "n", "VALUE") == 1


def test_a_rate_constant_that_is_not_accepted_foretells_nothing(ratios, data, stat):
    without = flag(data, USUBJID="S2", PARAMCD="LAMZ", INFNUM=1.0)
    assert stat(ratios().ard, "expected", "ph1_20", "n", "VALUE") == 2
    assert stat(ratios(without).ard, "expected", "ph1_20", "n", "VALUE") == 1


def test_two_values_of_a_profile_are_refused(ratios, data):
    twice = pd.concat([data["ADPP"], data["ADPP"].iloc[:1]], ignore_index=True)
    with pytest.raises(ValueError, match="subject S1 has two values of a profile"):
        ratios({"ADPP": twice})


def test_a_study_without_two_profiles_has_no_accumulation(study, entry, data):
    from csrkit.results.analyse import analyse_display

    assumed = study.assumptions
    one = assumed.pk_infusions.model_copy(update={"value": (1,)})
    single = study.model_copy(
        update={"assumptions": assumed.model_copy(update={"pk_infusions": one})}
    )
    made = entry(
        "one", pattern="accumulation", settings=Accumulation(**CMAX), datasets=("ADSL", "ADPP")
    )
    with pytest.raises(StudyError, match="no accumulation to show"):
        analyse_display(made, single, data)


def test_each_set_is_found_again_in_sql(slopes, ratios, data):
    for results in (slopes(all_profiles=True), ratios()):
        found = trace_results(data, results.ard, results.sets, results.subjects)
        assert found.departures == ()
