from __future__ import annotations

import json

import pytest

from csrkit.conditions import equal, parse
from csrkit.errors import RunError, StudyError
from csrkit.index.settings.occurrences import Grades, Hierarchy
from csrkit.results.analyse import ANALYSES, analyse_display
from csrkit.results.ard import ANALYSIS_COLUMNS
from csrkit.results.methods import CLOPPER_PEARSON
from csrkit.results.model import HEADER
from csrkit.results.spread import Spread
from csrkit.results.verbs.counts import count_subjects


def test_a_display_has_the_datasets_that_it_names_and_no_others(bench):
    made = bench()
    with pytest.raises(RunError, match="dataset that it doesn't have") as fault:
        made.records("ADCM")
    assert fault.value.found == "no ADCM"
    assert fault.value.allowed == "ADSL, ADAE"
    assert "display teae" in fault.value.where


def test_an_analysis_gets_only_the_datasets_that_its_entry_names(
    study, entry, adsl, adae, monkeypatch
):
    seen = {}
    monkeypatch.setitem(
        ANALYSES, "counts", lambda bench, settings: seen.update(bench.datasets) or None
    )
    analyse_display(entry(datasets=("ADSL",)), study, {"ADSL": adsl, "ADAE": adae})
    assert set(seen) == {"ADSL"}


def test_a_dataset_that_was_not_derived_is_named_with_those_that_were(study, entry, adsl):
    with pytest.raises(RunError, match="dataset that isn't there") as fault:
        analyse_display(entry("teae"), study, {"ADSL": adsl})
    assert (fault.value.where, fault.value.found) == ("display teae", "no ADAE")
    assert fault.value.allowed == "ADSL"


def test_a_condition_on_a_variable_that_is_not_there_names_display_condition_and_variables(bench):
    made = bench()
    declared = made.declare("any", dataset="ADAE", where=parse("AESEVERE == 'Y'"))
    with pytest.raises(StudyError, match="can't be asked") as fault:
        count_subjects(made, declared, "any")
    assert fault.value.where == "display teae, dataset ADAE: AESEVERE is Y"
    assert fault.value.found == "no variable AESEVERE"
    assert "AEDECOD" in fault.value.allowed


def test_a_text_compared_with_a_number_is_refused(bench):
    made = bench()
    declared = made.declare("any", dataset="ADAE", where=parse("AEDECOD >= 3"))
    with pytest.raises(StudyError) as fault:
        count_subjects(made, declared, "any")
    assert fault.value.found == "AEDECOD holds text, and is compared with numbers"


def test_a_variable_that_a_dataset_lacks_is_that_of_adsl(bench):
    made = bench()
    declared = made.declare("women", dataset="ADAE", where=parse("SEX == 'F'"))
    count_subjects(made, declared, "women")
    results = made.finish()
    found = results.ard[results.ard["COLUMN"] == "all"].iloc[0]
    assert (found["N_RECORDS"], found["N_SUBJECTS"]) == (3, 2)
    ars = results.sets.set_index("SET_ID").loc[found["SET_ID"], "WHERE_ARS"]
    clauses = json.loads(ars)["compoundExpression"]["whereClauses"]
    named = {one["condition"]["variable"]: one["condition"]["dataset"] for one in clauses}
    assert named == {"SAFFL": "ADSL", "SEX": "ADSL"}


def test_a_variable_of_its_own_is_not_taken_from_adsl(bench, adae):
    made = bench(datasets={"ADAE": adae.assign(SEX="M")})
    count_subjects(made, made.declare("women", dataset="ADAE", where=equal("SEX", "F")), "women")
    assert made.finish().ard["N_RECORDS"].max() == 4  # of ADSL, the denominator; no event of "F"
    ard = made.finish().ard
    assert ard.loc[ard["STAT"] == "n", "VALUE"].tolist() == [0, 0, 0]


def test_two_analyses_of_one_name_are_a_fault(bench):
    made = bench()
    made.declare("any", dataset="ADAE")
    made.declare("any", dataset="ADAE")
    with pytest.raises(ValueError, match=r"two analyses are called teae\.any"):
        made.declare("any", dataset="ADSL")


def test_an_analysis_is_kept_as_declared(bench):
    made = bench()
    made.declare(
        "rate", dataset="ADAE", where=parse("TRTEMFL == 'Y'"), method=CLOPPER_PEARSON,
        level=0.9, groupings=["AEDECOD"], variable="AEDECOD", target=0.3,
    )  # fmt: skip
    analyses = made.finish().analyses
    assert tuple(analyses.columns) == ANALYSIS_COLUMNS
    one = analyses.iloc[0]
    assert (one["ANALYSIS"], one["OUTPUT"], one["LABEL"]) == ("teae.rate", "teae", "Title")
    assert (one["METHOD"], one["CONF_LEVEL"]) == (CLOPPER_PEARSON.name, 0.9)
    assert one["WHERE_TEXT"] == "Treatment Emergent Analysis Flag is Y"
    assert one["WHERE_SQL"] == "\"TRTEMFL\" = 'Y'"
    assert json.loads(one["GROUPINGS"]) == ["COLUMN", "AEDECOD"]
    assert json.loads(one["SETTINGS"]) == {"target": 0.3}


