from __future__ import annotations

import math
from dataclasses import replace

import pytest

from csrkit.results.ard import (
    ARD_COLUMNS,
    Analysis,
    Result,
    Statistic,
    combine,
    empty_ard,
    rows_of,
)
from csrkit.results.methods import CLOPPER_PEARSON
from csrkit.results.verbs.counts import count_subjects
from csrkit.stats.estimate import Estimate

ANALYSIS = Analysis(
    id="teae.any",
    output="teae",
    label="Any",
    analysis_set="SAF",
    dataset="ADAE",
    where_text="",
    where_sql="TRUE",
    groupings=("COLUMN",),
    variable="",
    method=CLOPPER_PEARSON,
    settings="{}",
    level=0.95,
    purpose="",
    reason="SPECIFIED IN SAP",
)
RESULT = Result(
    row="any",
    column="all",
    statistics=[
        Statistic("n", 1, "count"),
        Statistic("N", 4, "count"),
        Statistic("conf.low", 0.006, "percent1"),
    ],
    levels={"COLUMN": "all", "AEBODSYS": "Gut"},
    set_id="Sown",
    denominator="Swhole",
    variable="AEDECOD",
    level="Nausea",
)


@pytest.fixture
def any_teae(bench):
    made = bench()
    count_subjects(made, made.declare("any", dataset="ADAE"), "any")
    return made.finish().ard


def test_a_row_names_its_analysis_method_groupings_and_what_was_analysed():
    row = next(iter(rows_of(ANALYSIS, RESULT)))
    assert (row["OUTPUT"], row["ANALYSIS"], row["METHOD"], row["ANALYSIS_SET"]) == (
        "teae",
        "teae.any",
        CLOPPER_PEARSON.name,
        "SAF",
    )
    assert [row[name] for name in ("GROUP1", "LEVEL1", "GROUP2", "LEVEL2")] == [
        "COLUMN",
        "all",
        "AEBODSYS",
        "Gut",
    ]
    assert (row["VARIABLE"], row["VARLEVEL"]) == ("AEDECOD", "Nausea")


def test_only_confidence_limits_have_a_confidence_level():
    levels = {row["STAT"]: row["CONF_LEVEL"] for row in rows_of(ANALYSIS, RESULT)}
    assert levels["conf.low"] == 0.95
    assert math.isnan(levels["n"])
    without = rows_of(replace(ANALYSIS, level=None), RESULT)
    assert all(math.isnan(row["CONF_LEVEL"]) for row in without)


def test_only_the_row_of_the_total_is_about_the_denominator():
    sets = {row["STAT"]: (row["SET_ID"], row["DENOM_ID"]) for row in rows_of(ANALYSIS, RESULT)}
    assert sets == {
        "n": ("Sown", "Swhole"),
        "N": ("Swhole", ""),
        "conf.low": ("Sown", "Swhole"),
    }


def test_the_total_of_a_result_without_a_denominator_is_its_own_set():
    alone = replace(RESULT, denominator="")
    assert {row["SET_ID"] for row in rows_of(ANALYSIS, alone)} == {"Sown"}


def test_more_grouping_factors_than_the_results_have_room_for_are_a_fault():
    deep = replace(RESULT, levels=dict.fromkeys("ABCDE", "x"))
    with pytest.raises(ValueError, match=r"teae\.any: more than 4 grouping factors"):
        list(rows_of(ANALYSIS, deep))


@pytest.mark.parametrize(
    ("statistic", "shown", "missing"),
    [
        (Statistic("n", 3, "count"), "3", False),
        (Statistic("p", None, "percent", "why"), "NE", True),
        (Statistic("p", math.nan, "percent", "why", "NR"), "NR", True),
        (Statistic.text("decision", "Stay"), "Stay", False),
        (Statistic.of("mean", Estimate(1.25), "fixed1"), "1.3", False),
        (Statistic.of("mean", Estimate(math.nan, "no value"), "fixed1"), "NE", True),
    ],
)
def test_a_statistic_is_shown_by_its_format_its_word_or_why_it_is_missing(
    statistic, shown, missing
):
    assert (statistic.formatted, statistic.missing) == (shown, missing)


def test_a_reason_stands_only_where_there_is_no_value():
    statistics = [Statistic("n", 1, "count", "unused"), Statistic("p", None, "percent", "nobody")]
    rows = rows_of(ANALYSIS, replace(RESULT, statistics=statistics))
    assert [row["REASON"] for row in rows] == [None, "nobody"]


def test_results_are_numbered_from_one_within_each_output(any_teae):
    other = any_teae.assign(OUTPUT="other")
    numbered = combine([any_teae, other, any_teae])
    assert list(numbered.columns) == list(ARD_COLUMNS)
    assert numbered.loc[numbered["OUTPUT"] == "other", "NUMBER"].tolist() == list(range(1, 10))
    assert numbered.loc[numbered["OUTPUT"] == "teae", "NUMBER"].tolist() == list(range(1, 19))


def test_an_empty_result_has_the_same_types_as_a_filled_one(any_teae):
    assert combine([]).dtypes.equals(any_teae.dtypes)
    assert empty_ard().empty


def test_a_flat_row_repeats_what_its_set_says(any_teae):
    row = any_teae[(any_teae["COLUMN"] == "ph1_30") & (any_teae["STAT"] == "n")].iloc[0]
    assert row["WHERE_TEXT"] == "Safety set; Phase I 30×10⁸"
    assert (row["DATASET"], row["N_RECORDS"], row["N_SUBJECTS"]) == ("ADAE", 2, 2)
