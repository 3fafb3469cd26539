"""Log-rank, Cox, Aalen-Johansen, rates and intervals agree with R, to 1E-6 relative.

The reference values are committed (stats_reference.csv, made by stats_reference.R), so R isn't
needed here.
"""

import importlib.util
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def load(name):
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


COMPARED = load("stats_cases").compared()


@pytest.mark.parametrize("what", COMPARED["what"].unique())
def test_every_statistic_is_that_of_r(what):
    rows = COMPARED[COMPARED["what"] == what]
    assert rows[["value", "found"]].notna().all(axis=None)
    worst = rows.loc[rows["difference"].idxmax()]
    assert worst["difference"] < 1e-6, worst.to_string()


def test_every_method_has_reference_values():
    assert set(COMPARED["what"]) == set(load("stats_cases").FUNCTIONS)


def test_the_table_for_reviewers_names_every_proof_and_none_fails():
    table = load("stats_table").table()
    assert len(table) >= 15
    assert (table["difference"] <= table["allowed"]).all(), table.to_string()