def test_the_heads_of_the_columns_are_results_with_their_sets(bench, stat):
    made = bench()
    made.head_columns()
    ard = made.finish().ard
    assert [stat(ard, HEADER, key, "N") for key in ("ph1_20", "ph1_30", "all")] == ["1", "2", "4"]
    assert ard["SET_ID"].nunique() == 3
    assert set(ard["DENOM_ID"]) == {""}


def test_the_heads_of_the_columns_are_of_the_set_of_the_display(bench, adsl, stat):
    """All five are enrolled, four are treated."""
    made = bench(datasets={"ADSL": adsl.assign(ENRLFL="Y")})
    made.head_columns()
    ard = made.finish().ard
    assert stat(ard, HEADER, "all", "N") == "4"


def test_analyses_of_one_dataset_keep_to_their_own_records_and_subjects(bench, stat):
    """Four events of three subjects are treatment-emergent; S1 and S2 are evaluable."""
    made = bench()
    asked = {
        "every": made.declare("every", dataset="ADAE"),
        "emergent": made.declare("emergent", dataset="ADAE", where=equal("TRTEMFL", "Y")),
        "evaluable": made.declare("evaluable", dataset="ADAE", columns=made.columns("EFF")),
    }
    for row, declared in asked.items():
        count_subjects(made, declared, row, events=True)
    ard = made.finish().ard
    assert {
        row: tuple(stat(ard, row, "all", name) for name in ("n", "N", "n_events")) for row in asked
    } == {"every": ("4", "4", "5"), "emergent": ("3", "4", "4"), "evaluable": ("2", "2", "3")}


def test_a_bench_without_results_gives_empty_ones(bench):
    results = bench().finish()
    assert (len(results.ard), len(results.sets), len(results.analyses)) == (0, 0, 0)


@pytest.fixture
def spread_over(monkeypatch):
    """The number of times that records are spread over columns."""
    calls = []
    original = Spread.over.__func__

    def counting(cls, frame, columns):
        calls.append(len(frame))
        return original(cls, frame, columns)

    monkeypatch.setattr(Spread, "over", classmethod(counting))
    return calls


def many_terms(adae):
    """Events of 40 terms, with flags of the worst grade of each subject at each depth."""
    many = adae.loc[adae.index.repeat(20)].reset_index(drop=True)
    many["AEDECOD"] = [f"Term {place % 40}" for place in range(len(many))]
    many["AEBODSYS"] = "Gut"
    many = many[many["TRTEMFL"] == "Y"]
    for flag, keys in (("AOCCIFL", []), ("AOCCSIFL", ["AEBODSYS"]), ("AOCCPIFL", ["AEDECOD"])):
        many[flag] = [None if double else "Y" for double in many.duplicated(["USUBJID", *keys])]
    return many


BY = ("AEBODSYS", "AEDECOD")
GRADES = Grades(variable="ATOXGRN", flags=("AOCCIFL", "AOCCSIFL", "AOCCPIFL"), labels={})


@pytest.mark.parametrize("grades", [None, GRADES])
def test_records_are_spread_once_an_analysis_however_many_levels_are_counted(
    analysed, adae, spread_over, grades
):
    """Two analyses: the row of any, and the terms with their 40 levels at two depths."""
    settings = Hierarchy(dataset="ADAE", by=BY, stub="", any="Any", grades=grades)
    results = analysed("hierarchy", settings, ADAE=many_terms(adae))
    assert results.ard["ROW"].nunique() > 40
    assert len(spread_over) == 2


def test_grades_are_counted_once_a_depth_however_many_levels_there_are(analysed, adae, monkeypatch):
    """Two depths of terms, and three of grades."""
    calls = []
    original = Spread.by

    def counting(self, variables, chosen=None):
        calls.append(tuple(variables))
        return original(self, variables, chosen)

    monkeypatch.setattr(Spread, "by", counting)
    settings = Hierarchy(dataset="ADAE", by=BY, stub="", any="Any", grades=GRADES)
    analysed("hierarchy", settings, ADAE=many_terms(adae))
    nested = [variables for variables in calls if variables]
    assert sorted(nested) == sorted(
        [BY[:1], BY, ("ATOXGRN",), (*BY[:1], "ATOXGRN"), (*BY, "ATOXGRN")]
    )


def test_records_are_spread_once_for_all_conditions_of_one_analysis(bench, spread_over):
    made = bench()
    declared = made.declare("any", dataset="ADAE")
    for term in ("Nausea", "Vomiting", "Rash"):
        count_subjects(made, declared, term, equal("AEDECOD", term))
    assert len(spread_over) == 1


@pytest.mark.parametrize("lacking", ["PHASE", "SAFFL"])
def test_a_column_that_cannot_be_asked_of_adsl_is_told_like_any_condition(bench, adsl, lacking):
    made = bench(datasets={"ADSL": adsl.drop(columns=lacking)})
    with pytest.raises(StudyError, match="can't be asked") as fault:
        made.columns()
    assert "display teae, dataset ADSL" in fault.value.where
    assert fault.value.found == f"no variable {lacking}"


def test_an_interval_without_a_confidence_level_is_a_fault_of_ours(bench):
    made = bench()
    assert made.declare("rate", dataset="ADAE", level=0.9).level == 0.9
    with pytest.raises(ValueError, match=r"teae\.bare is declared without a confidence level"):
        _ = made.declare("bare", dataset="ADAE").level
