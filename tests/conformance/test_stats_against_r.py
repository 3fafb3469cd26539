"""Log-rank, Cox, Aalen-Johansen, rates and intervals agree with R, to 1E-6 relative.

The reference values are committed (stats_reference.csv, made by stats_reference.R), so R isn't
needed here.
"""

import importlib.util
import runpy
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


@pytest.fixture(scope="module")
def module():
    return load("stats_table")


@pytest.fixture(scope="module")
def table(module):
    return module.table(COMPARED)


def test_no_statistic_differs_more_than_is_allowed(table):
    assert len(table) >= 25
    assert (table["difference"] <= table["allowed"]).all(), table.to_string()


def test_the_document_for_reviewers_shows_these_comparisons(module, table, root):
    def without_difference(text):
        """Return the cells but the largest difference, whose last digits are the machine's."""
        return [line.split(" | ")[:3] + line.split(" | ")[4:] for line in text.splitlines()]

    document = runpy.run_path(str(root / "docs" / "for_reviewers.py"))
    written = document["written"]()["statistics"]
    assert without_difference(written) == without_difference(module.markdown(table))
