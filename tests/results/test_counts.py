from __future__ import annotations

import json

import pandas as pd
import pytest

from csrkit.results.ard import ARD_COLUMNS, Analysis, combine, empty_ard
from csrkit.results.counts import count_levels, count_nested, count_subjects
from csrkit.results.proportions import proportion
from csrkit.results.where import Where


@pytest.fixture
def adae(adsl) -> pd.DataFrame:
    frame = pd.DataFrame(
        [
            ("S1", "Gut", "Nausea", "Y"),
            ("S1", "Gut", "Nausea", "Y"),
            ("S2", "Gut", "Vomiting", "Y"),
            ("S3", None, "Rash", "Y"),
            ("S4", "Gut", "Nausea", None),
            ("S5", "Gut", "Nausea", "Y"),
        ],
        columns=["USUBJID", "AEBODSYS", "AEDECOD", "TRTEMFL"],
    )
    return frame.merge(adsl, on="USUBJID")


@pytest.fixture
def events(groups) -> Analysis:
    return Analysis("teae", "ADAE", groups, Where("Treatment-emergent", "TRTEMFL == 'Y'"))


def test_a_subject_counts_once_and_each_event_counts(events, adae, stat):
    found = count_subjects(events, adae, "any", events=True)
    assert [stat(found, "any", "all", name) for name in ("n", "N", "p", "n_events")] == [
        "3",
        "4",
        "75.0",
        "4",
    ]
    assert stat(found, "any", "ph1_20", "n_events") == "2"


def test_a_column_without_subjects_has_no_percentage_and_says_why(study, adsl, adae, stat):
    from csrkit.results.groups import column_groups

    nobody = column_groups(study, adsl.iloc[1:], "SAF", ("ph1_20",))
    found = count_subjects(Analysis("teae", "ADAE", nobody), adae, "any")
    assert stat(found, "any", "ph1_20", "p") == "NE"
    assert stat(found, "any", "ph1_20", "p", "REASON") == "No subject counts in the denominator"


def test_every_row_says_where_it_comes_from_and_its_filter_finds_the_same_records(events, adae):
    found = count_subjects(events, adae, "any")
    row = found[found["COLUMN"] == "ph1_30"].iloc[0]
    assert row["FILTER_TEXT"] == "Safety set; Phase I 30×10⁸; Treatment-emergent"
    assert row["ANALYSIS_SET"] == "SAF"
    assert row["DATASET"] == "ADAE"
    assert json.loads(row["SUBJECTS"]) == ["S2", "S3"]
    records = adae.query(row["FILTER_EXPR"])
    assert (len(records), records["USUBJID"].nunique()) == (row["N_RECORDS"], row["N_SUBJECTS"])


def test_declared_levels_are_counted_when_nobody_has_them_and_missing_is_a_level(
    analysis, adsl, stat
):
    found = count_levels(analysis, adsl, "SEX", levels=["F", "M", "U"])
    counts = [stat(found, f"SEX.{level}", "all", "n") for level in ("F", "M", "U", "Missing")]
    assert counts == ["2", "1", "0", "1"]
    assert stat(found, "SEX.U", "all", "p") == "0"


def test_numeric_levels_are_named_without_decimals(analysis, adsl):
    found = count_levels(analysis, adsl, "AGE", levels=[60, 65])
    rows = ["AGE.60", "AGE.65", "AGE.55", "AGE.70", "AGE.Missing"]
    assert list(dict.fromkeys(found["ROW"])) == rows


def test_terms_are_counted_within_their_class_in_every_column(events, adae, stat):
    found = count_nested(events, adae, "AEBODSYS", "AEDECOD")
    assert stat(found, "Gut", "all", "n") == "2"
    assert stat(found, "Gut / Nausea", "ph1_20", "n") == "1"
    assert stat(found, "Gut / Nausea", "ph1_20", "n_events") == "2"
    assert stat(found, "Gut / Nausea", "ph1_30", "n") == "0"
    assert stat(found, "Missing / Rash", "ph1_30", "n") == "1"
    groups = json.loads(stat(found, "Gut / Nausea", "all", "n", "GROUPS"))
    assert groups == {"COLUMN": "all", "AEBODSYS": "Gut"}


def test_a_proportion_carries_its_exact_interval(events, adae, stat):
    found = proportion(events, adae, "rate", Where("Nausea", "AEDECOD == 'Nausea'"))
    shown = [stat(found, "rate", "all", name) for name in ("n", "p", "conf.low", "conf.high")]
    assert shown == ["1", "25.0", "0.6", "80.6"]


def test_subject_keys_are_left_out_when_there_are_many(study):
    from csrkit.results.groups import column_groups

    many = pd.DataFrame(
        {"USUBJID": [f"S{n:03}" for n in range(21)], "SAFFL": "Y", "PHASE": "I", "TRT01AN": 20.0}
    )
    groups = column_groups(study, many, "SAF", ("all",))
    found = count_subjects(Analysis("x", "ADSL", groups), many, "any")
    assert found["SUBJECTS"].isna().all()
    assert set(found["N_SUBJECTS"]) == {21}


def test_results_are_numbered_from_one_within_each_output(events, adae):
    one = count_subjects(events, adae, "any")
    other = one.assign(OUTPUT="other")
    numbered = combine([one, other, one])
    assert list(numbered.columns) == list(ARD_COLUMNS)
    assert numbered.loc[numbered["OUTPUT"] == "other", "NUMBER"].tolist() == list(range(1, 10))
    assert numbered.loc[numbered["OUTPUT"] == "teae", "NUMBER"].tolist() == list(range(1, 19))


def test_an_empty_result_has_the_same_types_as_a_filled_one(events, adae):
    assert combine([]).dtypes.equals(count_subjects(events, adae, "any").dtypes)
    assert empty_ard().empty
