"""The output index: what it holds, and how every mistake in it is told before a stage runs."""

from __future__ import annotations

import pytest

from csrkit.displays.make import LAYOUTS
from csrkit.errors import StudyError
from csrkit.index import PATTERNS, check_index, load_index
from csrkit.index.footnotes import fill_footnotes
from csrkit.results.analyse import ANALYSES

TEXT = """
abbreviations: {DLT: dose-limiting toxicity, AE: adverse event}
displays:
  one:
    pattern: counts
    number: 14.1.1.1
    title: First
    population: SAF
    footnotes: ["Window of {dlt_window_days} days."]
    abbreviations: [DLT, AE]
    datasets: [ADSL, ADAE]
    columns: [all]
    settings:
      dataset: ADAE
      where: TRTEMFL == 'Y'
      rows:
        - {row: any, label: Any}
        - {row: severe, label: Severe, where: ATOXGRN >= 3}
  two:
    pattern: waterfall
    number: 14.1.1.1
    title: Second
    datasets: [ADSL, ADTR, ADRS]
    settings:
      change: {dataset: ADTR, variable: AVAL, where: "PARAMCD == 'BPCHG'"}
      response: {dataset: ADRS, variable: AVALC, where: "PARAMCD == 'CBOR'"}
      axis: Change
      thresholds: [20, -30]
      colours: {CR: "#000000"}
"""


@pytest.fixture
def loaded(tmp_path):
    def load(text: str = TEXT):
        file = tmp_path / "tlf.yml"
        file.write_text(text, encoding="utf-8")
        return load_index(file)

    return load


@pytest.fixture
def fault(loaded):
    """Load the index with a mistake; return what is told."""

    def told(old: str, new: str) -> StudyError:
        assert TEXT.count(old) >= 1, old
        with pytest.raises(StudyError) as raised:
            loaded(TEXT.replace(old, new, 1))
        return raised.value

    return told


@pytest.fixture
def index(root):
    return load_index(root / "report" / "tlf.yml")


def test_an_entry_knows_its_kind_caption_files_and_defaults(loaded):
    one, two = loaded().values()
    assert one.caption == "Table 14.1.1.1 First"
    assert (one.folder, one.file_stem) == ("tables", "14.1.1.1_one")
    assert one.orientation == "portrait"
    assert (two.kind, two.folder) == ("figure", "figures")
    assert (two.population, two.columns) == ("", ())


def test_the_settings_of_an_entry_are_those_of_its_pattern(loaded):
    for entry in loaded().values():
        assert type(entry.settings) is PATTERNS[entry.pattern].settings


@pytest.mark.parametrize(
    ("section", "belongs"),
    [("14", True), ("14.1", True), ("14.1.1.1", True), ("14.1.1.11", False), ("14.11", False)],
)
def test_an_entry_belongs_to_the_sections_above_it(loaded, section, belongs):
    assert loaded()["one"].belongs_to(section) == belongs


def test_section_14_1_holds_nothing_of_section_14_10(loaded):
    ten = loaded(TEXT.replace("14.1.1.1\n    title: First", "14.10.1\n    title: First"))["one"]
    assert ten.belongs_to("14.10")
    assert not ten.belongs_to("14.1")


def test_abbreviations_become_the_last_footnote_in_alphabetical_order(loaded):
    assert loaded()["one"].footnotes[-1] == "AE = adverse event; DLT = dose-limiting toxicity."


def test_footnotes_carry_the_values_of_assumptions(loaded, study):
    assert fill_footnotes(loaded()["one"], study)[0] == "Window of 28 days."


def test_footnotes_carry_the_rules_of_derivation(loaded, study):
    named = "Above {derivations.adeg.value_limits[1]:g}, {derivations.advs.ranges[TEMP].high:g}."
    entry = loaded(TEXT.replace("Window of {dlt_window_days} days.", named))["one"]
    assert fill_footnotes(entry, study)[0] == "Above 480, 38."


@pytest.mark.parametrize(
    "name",
    ["adeg.limits", "adeg.value_limits[9]", "advs.ranges[HEIGHT].high", "advs.ranges[OXYSAT].high"],
)
def test_a_footnote_that_names_no_rule_of_derivation_is_told(loaded, study, name):
    entry = loaded(TEXT.replace("{dlt_window_days}", f"{{derivations.{name}:g}}"))["one"]
    with pytest.raises(StudyError, match="names something"):
        fill_footnotes(entry, study)


