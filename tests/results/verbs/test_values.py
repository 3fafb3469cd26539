from __future__ import annotations

import pandas as pd
import pytest

from csrkit.conditions import parse
from csrkit.results.methods import VALUE
from csrkit.results.verbs.values import NOT_KNOWN, pick_values


@pytest.fixture
def advs():
    return pd.DataFrame(
        {
            "USUBJID": ["S2", "S1", "S3", "S4", "S5"],
            "AVAL": [61.0, 30.0, 122.0, None, 9.0],
            "AVALC": ["PR", "SD", "PD", None, "CR"],
            "NUMBER": [1.0, 1.0, 1.0, 1.0, 1.0],
        }
    )


@pytest.fixture
def picked(bench, advs):
    def pick(stat, variable, *, records=None, where="", columns=("ph1_20", "ph1_30"), **settings):
        frame = advs if records is None else records
        made = bench("swimmer", datasets={"ADVS": frame}, columns=columns)
        declared = made.declare(
            "value", dataset="ADVS", method=VALUE, where=parse(where), variable=variable
        )
        pick_values(made, declared, stat, variable, **settings)
        return made.finish().ard

    return pick


def test_each_subject_of_the_columns_has_its_value_in_its_column(picked):
    found = picked("response", "AVALC")
    shown = found[["ROW", "COLUMN", "STAT", "FORMATTED"]].itertuples(index=False, name=None)
    assert list(shown) == [
        ("S1", "ph1_20", "response", "SD"),
        ("S2", "ph1_30", "response", "PR"),
        ("S3", "ph1_30", "response", "PD"),
    ]


def test_a_number_is_divided_and_written_by_its_format(picked):
    found = picked("months", "AVAL", written="fixed1", divisor=30.5).set_index("ROW")
    assert found["VALUE"].to_dict() == {"S1": 30 / 30.5, "S2": 2.0, "S3": 4.0}
    assert found.loc["S2", "FORMATTED"] == "2.0"


def test_an_order_sorts_by_column_and_value_then_by_subject(picked):
    def descending(column, value):
        return -value

    found = picked("change", "AVAL", written="fixed0", order=descending)
    assert found["ROW"].tolist() == ["S3", "S2", "S1"]


def test_a_subject_of_several_columns_stands_in_the_first(picked):
    found = picked("response", "AVALC", columns=("ph1_30", "all"))
    assert found.set_index("ROW")["COLUMN"].to_dict() == {
        "S1": "all",
        "S2": "ph1_30",
        "S3": "ph1_30",
        "S4": "all",
    }


def test_a_missing_value_says_why_and_comes_last_in_an_ascending_order(picked):
    found = picked(
        "months", "AVAL", columns=("all",), written="fixed1", order=lambda column, value: value
    )
    assert found["ROW"].tolist() == ["S1", "S2", "S3", "S4"]
    assert found["REASON"].tolist()[-1] == NOT_KNOWN


def test_the_set_of_a_value_is_the_record_of_its_subject(picked):
    found = picked("response", "AVALC", where="AVALC is not missing").set_index("ROW")
    assert found.loc["S2", "N_RECORDS"] == 1
    said = "Analysis Value (C) is not missing; Unique Subject Identifier is S2"
    assert found.loc["S2", "WHERE_TEXT"].endswith(said)


def test_two_records_of_a_subject_need_what_tells_them_apart(picked, advs):
    twice = pd.concat([advs, advs.assign(NUMBER=2.0)])
    with pytest.raises(ValueError, match=r"swimmer\.value: more than one record of S1"):
        picked("dose", "AVAL", records=twice, written="fixed0")
    found = picked("dose", "AVAL", records=twice, written="fixed0", number="NUMBER")
    assert found.loc[found["ROW"] == "S1", "VARLEVEL"].tolist() == ["1", "2"]
    with pytest.raises(ValueError, match="more than one record of S1"):
        picked("dose", "AVAL", records=pd.concat([advs, advs]), written="fixed0", number="NUMBER")
