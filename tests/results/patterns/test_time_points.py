"""Values before and after an infusion, worked by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from csrkit.conditions import parse
from csrkit.index.settings.time_points import ByTimePoint, Given, TimePointCurve, WithoutNumber
from csrkit.results.trace import trace_results

NONE = None
NAMES = ["USUBJID", "INFNUM", "ATPT", "ATPTN", "AVAL", "AVALC", "CHGPRE", "ANL02FL"]


@pytest.fixture
def adlb():
    """IL-6 around infusions 1 and 2; S2 is below the limit before, and has a repeat; S3 isn't done.

    The 10 h after infusion 1 sort after the 4 h, as numbers do and names don't.
    """
    rows = [
        ("S1", 1.0, "10 H", 10.0, 8.5, NONE, 3.5, "Y"),
        ("S1", 1.0, "4 H", 4.0, 45.0, NONE, 40.0, "Y"),
        ("S1", 1.0, "PRE", 0.0, 5.0, NONE, NONE, "Y"),
        ("S2", 1.0, "PRE", 0.0, NONE, "<2", NONE, NONE),
        ("S2", 1.0, "4 H", 4.0, 60.0, NONE, NONE, NONE),
        ("S2", 1.0, "4 H", 4.0, 80.0, NONE, NONE, "Y"),
        ("S3", 1.0, "PRE", 0.0, 7.0, NONE, NONE, "Y"),
        ("S3", 1.0, "4 H", 4.0, NONE, NONE, NONE, NONE),
        ("S1", 2.0, "PRE", 0.0, 6.0, NONE, NONE, "Y"),
        ("S1", 2.0, "4 H", 4.0, NONE, NONE, NONE, NONE),
        ("S1", NONE, NONE, NONE, 99.0, NONE, NONE, NONE),
    ]
    frame = pd.DataFrame(rows, columns=NAMES).assign(PARAMCD="IL6", PARAM="Interleukin 6 (pg/mL)")
    numbers = ["INFNUM", "ATPTN", "AVAL", "CHGPRE"]
    return frame.astype(dict.fromkeys(numbers, "float64"))


@pytest.fixture
def adex():
    """Infusion 1 of S1, S2 and S3, and the second of S1; a missed one is another parameter."""
    rows = [("S1", "DOSE", 1.0), ("S2", "DOSE", 1.0), ("S3", "DOSE", 1.0), ("S1", "DOSE", 2.0),
            ("S2", "MISSED", 2.0)]  # fmt: skip
    return pd.DataFrame(rows, columns=["USUBJID", "PARAMCD", "INFNUM"])


def settings(kind=ByTimePoint, **more):
    return kind(
        dataset="ADLB", where=parse("ANL02FL == 'Y'"),
        without_number=WithoutNumber(
            where=parse("AVAL is missing and AVALC is not missing"), label="Below"
        ),
        **more,
    )  # fmt: skip


@pytest.fixture
def results(analysed, adlb, adex):
    given = Given(where=parse("PARAMCD == 'DOSE'"))
    return analysed("by_time_point", settings(given=given), ADLB=adlb, ADEX=adex)


@pytest.fixture
def ard(results):
    return results.ard


def test_time_points_stand_by_infusion_and_number_also_those_without_a_value(ard):
    rows = list(dict.fromkeys(ard.loc[ard["STAT"] == "mean", "ROW"]))
    assert rows == ["IL6.1.PRE", "IL6.1.4 H", "IL6.1.10 H", "IL6.2.PRE", "IL6.2.4 H"]


def test_a_value_counts_whether_or_not_there_was_one_before_and_a_change_only_then(ard, stat):
    assert stat(ard, "IL6.1.4 H", "all.value", "n") == "2"
    assert stat(ard, "IL6.1.4 H", "all.value", "mean") == "62.50"  # (45 + 80) / 2, not 60
    assert stat(ard, "IL6.1.4 H", "all.change", "n") == "1"
    assert stat(ard, "IL6.1.4 H", "all.change", "mean") == "40.00"
    assert stat(ard, "IL6.1.PRE", "all.value", "median") == "6.00"  # 5 and 7; <2 has no number


def test_the_time_before_has_no_change_and_one_after_without_a_value_has_none_counted(ard, stat):
    assert ard[(ard["ROW"] == "IL6.1.PRE") & (ard["COLUMN"] == "all.change")].empty
    assert stat(ard, "IL6.2.4 H", "all.value", "n") == "0"
    assert stat(ard, "IL6.2.4 H", "all.change", "n") == "0"


def test_results_that_are_no_number_are_counted_beside_the_values(ard, stat):
    assert stat(ard, "IL6.1.PRE.without_number", "ph1_30.value", "n") == "1"
    assert stat(ard, "IL6.1.4 H.without_number", "all.value", "n") == "0"  # S3: not done


def test_who_received_an_infusion_is_counted_by_the_administrations(ard, stat):
    assert stat(ard, "given.1", "all.value", "n") == "3"
    assert stat(ard, "given.1", "ph1_30.value", "n") == "2"
    assert stat(ard, "given.2", "all.value", "n") == "1"


def test_only_the_infusions_that_settings_name_are_shown(analysed, adlb):
    ard = analysed("by_time_point", settings(occasions=(2,)), ADLB=adlb).ard
    assert set(ard.loc[ard["LEVEL3"] != "", "LEVEL3"]) == {"2"}


def test_a_curve_has_means_with_standard_errors_or_medians_with_quartiles(analysed, adlb, stat):
    means = analysed("time_point_curve", settings(TimePointCurve), ADLB=adlb).ard
    assert stat(means, "IL6.1.4 H", "all.value", "se", "VALUE") == pytest.approx(17.5)
    shown = settings(TimePointCurve, shown="median_quartiles")
    medians = analysed("time_point_curve", shown, ADLB=adlb).ard
    assert stat(medians, "IL6.1.4 H", "all.value", "p75", "VALUE") == 80.0
    assert not means["COLUMN"].str.endswith(".change").any()


def test_every_set_is_as_its_condition_says(adsl, adlb, adex, results):
    datasets = {"ADSL": adsl, "ADLB": adlb, "ADEX": adex}
    found = trace_results(datasets, results.ard, results.sets, results.subjects)
    assert not found.departures
