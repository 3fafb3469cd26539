from __future__ import annotations

import pandas as pd
import pytest

from csrkit.results.summaries import (
    CONTINUOUS,
    PHARMACOKINETIC,
    continuous_formats,
    significant_formats,
    summarise_values,
)
from csrkit.results.where import Where


def test_mean_has_one_decimal_more_than_the_data_and_the_sd_two(analysis, adsl, stat):
    found = summarise_values(analysis, adsl, "AGE", formats=continuous_formats(0))
    shown = {name: stat(found, "AGE", "all", name) for name in CONTINUOUS}
    assert shown == {
        "n": "3",
        "mean": "61.7",
        "sd": "7.64",
        "median": "60.0",
        "p25": "55.0",
        "p75": "70.0",
        "min": "55",
        "max": "70",
    }


def test_what_one_value_cannot_give_carries_its_reason(analysis, adsl, stat):
    found = summarise_values(analysis, adsl, "AGE", formats=continuous_formats(0))
    assert stat(found, "AGE", "ph1_20", "sd") == "NE"
    assert stat(found, "AGE", "ph1_20", "sd", "REASON") == "needs at least 2 values"
    assert stat(found, "AGE", "ph1_20", "mean") == "60.0"


def test_subjects_without_a_record_count_as_missing(analysis, adsl, stat):
    records = adsl[adsl["USUBJID"] != "S2"]
    found = summarise_values(
        analysis, records, "AGE", formats=continuous_formats(0), statistics=("n", "n_missing")
    )
    assert stat(found, "AGE", "all", "n") == "2"
    assert stat(found, "AGE", "all", "n_missing") == "2"


def test_pk_statistics_have_three_significant_digits(analysis, adsl, stat):
    found = summarise_values(
        analysis, adsl, "AGE", formats=significant_formats(), statistics=PHARMACOKINETIC
    )
    shown = [stat(found, "AGE", "all", name) for name in ("mean", "sd", "cv", "geom_mean")]
    assert shown == ["61.7", "7.64", "12.4", "61.4"]


def test_two_records_of_a_subject_are_an_error(analysis, adsl):
    twice = pd.concat([adsl, adsl])
    with pytest.raises(ValueError, match="subject S1 has more than one record of AGE"):
        summarise_values(analysis, twice, "AGE", formats=continuous_formats(0))


def test_the_filter_of_a_summary_finds_its_records(analysis, adsl):
    women = Where("Female", "SEX == 'F'")
    found = summarise_values(
        analysis, adsl, "AGE", formats=continuous_formats(0), where=women, groups={"SEX": "F"}
    )
    row = found[found["COLUMN"] == "all"].iloc[0]
    assert len(adsl.query(row["FILTER_EXPR"], engine="python")) == row["N_RECORDS"] == 1
