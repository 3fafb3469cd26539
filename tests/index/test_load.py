from __future__ import annotations

import importlib
import inspect
import pkgutil

import pytest

import csrkit.displays
from csrkit.displays.index import check_index, load_index
from csrkit.displays.model import footnotes
from csrkit.errors import StudyError

TEXT = """
abbreviations: {DLT: dose-limiting toxicity, AE: adverse event}
displays:
  one:
    kind: table
    number: 14.1.1.1
    title: First
    population: SAF
    footnotes: ["Window of {dlt_window_days} days."]
    abbreviations: [DLT, AE]
    datasets: [ADSL]
    function: csrkit.displays.population.disposition
    notebook: 30_population
    columns: [all]
  two:
    kind: figure
    number: 14.1.1.1
    title: Second
    datasets: [ADSL]
    function: csrkit.displays.population.nothing
    notebook: 30_population
"""


@pytest.fixture
def loaded(tmp_path):
    def load(text: str = TEXT):
        file = tmp_path / "tlf.yml"
        file.write_text(text, encoding="utf-8")
        return load_index(file)

    return load


def test_an_entry_knows_its_caption_files_and_defaults(loaded):
    one = loaded()["one"]
    assert one.caption == "Table 14.1.1.1 First"
    assert (one.folder, one.file_stem) == ("tables", "14.1.1.1_one")
    assert one.orientation == "portrait"
    assert loaded()["two"].population == ""


def test_abbreviations_become_the_last_footnote_in_alphabetical_order(loaded):
    assert loaded()["one"].footnotes[-1] == "AE = adverse event; DLT = dose-limiting toxicity."


def test_footnotes_carry_the_values_of_assumptions(loaded, study):
    assert footnotes(loaded()["one"], study)[0] == "Window of 28 days."


def test_a_footnote_that_names_no_assumption_is_told(loaded, study):
    entry = loaded(TEXT.replace("{dlt_window_days}", "{dlt_days}"))["one"]
    with pytest.raises(StudyError, match="names an assumption") as fault:
        footnotes(entry, study)
    assert "dlt_days" in fault.value.found


def test_a_number_may_stand_once_within_a_kind(loaded):
    with pytest.raises(StudyError, match="same number") as fault:
        loaded(TEXT.replace("kind: figure", "kind: table"))
    assert fault.value.found == "14.1.1.1"
    assert "one, two" in fault.value.where


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("title: First", "titel: First", "displays.one.title"),
        ("kind: figure", "kind: picture", "displays.two.kind"),
        ("number: 14.1.1.1\n    title: First", "number: 14a\n    title: First", "one.number"),
        ("datasets: [ADSL]\n    function: csrkit.displays.population.disposition", "function: x.y",
         "displays.one.datasets"),
        ("  two:", "  Two:", "displays.Two.key"),
        ("abbreviations: [DLT, AE]", "abbreviations: [DLTX]", "displays.one.abbreviations"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_key(loaded, old, new, where):
    assert old in TEXT
    with pytest.raises(StudyError) as fault:
        loaded(TEXT.replace(old, new))
    assert where in fault.value.where


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [("population: SAF", "population: SAFE", "SAFE"), ("columns: [all]", "columns: [al]", "al")],
)
def test_unknown_sets_and_columns_are_told_with_the_known_ones(loaded, study, old, new, found):
    with pytest.raises(StudyError) as fault:
        check_index(loaded(TEXT.replace(old, new)), study, "tlf.yml")
    assert fault.value.found == found
    assert "SAF" in fault.value.allowed or "all" in fault.value.allowed


def test_a_missing_function_is_told_and_a_present_one_loads(loaded):
    index = loaded()
    assert index["one"].load_function().__name__ == "disposition"
    with pytest.raises(StudyError, match="doesn't exist"):
        index["two"].load_function()


def test_the_index_of_this_study_fits_the_study_and_every_function_exists(index, study, root):
    check_index(index, study, root / "report" / "tlf.yml")
    for entry in index.values():
        assert callable(entry.load_function()), entry.key


def test_every_display_of_this_study_has_footnotes_that_can_be_filled(index, study):
    for entry in index.values():
        assert all("{" not in note for note in footnotes(entry, study)), entry.key


def test_every_display_function_of_the_library_stands_in_the_index(index):
    used = {entry.load_function() for entry in index.values()}
    modules = [
        importlib.import_module(f"csrkit.displays.{module.name}")
        for module in pkgutil.iter_modules(csrkit.displays.__path__)
    ]
    makers = {
        function
        for module in modules
        for _, function in inspect.getmembers(module, inspect.isfunction)
        if not function.__name__.startswith("_")
        and tuple(inspect.signature(function).parameters) == ("entry", "study", "datasets")
        and function.__name__ != "make_display"
    }
    assert makers == used
