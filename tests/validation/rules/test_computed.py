"""Computed columns and facts: what a rule may look at beside the delivered variables."""

import numpy as np
import pandas as pd
import pytest

from csrkit.errors import StudyError
from csrkit.study.derivations.findings import FindingTest
from csrkit.validation.rules.computed import RuleContext, compute_column, find_delivered, find_shown
from csrkit.validation.rules.facts import Fact, fact_column, load_facts
from csrkit.validation.rules.units import load_tests

DS = pd.DataFrame(
    {
        "USUBJID": ["S1", "S1", "S2", None],
        "DSDECOD": ["DEATH", "DEATH", "COMPLETED", "DEATH"],
        "DSSTDTC": ["2026-02", "2026-01-15", "2026-03-01", "2020-01-01"],
        "N": [1.0, 3.0, 5.0, 9.0],
    }
)
ASKING = pd.DataFrame({"USUBJID": ["S2", "S1", "S3", None]})


def taken(**fact):
    return fact_column(ASKING, Fact(domain="DS", **fact), {"DS": DS}).tolist()


def test_a_fact_tells_what_other_records_say_of_a_subject():
    dead = "DSDECOD == 'DEATH'"
    assert taken(where=dead, take="any") == [False, True, False, False]
    assert taken(where=dead, take="count") == [0, 2, 0, 0]
    assert taken(where=dead, variable="DSSTDTC", take="distinct") == [0, 2, 0, 0]
    values = taken(variable="N", take="max")
    assert values[:2] == [5.0, 3.0]
    assert np.isnan(values[2])


def test_a_fact_of_dates_takes_the_first_or_last_moment_not_the_first_text():
    assert taken(variable="DSSTDTC", take="earliest")[1] == "2026-01-15"
    assert taken(variable="DSSTDTC", take="latest")[1] == "2026-02"


def test_a_fact_may_be_of_a_visit_or_of_all():
    frame = pd.DataFrame({"VISITNUM": [1.0, 77.0]})
    tv = pd.DataFrame({"VISITNUM": [1.0, 2.0], "VISIT": ["SCREENING", "WEEK 8"]})
    fact = Fact(domain="TV", by={"VISITNUM": "VISITNUM"}, variable="VISIT", take="first")
    assert fact_column(frame, fact, {"TV": tv}).fillna("none").tolist() == ["SCREENING", "none"]
    every = Fact(domain="TV", by={}, variable="VISITNUM", take="max")
    assert fact_column(frame, every, {"TV": tv}).tolist() == [2.0, 2.0]


@pytest.mark.parametrize(
    "fact",
    [
        Fact(domain="XX", take="any"),
        Fact(domain="DS", variable="NONE", take="first"),
        Fact(domain="DS", where="NONE == 1", take="any"),
        Fact(domain="DS", where="N == 'one'", take="any"),
        Fact(domain="DS", by={"NONE": "USUBJID"}, take="any"),
    ],
)
def test_a_fact_that_lacks_what_it_needs_is_no_column(fact):
    assert fact_column(ASKING, fact, {"DS": DS}) is None


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("A_FACT: {domain: DS, take: all}", "The facts of the validation rules can't be used"),
        ("A_FACT: {domain: DS, take: max}", "The facts of the validation rules can't be used"),
        ("AFACT: {domain: DS, take: any}", "The name of a fact could be that of a variable"),
    ],
)
def test_a_fact_that_is_none_is_an_error_of_the_study(study, tmp_path, text, what):
    (tmp_path / "facts.yml").write_text(text)
    paths = study.paths.model_copy(update={"validation": tmp_path})
    with pytest.raises(StudyError) as error:
        load_facts(study.model_copy(update={"paths": paths}))
    assert error.value.what == what


def test_a_wrong_condition_of_a_fact_is_told_with_its_key_and_place(study, tmp_path):
    file = tmp_path / "facts.yml"
    file.write_text("A_FACT: {domain: DS, where: 'DSDECOD in DEATH', take: any}")
    paths = study.paths.model_copy(update={"validation": tmp_path})
    with pytest.raises(StudyError) as error:
        load_facts(study.model_copy(update={"paths": paths}))
    assert error.value.where == f"{file}, key A_FACT.where"
    assert error.value.found == "'DSDECOD in DEATH'"
    assert error.value.allowed == "at position 12 stands 'DEATH'; allowed there: ["


def test_every_fact_of_the_study_is_asked_by_a_rule(study):
    from csrkit.validation.rules.suites import load_suites

    facts = load_facts(study)
    suites = [*load_suites(study).values(), *load_suites(study, "adam").values()]
    named = {column for rules in suites for rule in rules for column in (*rule.columns, *rule.show)}
    named |= {needed for fact in facts.values() for needed in fact.needs}
    asked = {find_shown(column, facts) for column in named}
    assert sorted(set(facts) - asked) == []


def test_the_study_day_has_no_day_0():
    frame = pd.DataFrame({"USUBJID": ["S1"] * 3, "AESTDTC": ["2025-06-22", "2025-06-23", None]})
    known = RuleContext({"DM": pd.DataFrame({"USUBJID": ["S1"], "RFXSTDTC": ["2025-06-23T09:15"]})})
    days = compute_column(frame, "AESTDTC_DAY", known)
    assert days.tolist()[:2] == [-1.0, 1.0]
    assert np.isnan(days.iloc[2])


