"""Grades of laboratory values against the criteria that the R package admiral publishes.

`ctcae_grades.csv` holds what admiral's metadata of CTCAE v4.03, v5.0 and v6.0 give for values at
each of their limits, one per cent below and above it, after no, a normal, a high and a low
baseline (`atoxgr_criteria_ctcv4` and its like, of July 2026, in SI and US conventional units):
facts, worked out once, outside of this repository. Limits of normal and baselines are made up.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csrkit.stats.ctcae import grade_labs

FILE = Path(__file__).with_name("ctcae_grades.csv")
KEY = ["TERM", "AVALU", "AVAL"]
# The text begins grade 1 of triglycerides, and of GGT after a high baseline in version 5.0, at the
# limit itself. An alkaline phosphatase above normal counts as above a baseline that isn't known.
TRIGLYCERIDES = [
    ("Hypertriglyceridemia", "MMOL/L", 1.71, "0", "1"),
    ("Hypertriglyceridemia", "mg/dL", 150.0, "0", "1"),
]
DEPARTURES = {
    "4.03": TRIGLYCERIDES,
    "5.0": [("GGT increased", "U/L", 180.0, "0", "1"), *TRIGLYCERIDES],
    "6.0": [("Alkaline phosphatase increased", "U/L", 101.0, None, "1"), *TRIGLYCERIDES],
}


def read(version):
    text = ["VERSION", "TERM", "PARAMCD", "DIRECTION", "AVALU", "BNRIND", "SPEC", "FAST", "GRADE"]
    grid = pd.read_csv(FILE, dtype=dict.fromkeys(text, str))
    grid = grid[grid["VERSION"] == version].reset_index(drop=True)
    return grid.assign(
        **{name: grid[name].astype(object).where(grid[name].notna(), None) for name in text}
    )


@pytest.mark.parametrize("version", DEPARTURES)
def test_grades_are_those_of_admiral_but_where_the_text_says_otherwise(version):
    grid = read(version)
    found = grade_labs(grid, version=version)
    low = grid["DIRECTION"] == "L"
    ours = pd.Series(np.where(low, found["ATOXGRL"], found["ATOXGRH"]))
    differ = (ours != grid["GRADE"]) & (ours.notna() | grid["GRADE"].notna())
    told = grid.loc[differ, KEY].assign(THEIRS=grid["GRADE"], OURS=ours)
    assert sorted(told.itertuples(index=False, name=None)) == DEPARTURES[version]


@pytest.mark.parametrize(("version", "terms"), [("4.03", 42), ("5.0", 40), ("6.0", 43)])
def test_every_term_that_admiral_grades_is_compared_at_every_grade(version, terms):
    grid = read(version)
    assert grid.groupby(["TERM", "DIRECTION"]).ngroups == terms
    reached = grid.groupby(["TERM", "AVALU"], dropna=False)["GRADE"].nunique()
    assert (reached >= 2).all()
    found = grade_labs(grid, version=version)
    named = np.where(grid["DIRECTION"] == "L", found["ATOXDSCL"], found["ATOXDSCH"])
    assert (pd.Series(named) == grid["TERM"].str.replace(r" \(.*\)$", "", regex=True)).all()