def test_a_footnote_that_names_no_assumption_is_told(loaded, study):
    entry = loaded(TEXT.replace("{dlt_window_days}", "{dlt_days}"))["one"]
    with pytest.raises(StudyError, match="names something") as fault:
        fill_footnotes(entry, study)
    assert "dlt_days" in fault.value.found


def test_a_number_may_stand_once_within_a_kind(loaded):
    second = TEXT[TEXT.index("  one:") : TEXT.index("  two:")].replace("one:", "three:")
    with pytest.raises(StudyError, match="same number") as fault:
        loaded(TEXT + second)
    assert fault.value.found == "14.1.1.1"
    assert "one, three" in fault.value.where


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("title: First", "titel: First", "displays.one.title"),
        ("number: 14.1.1.1", "number: 14a", "one.number"),
        ("datasets: [ADSL, ADAE]", "datasets: []", "displays.one.datasets"),
        ("  two:", "  Two:", "displays.Two"),
        ("abbreviations: [DLT, AE]", "abbreviations: [DLTX]", "displays.one.abbreviations"),
        ("      axis: Change\n", "", "displays.two.settings.axis"),
        ("row: any, label: Any", "row: any", "displays.one.settings.rows.0.label"),
        ("thresholds: [20, -30]", "thresholds: [low]", "displays.two.settings.thresholds.0"),
    ],
)
def test_a_mistake_is_told_with_file_and_key(fault, old, new, where):
    told = fault(old, new)
    assert where in told.where
    assert "tlf.yml, key" in told.where


def test_an_unknown_pattern_is_told_with_the_known_ones(fault):
    told = fault("pattern: counts", "pattern: count")
    assert (told.where.rpartition("tlf.yml, key ")[2], told.found) == (
        "displays.one.pattern",
        "count",
    )
    assert told.allowed == ", ".join(PATTERNS)


@pytest.mark.parametrize(
    ("old", "new", "where", "found", "allowed"),
    [
        ("      rows:", "      rowz: []\n      rows:", "settings.rowz", "rowz",
         "where, words, dataset, rows, events, stub"),
        ("label: Any}", "label: Any, percnt: false}", "settings.rows.0.percnt", "percnt",
         "where, words, row, label, dataset, heading, everyone, percent, indent, group, levels"),
    ],
)  # fmt: skip
def test_an_unknown_setting_is_told_with_the_known_ones(fault, old, new, where, found, allowed):
    told = fault(old, new)
    assert told.where.endswith(f"tlf.yml, key displays.one.{where}")
    assert (told.found, told.allowed) == (found, allowed)


def test_a_setting_of_another_type_is_told(fault):
    told = fault("label: Any}", "label: Any, percent: sometimes}")
    assert told.where.endswith("displays.one.settings.rows.0.percent")
    assert told.found == "'sometimes'"
    assert "boolean" in told.allowed


@pytest.mark.parametrize(
    ("old", "new", "where", "found"),
    [
        ("where: TRTEMFL == 'Y'", "where: TRTEMFL = 'Y'", "displays.one.settings.where", "9"),
        ("where: ATOXGRN >= 3", "where: ATOXGRN >= 3 or", "displays.one.settings.rows.1.where",
         "16"),
        ("PARAMCD == 'BPCHG'", "PARAMCD == BPCHG", "displays.two.settings.change.where", "12"),
    ],
)  # fmt: skip
def test_a_condition_that_cannot_be_read_is_told_with_file_key_and_position(
    fault, old, new, where, found
):
    told = fault(old, new)
    assert f"tlf.yml, key {where}" in told.where
    assert f"at position {found} " in told.allowed
    assert "allowed there: " in told.allowed


def test_a_condition_that_ars_cannot_say_is_told(fault):
    told = fault("where: ATOXGRN >= 3", "where: AETERM contains 'X'")
    assert "displays.one.settings.rows.1.where" in told.where
    assert "ARS has no such comparator" in told.allowed