def test_visits_are_compared_within_their_kind_and_not_with_unscheduled_ones():
    frame = pd.DataFrame(
        {
            "USUBJID": "S1",
            "VISITNUM": [10.0, 20.0, 20.1, 30.0, 208.0],
            "VISIT": ["INFUSION 1", "INFUSION 2", "UNSCHEDULED", "INFUSION 3", "WEEK 8"],
            "LBDTC": ["2025-06-23", "2025-06-30", "2025-09-01", "2025-06-29", "2025-06-01"],
        }
    )
    before = compute_column(frame, "LBDTC_OF_EARLIER_VISITS", RuleContext({}))
    told = [None if pd.isna(each) else f"{each:%Y-%m-%d}" for each in before]
    assert told == [None, "2025-06-23", None, "2025-06-30", None]


def test_hours_between_two_times_need_both_clocks():
    frame = pd.DataFrame(
        {
            "PCDTC": ["2025-06-23T11:15", "2025-06-23", "2025-06-23T08:15"],
            "PCRFTDTC": ["2025-06-23T09:15"] * 3,
        }
    )
    hours = compute_column(frame, "PCDTC_HOURS_AFTER_PCRFTDTC", RuleContext({}))
    assert hours.fillna(99).tolist() == [2.0, 99.0, -1.0]


def test_a_number_is_read_from_text_with_a_point_or_a_comma():
    frame = pd.DataFrame({"LBSTRESC": ["7.4", "7,4", "<5", "BLQ", None]}, dtype=object)
    numbers = compute_column(frame, "LBSTRESC_NUMBER", RuleContext({}))
    assert numbers.fillna(-1).tolist() == [7.4, 7.4, -1.0, -1.0, -1.0]


def test_a_date_is_after_the_cut_or_not():
    frame = pd.DataFrame({"ADT": pd.to_datetime(["2026-03-31", "2026-04-01", None])})
    cut = pd.Timestamp("2026-03-31T23:59:59")
    assert compute_column(frame, "ADT_AFTER_CUT", RuleContext({}, cut=cut)).tolist() == [
        False,
        True,
        False,
    ]
    assert compute_column(frame, "ADT_AFTER_CUT", RuleContext({})) is None


def test_a_parent_is_looked_for_by_its_own_key():
    supp = pd.DataFrame(
        {
            "USUBJID": ["S1", "S1", "S1", None, None, None],
            "RDOMAIN": ["AE", "AE", "XX", "AE", "AE", "XX"],
            "IDVAR": ["AESEQ", "AESEQ", None, "AESEQ", "AELNKID", None],
            "IDVARVAL": ["1", "2", None, None, None, None],
        }
    )
    known = RuleContext({"AE": pd.DataFrame({"USUBJID": ["S1"], "AESEQ": [1.0]})})
    found = compute_column(supp, "PARENT_FOUND", known)
    assert found.tolist() == [True, False, False, True, False, False]


@pytest.mark.parametrize(
    ("column", "variable"),
    [
        ("AESTDTC", "AESTDTC"),
        ("AESTDTC_LATEST", "AESTDTC"),
        ("AESTDTC_DAY", "AESTDTC"),
        ("LBDTC_OF_EARLIER_VISITS", "LBDTC"),
        ("PCDTC_HOURS_AFTER_PCRFTDTC", "PCDTC"),
        ("TRLNKID_IN_TU_TULNKID", "TRLNKID"),
        ("DM_DTHDTC_LATEST", None),
        ("DEATH_IN_DS", None),
        ("PARENT_FOUND", None),
    ],
)
def test_a_column_names_the_delivered_variable_behind_it(column, variable):
    assert find_delivered(column, {"DEATH_IN_DS": Fact(domain="DS", take="any")}) == variable


LB = pd.DataFrame(
    {
        "LBTESTCD": ["CREAT", "CREAT", "CREAT", "INR", "NEW", "NEW", "HGB"],
        "LBORRES": ["1.1", "97", "<5", "1,05", "12", "12", "7.4"],
        "LBORRESU": ["mg/dL", "umol/L", "mg/dL", None, "AU", "AU", "stone"],
        "LBSTRESC": ["97", "97", "<5", "1.05", "12", "12", "74.0"],
        "LBSTRESU": ["umol/L", "µmol/L", "umol/L", "RATIO", "AU", "BU", "g/L"],
    }
)


def test_a_unit_is_convertible_when_the_table_of_units_or_the_study_says_so(study):
    known = RuleContext({}, tests=load_tests(study))
    answers = compute_column(LB, "LBORRESU_CONVERTIBLE", known)
    assert answers.tolist() == [True, True, True, None, None, None, False]
    stone = FindingTest(name="Haemoglobin", unit="g/L", factors={"stone": 10})
    of_study = RuleContext({}, tests={"LB": {"HGB": stone}})
    assert compute_column(LB, "LBORRESU_CONVERTIBLE", of_study).tolist()[-1] is True


def test_a_collected_result_is_told_in_the_unit_of_the_standard_one(study):
    known = RuleContext({}, tests=load_tests(study))
    found = compute_column(LB, "LBORRES_AS_STANDARD", known)
    expected = [97.2422, 97, np.nan, 1.05, 12, np.nan, np.nan]
    assert found.tolist() == pytest.approx(expected, nan_ok=True)
    assert compute_column(LB.drop(columns="LBORRESU"), "LBORRES_AS_STANDARD", known) is None


def test_the_step_of_a_number_is_that_of_its_last_decimal():
    steps = compute_column(LB, "LBSTRESC_STEP", RuleContext({}))
    assert steps.tolist() == pytest.approx([1, 1, np.nan, 0.01, 1, 1, 0.1], nan_ok=True)
