"""The truth test: what of the results isn't so in the datasets is named."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from csrkit.conditions import parse
from csrkit.results.methods import CLOPPER_PEARSON, SUMMARY
from csrkit.results.store import combine_results
from csrkit.results.trace import trace_results
from csrkit.results.verbs.counts import count_subjects
from csrkit.results.verbs.proportions import estimate_proportion
from csrkit.results.verbs.summaries import continuous_formats, summarise_values

WHERE = parse("TRTEMFL == 'Y'")


@pytest.fixture
def datasets(adsl, adae):
    return {"ADSL": adsl, "ADAE": adae}


@pytest.fixture
def results(bench):
    """Two displays that share the sets of their columns."""
    teae = bench("teae")
    count_subjects(teae, teae.declare("any", dataset="ADAE", where=WHERE), "any", events=True)
    rate = teae.declare("rate", dataset="ADAE", where=WHERE, method=CLOPPER_PEARSON, level=0.95)
    estimate_proportion(teae, rate, "rate", parse("AEDECOD == 'Nausea'"))
    ages = bench("ages")
    declared = ages.declare("AGE", dataset="ADSL", method=SUMMARY, variable="AGE")
    summarise_values(
        ages, declared, "AGE", row="AGE", formats=continuous_formats(0),
        statistics=("n", "mean", "n_missing"),
    )  # fmt: skip
    return combine_results([teae.finish(), ages.finish()])


def departures(datasets, results):
    return trace_results(datasets, results.ard, results.sets, results.subjects).departures


def set_of(results, output, row, column, stat="n", name="SET_ID"):
    ard = results.ard
    chosen = (ard["OUTPUT"] == output) & (ard["ROW"] == row) & (ard["COLUMN"] == column)
    return ard.loc[chosen & (ard["STAT"] == stat), name].iloc[0]


def changed(frame, chosen, name, value):
    copy = frame.copy()
    copy.loc[chosen, name] = value
    return copy


def test_results_that_are_so_have_no_departure_and_all_are_checked(datasets, results):
    found = trace_results(datasets, results.ard, results.sets, results.subjects)
    assert found.departures == ()
    assert (found.sets, found.results) == (len(results.sets), len(results.ard))
    assert found.sets > 5


def test_a_changed_number_of_records_names_set_and_displays(datasets, results):
    key = set_of(results, "teae", "any", "all")
    sets = changed(results.sets, results.sets["SET_ID"] == key, "N_RECORDS", 5)
    first = departures(datasets, replace(results, sets=sets))[0]
    assert key in first.where
    assert "ADAE where \"SAFFL\" = 'Y' AND \"TRTEMFL\" = 'Y'" in first.where
    assert first.said == "5 records of 3 subjects (S1, S2, S3)"
    assert first.found == "4 records of 3 subjects (S1, S2, S3)"
    assert first.outputs == ("teae",)


def test_a_set_of_two_displays_names_both(datasets, results):
    key = set_of(results, "teae", "any", "all", name="DENOM_ID")
    sets = changed(results.sets, results.sets["SET_ID"] == key, "N_SUBJECTS", 5)
    found = departures(datasets, replace(results, sets=sets))
    assert [one.outputs for one in found if f"set {key}" in one.where] == [("ages", "teae")]


def test_another_subject_in_a_set_is_named(datasets, results):
    key = set_of(results, "teae", "any", "ph1_20")
    chosen = results.subjects["SET_ID"] == key
    moved = replace(results, subjects=changed(results.subjects, chosen, "USUBJID", "S4"))
    (found,) = departures(datasets, moved)
    assert key in found.where
    assert (found.said, found.found) == (
        "2 records of 1 subjects (S4)",
        "2 records of 1 subjects (S1)",
    )
    assert found.outputs == ("teae",)


def test_a_subject_too_few_is_named(datasets, results):
    key = set_of(results, "teae", "any", "ph1_30")
    lacking = (results.subjects["SET_ID"] == key) & (results.subjects["USUBJID"] == "S3")
    (found,) = departures(datasets, replace(results, subjects=results.subjects[~lacking]))
    assert (found.said, found.found) == (
        "2 records of 2 subjects (S2)",
        "2 records of 2 subjects (S2, S3)",
    )


def test_another_condition_is_named(datasets, results):
    key = set_of(results, "teae", "any", "all")
    sql = "\"SAFFL\" = 'Y'"
    chosen = results.sets["SET_ID"] == key
    moved = replace(results, sets=changed(results.sets, chosen, "WHERE_SQL", sql))
    (found,) = departures(datasets, moved)
    assert found.where == f"set {key}: ADAE where {sql}"
    assert found.found == "5 records of 4 subjects (S1, S2, S3, S4)"


@pytest.mark.parametrize(
    ("output", "row", "stat"),
    [
        ("teae", "any", "n"),
        ("teae", "any", "N"),
        ("teae", "any", "p"),
        ("teae", "any", "n_events"),
        ("teae", "rate", "n"),
        ("teae", "rate", "p"),
        ("ages", "AGE", "n"),
        ("ages", "AGE", "n_missing"),
    ],
)
def test_another_count_is_named_with_row_and_display(datasets, results, output, row, stat):
    ard = results.ard
    chosen = (
        (ard["OUTPUT"] == output)
        & (ard["ROW"] == row)
        & (ard["STAT"] == stat)
        & (ard["COLUMN"] == "all")
    )
    assert chosen.sum() == 1
    moved = replace(results, ard=ard.assign(VALUE=ard["VALUE"].where(~chosen, ard["VALUE"] + 1)))
    (found,) = departures(datasets, moved)
    assert found.where.startswith(f"display {output}, row {row}, column all: ")
    assert found.said == f"another {stat}"
    assert found.outputs == (output,)


def test_a_count_that_lost_its_value_is_named(datasets, results):
    chosen = (results.ard["ROW"] == "any") & (results.ard["STAT"] == "n")
    moved = replace(results, ard=changed(results.ard, chosen, "VALUE", float("nan")))
    assert len(departures(datasets, moved)) == 3


@pytest.mark.parametrize("name", ["SET_ID", "DENOM_ID"])
def test_a_row_of_a_set_that_is_not_there_is_named(datasets, results, name):
    ard = results.ard
    chosen = (ard["ROW"] == "any") & (ard["STAT"] == "p") & (ard["COLUMN"] == "all")
    moved = replace(results, ard=changed(ard, chosen, name, "S0"))
    found = departures(datasets, moved)
    assert found[0].where == "display teae, row any, column all: 75.0"
    assert (found[0].said, found[0].found) == (f"{name} S0", "no such set")


def test_a_row_without_a_set_is_named(datasets, results):
    chosen = results.ard["ROW"] == "any"
    moved = replace(results, ard=changed(results.ard, chosen, "SET_ID", ""))
    assert len(departures(datasets, moved)) == chosen.sum()


def test_another_value_in_a_dataset_is_named_by_the_sets_that_lose_it(datasets, results, adae):
    other = {**datasets, "ADAE": changed(adae, adae["USUBJID"] == "S3", "TRTEMFL", None)}
    found = departures(other, results)
    keys = {set_of(results, "teae", "any", column) for column in ("ph1_30", "all")}
    assert {one.where.split(":")[0] for one in found} == {f"set {key}" for key in keys}


def test_another_value_of_adsl_is_seen_in_the_sets_of_every_dataset(datasets, results, adsl):
    other = {**datasets, "ADSL": changed(adsl, adsl["USUBJID"] == "S1", "SAFFL", "N")}
    found = " ".join(one.where for one in departures(other, results))
    assert ": ADSL where" in found
    assert ": ADAE where" in found


def test_a_dataset_that_is_not_there_is_named(datasets, results):
    (found,) = departures({"ADSL": datasets["ADSL"]}, results)
    assert (found.where, found.found) == ("dataset ADAE", "no such dataset")


def test_a_missing_text_is_missing_whether_empty_or_absent(datasets, bench, adae):
    """XPT knows no absent text: datasets read from it have empty ones."""
    made = bench()
    for number, text in enumerate(
        ["TRTEMFL is missing", "TRTEMFL != 'Y'", "AEBODSYS not in ['Gut']", "not (TRTEMFL == 'Y')"]
    ):
        declared = made.declare(f"n{number}", dataset="ADAE", where=parse(text))
        count_subjects(made, declared, f"n{number}")
    read = {**datasets, "ADAE": adae.fillna({"TRTEMFL": "", "AEBODSYS": ""})}
    assert not read["ADAE"].equals(adae)
    assert departures(read, made.finish()) == departures(datasets, made.finish()) == ()


def test_more_sets_than_one_query_takes_are_all_asked(datasets, bench, monkeypatch):
    monkeypatch.setattr("csrkit.results.trace.TOGETHER", 2)
    made = bench()
    for number in range(5):
        declared = made.declare(f"n{number}", dataset="ADAE", where=parse(f"ATOXGRN > {number}"))
        count_subjects(made, declared, f"n{number}")
    results = made.finish()
    assert departures(datasets, results) == ()
    last = results.sets.index[results.sets["DATASET"] == "ADAE"][-1]
    sets = changed(results.sets, results.sets.index == last, "N_RECORDS", 99)
    assert "99 records" in departures(datasets, replace(results, sets=sets))[0].said


def test_a_share_of_nobody_is_no_departure(study, bench, adsl, adae):
    nobody = adsl.assign(SAFFL="N")
    made = bench(datasets={"ADSL": nobody})
    count_subjects(made, made.declare("any", dataset="ADAE"), "any", events=True)
    results = made.finish()
    assert results.ard["VALUE"].isna().any()
    assert departures({"ADSL": nobody, "ADAE": adae}, results) == ()


def test_sets_and_rows_that_are_none_are_traced_as_none(bench, adsl):
    results = bench().finish()
    found = trace_results({"ADSL": adsl}, results.ard, results.sets, results.subjects)
    assert (found.sets, found.results, found.departures) == (0, 0, ())
    assert isinstance(results.subjects, pd.DataFrame)
