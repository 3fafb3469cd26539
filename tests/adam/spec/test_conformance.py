from __future__ import annotations

import pandas as pd
import pytest

from csrkit.adam.registry import DATASETS
from csrkit.adam.spec import DatasetSpec, Variable, block, conform, load_spec
from csrkit.errors import DerivationError, StudyError


@pytest.fixture
def spec():
    """A small dataset: two keys, a flag, a count and a date."""
    return DatasetSpec.model_validate(
        {
            "dataset": "ADXX",
            "label": "Example",
            "class": "BASIC DATA STRUCTURE",
            "structure": "One record per subject per visit",
            "keys": ["USUBJID", "AVISITN"],
            "variables": [
                {"origin": "Assigned", "method": "As it is.", **variable}
                for variable in (
                    {"name": "USUBJID", "label": "Subject", "type": "text", "length": 4},
                    {"name": "AVISITN", "label": "Visit", "type": "integer"},
                    {
                        "name": "ANL01FL",
                        "label": "Flag",
                        "type": "text",
                        "length": 1,
                        "codelist": "Y",
                    },
                    {"name": "ADT", "label": "Date", "type": "date", "format": "DATE9."},
                )
            ],
        }
    )


@pytest.fixture
def good():
    return pd.DataFrame(
        {
            "ADT": pd.to_datetime(["2025-06-02", None, "2025-06-01"]),
            "ANL01FL": ["Y", None, float("nan")],
            "AVISITN": [2, 1, 1],
            "USUBJID": ["S-01", "S-02", "S-01"],
        }
    )


def test_a_conforming_frame_gets_the_order_types_and_labels_of_its_specification(spec, good):
    out = conform(good, spec)
    expected = pd.DataFrame(
        {
            "USUBJID": ["S-01", "S-01", "S-02"],
            "AVISITN": [1.0, 2.0, 1.0],
            "ANL01FL": pd.Series([None, "Y", None], dtype=object),
            "ADT": pd.to_datetime(["2025-06-01", "2025-06-02", None]),
        }
    )
    pd.testing.assert_frame_equal(out, expected)
    assert out["ANL01FL"].tolist() == [None, "Y", None]
    assert out.attrs == {
        "label": "Example",
        "labels": {"USUBJID": "Subject", "AVISITN": "Visit", "ANL01FL": "Flag", "ADT": "Date"},
    }


def test_a_frame_without_records_has_the_types_of_its_specification(spec, good):
    assert conform(good.iloc[:0].astype(object), spec).dtypes.astype(str).to_dict() == {
        "USUBJID": "object",
        "AVISITN": "float64",
        "ANL01FL": "object",
        "ADT": "datetime64[ns]",
    }


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"AVISITN": [1.5, 1, 2]}, ["ADXX.AVISITN", "USUBJID=S-01", "integer"]),
        ({"AVISITN": ["1", "2", "3"]}, ["ADXX.AVISITN", "a number"]),
        ({"AVISITN": [float("inf"), 1, 2]}, ["ADXX.AVISITN", "inf"]),
        ({"ANL01FL": ["N", None, "Y"]}, ["ADXX.ANL01FL", "'N'", "allowed: Y"]),
        ({"ANL01FL": ["", None, "Y"]}, ["ADXX.ANL01FL", "None when missing"]),
        ({"ANL01FL": [1, None, "Y"]}, ["ADXX.ANL01FL", "allowed: text"]),
        ({"USUBJID": ["S-01", "S-02", "S-é3"]}, ["ADXX.USUBJID", "'S-é3'", "at most 4 bytes"]),
        ({"ADT": ["2025-06-01"] * 3}, ["ADXX.ADT", "datetime64"]),
        ({"ADT": pd.to_datetime(["2025-06-01T10:00"] * 3)}, ["ADXX.ADT", "midnight"]),
        ({"AVISITN": [1, 1, 1]}, ["same key", "USUBJID=S-01, AVISITN=1.0"]),
        ({"AVISIT": "Week 1"}, ["has AVISIT"]),
    ],
)
def test_a_departure_names_dataset_variable_and_record(spec, good, change, words):
    with pytest.raises(DerivationError) as fault:
        conform(good.assign(**change), spec)
    assert all(word in str(fault.value) for word in words), str(fault.value)


def test_a_missing_variable_is_named(spec, good):
    with pytest.raises(DerivationError, match="lacks ADT"):
        conform(good.drop(columns="ADT"), spec)


@pytest.mark.parametrize("name", [dataset.name for dataset in DATASETS])
def test_every_dataset_has_a_specification_that_can_be_read(name):
    spec = load_spec(name)
    assert spec.dataset == name
    assert {"STUDYID", "USUBJID"} <= set(spec.names)
    assert "USUBJID" in spec.keys


def test_a_variable_carried_from_adsl_is_described_once():
    carried = next(v for v in load_spec("ADAE").variables if v.name == "TRT01AN")
    own = next(v for v in load_spec("ADSL").variables if v.name == "TRT01AN")
    assert (carried.label, carried.type) == (own.label, own.type)
    assert (carried.origin, carried.source) == ("Predecessor", "ADSL.TRT01AN")


def test_a_block_that_is_not_there_is_an_error():
    with pytest.raises(StudyError, match="include"):
        block("everything")


def test_a_label_longer_than_xpt_allows_is_refused():
    with pytest.raises(ValueError, match="at most 40"):
        Variable(name="X", label="x" * 41, type="text", origin="Assigned")


def test_a_derived_variable_must_say_how():
    with pytest.raises(ValueError, match="needs its method"):
        Variable(name="X", label="x", type="text", origin="Derived")
