from __future__ import annotations

import pandas as pd

from csrkit.conditions import parse
from csrkit.conditions.frames import mask
from csrkit.conditions.sql import to_sql
from csrkit.conditions.words import to_words
from csrkit.results.columns import columns_of, sorting_column, whole_columns
from csrkit.results.spread import NOTHING, Spread
from csrkit.study.analysis import AnalysisSet, ColumnGroup


def totals(columns):
    return {group.key: group.total for group in columns.groups}


def test_columns_overlap_and_count_the_analysis_set_only(study, adsl):
    columns = columns_of(study, adsl, "SAF")
    assert totals(columns) == {"ph1_20": 1, "ph1_30": 2, "ph1": 3, "ph2": 1, "rp2d": 3, "all": 4}
    assert columns["ph1_30"].subjects == ("S2", "S3")


def test_no_analysis_set_means_every_subject(study, adsl):
    assert totals(columns_of(study, adsl, "", ("all",))) == {"all": 5}


def test_a_column_uses_the_dose_of_the_analysis_set(study, adsl):
    moved = adsl.assign(TRT01AN=[30.0, 30.0, 30.0, 30.0, float("nan")])
    keys = ("ph1_20", "ph1_30")
    assert totals(columns_of(study, moved, "SAF", keys)) == {"ph1_20": 0, "ph1_30": 3}
    assert totals(columns_of(study, moved, "ENR", keys)) == {"ph1_20": 1, "ph1_30": 2}


def test_a_column_is_said_by_its_analysis_set_and_its_own_condition(study, adsl):
    columns = columns_of(study, adsl, "SAF", ("ph1_30", "all"))
    assert to_words(columns["ph1_30"].condition) == "Safety set; Phase I 30×10⁸"
    assert to_words(columns["all"].condition) == "Safety set"
    assert to_sql(columns["all"].condition) == "\"SAFFL\" = 'Y'"


def test_a_subject_stands_once_in_every_column_that_it_belongs_to(study, adsl):
    members = columns_of(study, adsl, "SAF", ("ph1_30", "all")).members
    pairs = list(members.itertuples(index=False, name=None))
    assert pairs == [("S2", 0), ("S3", 0), ("S1", 1), ("S2", 1), ("S3", 1), ("S4", 1)]


def test_an_analysis_set_without_subjects_has_columns_of_zero(study, adsl):
    columns = columns_of(study, adsl.iloc[:0], "SAF", ("ph1_20", "all"))
    assert totals(columns) == {"ph1_20": 0, "all": 0}
    assert isinstance(columns.members, pd.DataFrame)


def test_the_column_of_all_sorts_wherever_it_stands_and_the_last_one_without_it(study, adsl):
    first = columns_of(study, adsl, "SAF", ("all", "ph1_20"))
    without = columns_of(study, adsl, "SAF", ("ph1_30", "ph1_20"))
    assert sorting_column(study, first) == "all"
    assert sorting_column(study, without) == "ph1_20"
    assert whole_columns(study, ("ph1_20", "all")) == ("all",)


def test_records_spread_over_columns_without_subjects_are_nobodys(study, adsl, adae):
    columns = columns_of(study, adsl.iloc[:0], "SAF", ("ph1_20", "all"))
    assert Spread.over(adae, columns).tally() == {"ph1_20": NOTHING, "all": NOTHING}


def with_columns(study, **filters):
    columns = {key: ColumnGroup(label=key, filter=text) for key, text in filters.items()}
    return study.model_copy(update={"columns": columns})


def test_a_column_may_be_any_condition_or_the_treatment_of_the_analysis_set(study, adsl):
    """Two arms of one dose are told apart by their treatments."""
    named = adsl.assign(
        TRT01P=["A", "B", "A", "C", None],
        TRT01A=["A", "A", "A", "C", None],
        AGE=[60, 70, 55, 80, 30],
    )
    own = with_columns(
        study,
        a="{TREATMENT} == 'A'",
        b="{TREATMENT} == 'B'",
        old="AGE >= 65 and SEX is not missing",
    )
    assert totals(columns_of(own, named, "SAF")) == {"a": 3, "b": 0, "old": 2}
    assert totals(columns_of(own, named, "FAS")) == {"a": 2, "b": 1, "old": 2}


def test_an_analysis_set_may_be_a_condition(study, adsl):
    women = AnalysisSet(
        where=parse("SAFFL == 'Y' and SEX == 'F'"), label="Women", definition="All women treated."
    )
    own = study.model_copy(update={"analysis_sets": {**study.analysis_sets, "WOM": women}})
    columns = columns_of(own, adsl, "WOM", ("all",))
    assert columns["all"].subjects == ("S1", "S4")
    assert to_sql(columns["all"].condition) == to_sql(women.where)
    assert not mask(adsl, women.outside)[[0, 3]].any()
    assert mask(adsl, women.outside)[[1, 2, 4]].all()
