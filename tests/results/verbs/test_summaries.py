from __future__ import annotations

import pandas as pd
import pytest

from csrkit.conditions import Named, parse
from csrkit.results.methods import SUMMARY
from csrkit.results.verbs.summaries import (
    CONTINUOUS,
    PHARMACOKINETIC,
    continuous_formats,
    significant_formats,
    summarise_values,
)


@pytest.fixture
def ages(bench):
    """Summarise AGE of ADSL; return the ARD."""

    def summarise(*more, adsl=None, dataset="ADSL", formats=None, **settings):
        made = bench(datasets={} if adsl is None else {dataset: adsl})
        declared = made.declare("AGE", dataset=dataset, method=SUMMARY, variable="AGE")
        formats = formats or continuous_formats(0)
        summarise_values(made, declared, "AGE", *more, row="AGE", formats=formats, **settings)
        return made.finish().ard

    return summarise


def test_mean_has_one_decimal_more_than_the_data_and_the_sd_two(ages, stat):
    found = ages()
    assert {name: stat(found, "AGE", "all", name) for name in CONTINUOUS} == {
        "n": "3",
        "mean": "61.7",
        "sd": "7.64",
        "median": "60.0",
        "p25": "55.0",
        "p75": "70.0",
        "min": "55",
        "max": "70",
    }


def test_what_one_value_cannot_give_carries_its_reason(ages, stat):
    found = ages()
    assert stat(found, "AGE", "ph1_20", "sd") == "NE"
    assert stat(found, "AGE", "ph1_20", "sd", "REASON") == "needs at least 2 values"
    assert stat(found, "AGE", "ph1_20", "mean") == "60.0"


def test_subjects_without_a_record_count_as_missing(ages, adsl, stat):
    """Records of another dataset than ADSL: S2 has none, S4 has one without a value."""
    found = ages(
        adsl=adsl.loc[adsl["USUBJID"] != "S2", ["USUBJID", "AGE"]],
        dataset="ADVS",
        statistics=("n", "n_missing"),
    )
    assert stat(found, "AGE", "all", "n") == "2"
    assert stat(found, "AGE", "all", "n_missing") == "2"
    assert stat(found, "AGE", "ph1_20", "n_missing") == "0"
    assert stat(found, "AGE", "ph1_30", "n_missing") == "1"


def test_pk_statistics_have_three_significant_digits(ages, stat):
    found = ages(formats=significant_formats(), statistics=PHARMACOKINETIC)
    shown = [stat(found, "AGE", "all", name) for name in ("mean", "sd", "cv", "geom_mean")]
    assert shown == ["61.7", "7.64", "12.4", "61.4"]


def test_two_records_of_a_subject_are_an_error_that_names_it_and_the_records(ages, adsl):
    twice = pd.concat([adsl, adsl])
    with pytest.raises(ValueError, match="subject S1 has more than one record of AGE") as fault:
        ages(adsl=twice, dataset="ADVS")
    assert "for ADVS where AGE is not missing" in str(fault.value)


def test_the_set_of_a_summary_is_the_records_with_a_value(ages, stat):
    women = Named("Female", parse("SEX == 'F'"))
    found = ages(women, levels={"SEX": "F"})
    assert stat(found, "AGE", "all", "n", "WHERE_TEXT") == "Safety set; Female; Age is not missing"
    assert stat(found, "AGE", "all", "n", "N_RECORDS") == 1
    assert stat(found, "AGE", "all", "mean", "LEVEL2") == "F"


def test_row_and_column_may_carry_the_column_group(bench, stat):
    made = bench()
    declared = made.declare("AGE", dataset="ADSL", method=SUMMARY, variable="AGE")
    summarise_values(
        made, declared, "AGE", row="age.{column}", column="h{column}",
        formats=continuous_formats(0), statistics=("mean",),
    )  # fmt: skip
    assert stat(made.finish().ard, "age.ph1_20", "hph1_20", "mean") == "60.0"
