from __future__ import annotations

import pandas as pd
import pytest

from csrkit.errors import StudyError
from csrkit.results.groups import column_groups
from csrkit.results.where import Where, among, equals


def test_columns_overlap_and_count_the_analysis_set_only(study, adsl):
    groups = column_groups(study, adsl, "SAF")
    assert groups.totals == {"ph1_20": 1, "ph1_30": 2, "ph1": 3, "ph2": 1, "rp2d": 3, "all": 4}
    assert groups.label == "Safety set"


def test_no_analysis_set_means_every_subject(study, adsl):
    assert column_groups(study, adsl, "", ("all",)).totals == {"all": 5}


def test_a_column_uses_the_dose_of_the_analysis_set(study, adsl):
    moved = adsl.assign(TRT01AN=[30.0, 30.0, 30.0, 30.0, float("nan")])
    columns = ("ph1_20", "ph1_30")
    assert column_groups(study, moved, "SAF", columns).totals == {"ph1_20": 0, "ph1_30": 3}
    assert column_groups(study, moved, "ENR", columns).totals == {"ph1_20": 1, "ph1_30": 2}


def test_a_record_stands_once_in_every_column_of_its_subject(groups):
    records = pd.DataFrame({"USUBJID": ["S2", "S2", "S5"], "AESEQ": [1, 2, 1]})
    expanded = groups.expand(records)
    assert sorted(zip(expanded["COLUMN"], expanded["AESEQ"], strict=True)) == [
        ("all", 1),
        ("all", 2),
        ("ph1_30", 1),
        ("ph1_30", 2),
    ]


def test_an_analysis_without_subjects_has_columns_of_zero(study, adsl):
    groups = column_groups(study, adsl.iloc[:0], "SAF", ("ph1_20", "all"))
    assert groups.totals == {"ph1_20": 0, "all": 0}


def test_filters_join_with_or_kept_together():
    both = Where("a", "A == 1 or B == 2") & equals("C", "x'y")
    assert both.expr == """(A == 1 or B == 2) and C == "x'y\""""
    frame = pd.DataFrame({"A": [1, 0, 1], "B": [0, 2, 0], "C": ["x'y", "x'y", "z"]})
    assert list(both.select(frame, "X").index) == [0, 1]


def test_a_missing_value_is_a_level():
    frame = pd.DataFrame({"SEX": ["F", None]})
    assert list(equals("SEX", None).select(frame, "ADSL").index) == [1]
    assert list(among("SEX", ["F", "M"]).select(frame, "ADSL").index) == [0]


def test_a_filter_that_cannot_run_names_dataset_and_variables():
    with pytest.raises(StudyError) as fault:
        Where("", "SEXX == 'F'").select(pd.DataFrame({"SEX": ["F"]}), "ADSL")
    assert "dataset ADSL" in fault.value.where
    assert "SEXX" in fault.value.found
    assert "SEX" in fault.value.allowed
