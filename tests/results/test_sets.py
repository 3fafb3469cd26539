from __future__ import annotations

import json

import pandas as pd
import pytest

from csrkit.conditions import Named, equal, parse
from csrkit.results.sets import SET_COLUMNS, SUBJECT_COLUMNS, SetTable
from csrkit.results.store import combine_results
from csrkit.results.verbs.counts import count_subjects


@pytest.fixture
def nausea(bench):
    """The subjects with nausea, by column, of a display with this key."""

    def count(key="teae"):
        made = bench(key)
        declared = made.declare("nausea", dataset="ADAE", where=parse("AEDECOD == 'Nausea'"))
        count_subjects(made, declared, "nausea")
        return made.finish()

    return count


def row_of(results, column, stat):
    ard = results.ard
    return ard[(ard["COLUMN"] == column) & (ard["STAT"] == stat)].iloc[0]


def members(results, key):
    return results.subjects.loc[results.subjects["SET_ID"] == key, "USUBJID"].tolist()


def test_numerator_and_denominator_each_have_a_set_of_their_own(nausea):
    results = nausea()
    count = row_of(results, "all", "n")
    assert count["SET_ID"] != count["DENOM_ID"]
    sets = results.sets.set_index("SET_ID")
    own, whole = sets.loc[count["SET_ID"]], sets.loc[count["DENOM_ID"]]
    assert (own["DATASET"], own["N_RECORDS"], own["N_SUBJECTS"]) == ("ADAE", 3, 2)
    assert (whole["DATASET"], whole["N_RECORDS"], whole["N_SUBJECTS"]) == ("ADSL", 4, 4)
    assert own["WHERE_SQL"] == "\"SAFFL\" = 'Y' AND \"AEDECOD\" = 'Nausea'"
    assert whole["WHERE_SQL"] == "\"SAFFL\" = 'Y'"


def test_a_row_that_gives_the_denominator_names_its_set(nausea):
    results = nausea()
    count, total = row_of(results, "all", "n"), row_of(results, "all", "N")
    assert (total["SET_ID"], total["DENOM_ID"]) == (count["DENOM_ID"], "")
    assert total["DATASET"] == "ADSL"
    assert total["VALUE"] == total["N_SUBJECTS"] == 4
    assert members(results, total["SET_ID"]) == ["S1", "S2", "S3", "S4"]


def test_the_share_names_both_sets(nausea):
    results = nausea()
    count, share = row_of(results, "all", "n"), row_of(results, "all", "p")
    assert (share["SET_ID"], share["DENOM_ID"]) == (count["SET_ID"], count["DENOM_ID"])


def test_every_subject_is_kept_however_many(bench):
    many = pd.DataFrame(
        {
            "USUBJID": [f"S{n:04}" for n in range(1500)],
            "SAFFL": "Y",
            "PHASE": "I",
            "TRT01AN": 20.0,
            "TRT01PN": 20.0,
        }
    )
    made = bench(datasets={"ADSL": many}, columns=("all",))
    count_subjects(made, made.declare("any", dataset="ADSL"), "any")
    results = made.finish()
    assert members(results, row_of(results, "all", "n")["SET_ID"]) == list(many["USUBJID"])


def test_the_same_set_has_the_same_id_in_two_displays_and_is_kept_once(nausea):
    one, other = nausea("one"), nausea("other")
    assert one.sets["SET_ID"].tolist() == other.sets["SET_ID"].tolist()
    both = combine_results([one, other])
    assert both.sets["SET_ID"].is_unique
    assert len(both.sets) == len(one.sets)
    assert len(both.subjects) == len(one.subjects)


def test_a_name_in_words_does_not_make_another_set():
    table = SetTable()
    condition = parse("TRTEMFL == 'Y'")
    named = table.add("ADAE", Named("Treatment-emergent", condition), 2, ["S1"])
    assert table.add("ADAE", condition, 2, ["S1"]) == named
    assert len(table.sets) == 1


def test_another_dataset_or_condition_is_another_set():
    table, condition = SetTable(), equal("SAFFL", "Y")
    keys = {
        table.add("ADAE", condition, 1, ["S1"]),
        table.add("ADCM", condition, 1, ["S1"]),
        table.add("ADAE", equal("SAFFL", "N"), 1, ["S1"]),
    }
    assert len(keys) == 3


@pytest.mark.parametrize(("records", "subjects"), [(3, ["S1"]), (2, ["S2"]), (2, ["S1", "S2"])])
def test_two_computations_of_one_set_that_differ_are_a_fault(records, subjects):
    table, condition = SetTable(), equal("SAFFL", "Y")
    table.add("ADAE", condition, 2, ["S1"])
    with pytest.raises(ValueError, match="two computations of one set differ: ADAE where"):
        table.add("ADAE", condition, records, subjects)


def test_sets_are_written_in_words_in_sql_and_for_ars_with_the_dataset_of_each_variable():
    table = SetTable()
    condition = parse("SAFFL == 'Y' and ATOXGRN >= 3")
    table.add("ADAE", condition, 2, ["S2", "S3"])
    labels = {"ADAE": {"ATOXGRN": "Toxicity grade"}}
    sets, subjects = table.frames(
        lambda dataset, name: "ADSL" if name == "SAFFL" else dataset, labels.__getitem__
    )
    assert tuple(sets.columns) == SET_COLUMNS
    assert tuple(subjects.columns) == SUBJECT_COLUMNS
    one = sets.iloc[0]
    assert one["WHERE_TEXT"] == "SAFFL is Y; Toxicity grade is at least 3"
    assert one["WHERE_SQL"] == '"SAFFL" = \'Y\' AND "ATOXGRN" >= 3'
    clauses = json.loads(one["WHERE_ARS"])["compoundExpression"]["whereClauses"]
    assert [clause["condition"]["dataset"] for clause in clauses] == ["ADSL", "ADAE"]
    assert subjects["USUBJID"].tolist() == ["S2", "S3"]


def test_no_sets_have_the_columns_and_types_of_some():
    sets, subjects = SetTable().frames(lambda dataset, name: dataset, lambda dataset: {})
    assert sets.dtypes["N_RECORDS"] == "int64"
    assert (tuple(sets.columns), tuple(subjects.columns)) == (SET_COLUMNS, SUBJECT_COLUMNS)
