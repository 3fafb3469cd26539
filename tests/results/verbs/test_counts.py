from __future__ import annotations

import pandas as pd
import pytest

from csrkit.conditions import Named, parse
from csrkit.results.verbs.counts import count_levels, count_nested, count_subjects, level_name

TEAE = Named("Treatment-emergent", parse("TRTEMFL == 'Y'"))


@pytest.fixture
def counted(bench):
    """Count treatment-emergent events by one verb; return the ARD."""

    def count(verb, *arguments, datasets=None, **settings):
        made = bench(datasets=datasets)
        declared = made.declare(
            "any", dataset="ADAE", where=TEAE, groupings=["AEBODSYS", "AEDECOD"]
        )
        verb(made, declared, *arguments, **settings)
        return made.finish().ard

    return count


@pytest.fixture
def levels(bench):
    """Count the levels of a variable of ADSL; return the levels in order, and the ARD."""

    def count(variable, **settings):
        made = bench()
        declared = made.declare(variable, dataset="ADSL", groupings=[variable])
        found = count_levels(made, declared, variable, prefix=variable, **settings)
        return found, made.finish().ard

    return count


def test_a_subject_counts_once_and_each_event_counts(counted, stat):
    found = counted(count_subjects, "any", events=True)
    shown = [stat(found, "any", "all", name) for name in ("n", "N", "p", "n_events")]
    assert shown == ["3", "4", "75.0", "4"]
    assert stat(found, "any", "ph1_20", "n_events") == "2"


def test_without_percent_there_is_neither_denominator_nor_share(counted):
    found = counted(count_subjects, "any", percent=False)
    assert set(found["STAT"]) == {"n"}
    assert set(found["DENOM_ID"]) == {""}


def test_a_column_without_subjects_has_no_percentage_and_says_why(counted, adsl, stat):
    found = counted(count_subjects, "any", datasets={"ADSL": adsl.iloc[1:]})
    assert stat(found, "any", "ph1_20", "p") == "NE"
    assert stat(found, "any", "ph1_20", "p", "REASON") == "No subject counts in the denominator"


def test_a_further_condition_narrows_the_count_and_its_set(counted, stat):
    found = counted(count_subjects, "severe", parse("ATOXGRN >= 3"))
    assert stat(found, "severe", "all", "n") == "1"
    assert stat(found, "severe", "all", "n", "WHERE_SQL") == (
        '"SAFFL" = \'Y\' AND "TRTEMFL" = \'Y\' AND "ATOXGRN" >= 3'
    )


def test_every_row_says_where_it_comes_from(counted):
    found = counted(count_subjects, "any")
    row = found[(found["COLUMN"] == "ph1_30") & (found["STAT"] == "n")].iloc[0]
    assert row["WHERE_TEXT"] == "Safety set; Phase I 30×10⁸; Treatment-emergent"
    assert (row["ANALYSIS_SET"], row["DATASET"]) == ("SAF", "ADAE")
    assert (row["N_RECORDS"], row["N_SUBJECTS"]) == (2, 2)


def test_declared_levels_are_counted_when_nobody_has_them_and_missing_is_a_level(levels, stat):
    order, found = levels("SEX", levels=["F", "M", "U"])
    assert order == ["F", "M", "U", None]
    counts = [stat(found, f"SEX.{level}", "all", "n") for level in ("F", "M", "U", "Missing")]
    assert counts == ["2", "1", "0", "1"]
    assert stat(found, "SEX.U", "all", "p") == "0"


def test_the_set_of_a_missing_level_asks_for_a_missing_value(levels, stat):
    _, found = levels("SEX")
    assert stat(found, "SEX.Missing", "all", "n", "WHERE_TEXT") == "Safety set; Sex is missing"
    assert stat(found, "SEX.Missing", "all", "n", "N_SUBJECTS") == 1


def test_numeric_levels_are_named_without_decimals(levels):
    order, found = levels("AGE", levels=[60, 65])
    rows = ["AGE.60", "AGE.65", "AGE.55", "AGE.70", "AGE.Missing"]
    assert list(dict.fromkeys(found["ROW"])) == rows
    assert order == [60, 65, 55.0, 70.0, None]


def test_levels_found_are_sorted_by_frequency_in_the_last_column_then_by_name(bench, adsl):
    """DOSE: B is commonest in the first column, A and C in the last one, of all."""
    reasons = adsl.assign(WHY=["B", "C", "A", "C", "C"])
    made = bench(datasets={"ADSL": reasons}, columns=("ph1_20", "all"))
    declared = made.declare("why", dataset="ADSL", groupings=["WHY"])
    assert count_levels(made, declared, "WHY", prefix="why", by_frequency=True) == ["C", "A", "B"]


def test_levels_are_sorted_by_their_subjects_and_not_by_their_records(bench):
    """Vomiting has three events of one subject, rash two of two."""
    adae = pd.DataFrame(
        {"USUBJID": ["S1", "S1", "S1", "S2", "S3"], "AEDECOD": ["Vomiting"] * 3 + ["Rash"] * 2}
    )
    made = bench(datasets={"ADAE": adae})
    declared = made.declare("terms", dataset="ADAE", groupings=["AEDECOD"])
    found = count_levels(made, declared, "AEDECOD", prefix="term", by_frequency=True)
    assert found == ["Rash", "Vomiting"]


def test_each_row_of_a_level_names_variable_and_level(levels):
    _, found = levels("SEX")
    pairs = found[["VARIABLE", "VARLEVEL"]].drop_duplicates()
    assert list(pairs.itertuples(index=False, name=None)) == [
        ("SEX", "F"),
        ("SEX", "M"),
        ("SEX", "Missing"),
    ]


def test_terms_are_counted_within_their_class_in_every_column(bench, stat):
    made = bench()
    by = ["AEBODSYS", "AEDECOD"]
    declared = made.declare("terms", dataset="ADAE", where=TEAE, groupings=by)
    tallies = {**made.spread(declared.scope).by(by[:1]), **made.spread(declared.scope).by(by)}
    paths = [("Gut",), ("Gut", "Nausea"), (None, "Rash")]
    count_nested(made, declared, by, tallies, paths)
    found = made.finish().ard
    assert stat(found, "Gut", "all", "n") == "2"
    assert stat(found, "Gut / Nausea", "ph1_20", "n") == "1"
    assert stat(found, "Gut / Nausea", "ph1_20", "n_events") == "2"
    assert stat(found, "Gut / Nausea", "ph1_30", "n") == "0"
    assert stat(found, "Missing / Rash", "ph1_30", "n") == "1"
    row = found[(found["ROW"] == "Gut / Nausea") & (found["COLUMN"] == "all")].iloc[0]
    assert [row[name] for name in ("GROUP1", "LEVEL1", "GROUP2", "LEVEL2", "GROUP3")] == [
        "COLUMN",
        "all",
        "AEBODSYS",
        "Gut",
        "",
    ]
    assert (row["VARIABLE"], row["VARLEVEL"]) == ("AEDECOD", "Nausea")


@pytest.mark.parametrize(
    ("level", "name"), [(None, "Missing"), ("F", "F"), (3.0, "3"), (2.5, "2.5"), (0, "0")]
)
def test_a_level_is_named_as_a_reader_writes_it(level, name):
    assert level_name(level) == name