def test_a_display_may_not_use_a_dataset_that_it_does_not_name(fault):
    told = fault("dataset: ADAE", "dataset: ADCM")
    assert told.what == "A display uses a dataset that it doesn't name"
    assert told.where.endswith("tlf.yml, key displays.one.settings.dataset")
    assert (told.found, told.allowed) == ("ADCM", "ADSL, ADAE")


def test_a_dataset_of_a_figure_has_to_be_named_too(fault):
    told = fault("dataset: ADTR", "dataset: ADTTE")
    assert told.where.endswith("tlf.yml, key displays.two.settings.change.dataset")
    assert told.found == "ADTTE"


def test_every_display_names_adsl(fault):
    told = fault("datasets: [ADSL, ADAE]", "datasets: [ADAE]")
    assert told.where.endswith("tlf.yml, key displays.one.datasets")
    assert "ADSL" in told.allowed


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("population: SAF", "population: SAFE", "SAFE"),
        ("columns: [all]", "columns: [al]", "al"),
        ("datasets: [ADSL, ADAE]", "datasets: [ADSL, ADAE, ADXX]", "ADXX"),
    ],
)
def test_what_the_study_does_not_have_is_told_with_what_it_has(loaded, study, old, new, found):
    with pytest.raises(StudyError) as fault:
        check_index(loaded(TEXT.replace(old, new)), study, "tlf.yml")
    assert fault.value.found == found
    assert fault.value.where.startswith("tlf.yml, key displays.one.")
    known = fault.value.allowed.split(", ")
    assert {"SAF", "all", "ADAE"} & set(known)


def test_a_population_of_a_rate_has_to_be_one_of_the_study(index, study):
    entry = index["best_response"]
    rates = {"orr": entry.settings.rates["orr"].model_copy(update={"population": "EFFX"})}
    settings = entry.settings.model_copy(update={"rates": rates})
    other = {"best_response": entry.model_copy(update={"settings": settings})}
    with pytest.raises(StudyError) as fault:
        check_index(other, study, "tlf.yml")
    assert fault.value.found == "EFFX"


@pytest.mark.parametrize("name", ["report/tlf.yml", "studies/cdiscpilot01/tlf.yml"])
def test_the_index_of_a_study_can_be_read(root, name):
    assert len(load_index(root / name)) > 3


def test_the_index_of_this_study_fits_the_study(index, study, root):
    check_index(index, study, root / "report" / "tlf.yml")


def test_every_display_of_this_study_has_footnotes_that_can_be_filled(index, study):
    for entry in index.values():
        assert all("{" not in note for note in fill_footnotes(entry, study)), entry.key


def test_every_pattern_has_its_analyses_and_its_layout():
    assert set(PATTERNS) == set(ANALYSES) == set(LAYOUTS)


def without(study, assumptions=(), derivations=()):
    """The study without some assumptions and sections."""
    parts = {"assumptions": assumptions, "derivations": derivations}
    return study.model_copy(
        update={
            part: getattr(study, part).model_copy(update=dict.fromkeys(names))
            for part, names in parts.items()
        }
    )


def test_a_display_of_a_dataset_that_is_not_made_is_told_with_both(index, study):
    with pytest.raises(StudyError) as caught:
        check_index(index, without(study, derivations=["adpp"]), "tlf.yml")
    assert "needs a dataset that the study doesn't make" in str(caught.value)
    assert "found:   ADPP" in str(caught.value)
    assert "derivations.adpp" in str(caught.value)
    assert "tlf.yml, key displays." in str(caught.value)


@pytest.mark.parametrize(
    ("assumption", "pattern"),
    [
        ("escalation_rule", "dlt"),
        ("mtpi2_prior", "dose_decision"),
        ("pk_infusions", "concentration"),
        ("dose_proportionality_limits", "dose_proportionality"),
        ("aesi", "counts"),
    ],
)
def test_a_display_that_needs_an_assumption_is_told_with_it(index, study, assumption, pattern):
    own = {key: one.model_copy(update={"footnotes": ()}) for key, one in index.items()}
    check_index(own, study, "tlf.yml")
    with pytest.raises(StudyError, match=rf"{pattern}[\s\S]*no {assumption}"):
        check_index(
            {key: one for key, one in own.items() if one.pattern == pattern},
            without(study, [assumption]),
            "tlf.yml",
        )
