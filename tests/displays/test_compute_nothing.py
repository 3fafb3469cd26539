"""Displays arrange results: no method, no dataset, no grouping or sum of their own."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

import csrkit.displays
from csrkit.displays.arrange import Shelf
from csrkit.displays.make import LAYOUTS, arrange_display

FOLDER = Path(csrkit.displays.__file__).parent
FILES = sorted(FOLDER.rglob("*.py"))
FORBIDDEN_MODULES = ("csrkit.stats", "csrkit.adam", "scipy", "lifelines", "statsmodels")
FORBIDDEN_CALLS = {
    "groupby", "merge", "agg", "aggregate", "apply", "pivot", "pivot_table", "crosstab", "mean",
    "sum", "std", "var", "median", "quantile", "nunique", "value_counts", "sort_values", "cumsum",
    "nlargest", "nsmallest", "idxmax", "idxmin", "rank",
}  # fmt: skip
MAKES_FRAMES = {"make.py"}
"""Calls the results layer with the datasets, and hands on its results alone."""


def name_of(file: Path) -> str:
    return file.relative_to(FOLDER).as_posix()


def imported(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def called(tree: ast.AST) -> set[str]:
    return {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }


def within(module: str, forbidden: str) -> bool:
    return f"{module}.".startswith(f"{forbidden}.")


def read(file: Path) -> ast.AST:
    return ast.parse(file.read_text(encoding="utf-8"))


def test_the_files_looked_at_are_those_of_all_rooms():
    rooms = {name_of(file).partition("/")[0] for file in FILES}
    assert {"patterns", "figures", "writers", "arrange.py", "make.py"} <= rooms


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_no_display_imports_a_method_or_a_derivation(file):
    modules = imported(read(file))
    assert [one for one in modules if any(within(one, bad) for bad in FORBIDDEN_MODULES)] == []


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_no_display_groups_sums_or_sorts(file):
    assert called(read(file)) & FORBIDDEN_CALLS == set()


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_no_display_but_the_one_that_calls_the_results_layer_names_datasets(file):
    names = {node.arg for node in ast.walk(read(file)) if isinstance(node, ast.arg)}
    assert ("datasets" in names) == (name_of(file) in MAKES_FRAMES)


@pytest.mark.parametrize(
    "source",
    [
        "import scipy.stats",
        "from csrkit.stats.survival import kaplan_meier",
        "from csrkit import adam",
    ],
)
def test_a_forbidden_import_is_seen(source):
    modules = imported(ast.parse(source))
    assert any(within(one, bad) for one in modules for bad in FORBIDDEN_MODULES)


def test_a_forbidden_call_is_seen():
    assert called(ast.parse("shelf.ard.groupby('ROW')['VALUE'].sum()")) == {"groupby", "sum"}


def test_a_display_is_arranged_from_results_alone():
    assert list(inspect.signature(arrange_display).parameters) == ["entry", "study", "results"]


@pytest.mark.parametrize("pattern", LAYOUTS)
def test_a_layout_gets_results_and_settings_and_nothing_else(pattern):
    assert list(inspect.signature(LAYOUTS[pattern]).parameters) == ["shelf", "settings"]


def test_what_a_layout_looks_results_up_on_holds_no_dataset():
    assert set(Shelf.__dataclass_fields__) == {"entry", "study", "results"}
