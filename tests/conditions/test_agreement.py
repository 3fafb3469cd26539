"""The writers agree: pandas selects the records that DuckDB selects by the SQL of a condition."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csrkit.conditions import And, Comparison, Named, Not, Or, parse
from csrkit.conditions.frames import mask
from csrkit.conditions.sql import to_sql
from csrkit.conditions.text import to_text

TEXTS = st.sampled_from(["A", "B", "AB", "it's", 'say "x"', "%", "男", " "])
NUMBERS = st.sampled_from([0, 1, -1, 0.1, 0.30000000000000004, 1e22, 1.5e-7])
ORDERED = ("LT", "LE", "GT", "GE")


def compared(variables: list[str], values: st.SearchStrategy, comparators: tuple[str, ...]):
    """Comparisons of some variables with one value, with several, and with none."""
    name = st.sampled_from(variables)
    one = st.sampled_from(("EQ", "NE", *comparators))
    return st.one_of(
        st.builds(Comparison, name, one, st.tuples(values)),
        st.builds(
            Comparison,
            name,
            st.sampled_from(("IN", "NOTIN")),
            st.lists(values, min_size=1, max_size=3).map(tuple),
        ),
        st.builds(Comparison, name, st.sampled_from(("MISSING", "PRESENT"))),
    )


COMPARISONS = compared(["T", "U"], TEXTS, (*ORDERED, "CONTAINS")) | compared(
    ["N", "M"], NUMBERS, ORDERED
)


def joined(least: int) -> st.SearchStrategy:
    """Trees of comparisons, whose junctions have at least so many parts."""
    return st.recursive(
        COMPARISONS,
        lambda part: st.one_of(
            st.builds(And, st.lists(part, min_size=least, max_size=3).map(tuple)),
            st.builds(Or, st.lists(part, min_size=least, max_size=3).map(tuple)),
            st.builds(Not, part),
        ),
        max_leaves=6,
    )


CONDITIONS = joined(0) | st.builds(Named, st.just("name"), joined(0))
ROWS = st.lists(
    st.tuples(
        TEXTS | st.sampled_from([None, ""]),
        TEXTS | st.sampled_from([None, ""]),
        NUMBERS | st.just(np.nan),
        NUMBERS | st.just(np.nan),
    ),
    min_size=1,
    max_size=8,
)


@pytest.fixture(scope="module")
def database():
    with duckdb.connect() as connection:
        yield connection


def records_of(rows) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["T", "U", "N", "M"])
    text = {name: frame[name].astype(object).where(frame[name].notna(), None) for name in "TU"}
    return frame.assign(**text, N=frame["N"].astype("float64"), M=frame["M"].astype("float64"))


def chosen_by_sql(database, frame: pd.DataFrame, condition) -> list[int]:
    database.execute("CREATE OR REPLACE TABLE records (T VARCHAR, U VARCHAR, N DOUBLE, M DOUBLE)")
    rows = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
    database.executemany("INSERT INTO records VALUES (?, ?, ?, ?)", rows)
    sql = f"SELECT rowid FROM records WHERE {to_sql(condition)} ORDER BY rowid"
    return [row[0] for row in database.execute(sql).fetchall()]


@given(condition=CONDITIONS, rows=ROWS)
@settings(max_examples=200, deadline=None)
def test_pandas_and_sql_select_the_same_records_however_text_is_missing(database, condition, rows):
    frame = records_of(rows)
    chosen = np.flatnonzero(mask(frame, condition)).tolist()
    for absent in (None, ""):
        alike = frame.assign(**{name: frame[name].replace({"": None}) for name in "TU"})
        alike = alike.assign(**{name: alike[name].fillna("") for name in "TU" if absent == ""})
        assert np.flatnonzero(mask(alike, condition)).tolist() == chosen
        assert chosen_by_sql(database, alike, condition) == chosen
    assert chosen_by_sql(database, frame, condition) == chosen


@given(condition=joined(2))
@settings(max_examples=150)
def test_a_condition_is_read_as_it_was_written(condition):
    assert parse(to_text(condition)) == condition


@pytest.mark.parametrize(
    "text",
    [
        "T != 'A'",
        "not T == 'A'",
        "not T != 'A'",
        "T not in ['A']",
        "not T in ['A']",
        "not T < 'B'",
        "not T contains 'A'",
        "N != 1",
        "not N > 1",
        "not (N > 1 or T == 'A')",
        "not (N > 1 and T == 'A')",
        "not not N > 1",
        "(N > 1 or T == 'A') and N < 2",
    ],
)
def test_a_denied_condition_is_true_or_false_of_a_missing_value_in_sql_too(database, text):
    frame = records_of([("A", "", 1, 1), ("B", "", 2, 2), ("", "", np.nan, 0), (None, "", 1, 0)])
    chosen = np.flatnonzero(mask(frame, parse(text))).tolist()
    assert chosen_by_sql(database, frame, parse(text)) == chosen
