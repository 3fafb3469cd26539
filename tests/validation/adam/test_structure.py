"""Rules about variables wherever a dataset has them: each finds its fault in every dataset."""

import pandas as pd
import pytest

from csrkit.adam.registry import DATASETS
from csrkit.adam.spec import load_spec
from csrkit.validation.adam.pairs import find_not_one_to_one
from csrkit.validation.adam.rules import spec_facts, spec_rules
from csrkit.validation.adam.structure import find_pairs
from csrkit.validation.rules import engine
from csrkit.validation.rules.computed import RuleContext
from csrkit.validation.rules.engine import check_tables
from csrkit.validation.rules.expectations import Runner

D1, D2 = pd.Timestamp("2025-07-01"), pd.Timestamp("2025-07-02")
EVERY = {"USUBJID": "S1", "PARAM": "A", "PARAMCD": "A", "PARAMN": 1.0, "BASETYPE": "LAST"}
KINDS = ("PARAM", "PAIRS", "ASEQ", "DAYS", "IMPUTED", "DURATION", "EXTREMES")
TYPES = {"text": object, "date": "datetime64[ns]", "datetime": "datetime64[ns]"}
VALUE = {"text": "A", "integer": 1.0, "float": 1.0}
OTHER = {"text": "B", "integer": 2.0, "float": 2.0}
RULES = {
    rule.id: (one.name, rule)
    for one in DATASETS
    for rule in spec_rules(load_spec(one.name), {})
    if rule.id.split("-")[1] in KINDS
}


@pytest.fixture(scope="module", autouse=True)
def one_context():
    """One context of Great Expectations for all these small tables: making one takes longest."""
    runner = Runner()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "Runner", lambda: runner)
        yield


def table(dataset, *records):
    """Records of a dataset with all its variables, empty where nothing is said."""
    spec = load_spec(dataset)
    given = [EVERY | record for record in records]
    columns = {
        each.name: pd.Series([record.get(each.name) for record in given]).astype(
            TYPES.get(each.type, "float64")
        )
        for each in spec.variables
    }
    return pd.DataFrame(columns)


def found(rule_id, study, *records):
    """How many records a rule finds."""
    dataset, rule = RULES[rule_id]
    known = RuleContext({dataset: table(dataset, *records)}, spec_facts(load_spec(dataset)))
    checked = check_tables({dataset: (rule,)}, known, study)
    assert {each.outcome for each in checked.rules} <= {"passed", "failed"}
    return sum(finding.n_failed for finding in checked.findings)


def of_kind(kind):
    return [rule_id for rule_id in RULES if rule_id.endswith(f"-{kind}")]


def test_the_rules_stand_where_the_variables_are():
    assert {kind: len(of_kind(kind)) for kind in KINDS} == {
        "PARAM": 10, "PAIRS": 12, "ASEQ": 6, "DAYS": 6, "IMPUTED": 5, "DURATION": 2, "EXTREMES": 4,
    }  # fmt: skip


def test_a_variable_of_adsl_is_checked_where_it_is_made():
    terms = {"NY": ("Y", "N")}
    adsl, adlb = ({rule.id for rule in spec_rules(load_spec(n), terms)} for n in ("ADSL", "ADLB"))
    assert {"ADSL-SAFFL-CT", "ADSL-TRTSDT-CUT"} <= adsl
    assert not {"ADLB-SAFFL-CT", "ADLB-TRTSDT-CUT"} & adlb
    assert {"ADLB-ADSL", "ADLB-ADT-CUT"} <= adlb


@pytest.mark.parametrize("rule_id", of_kind("PARAM"))
def test_a_parameter_has_its_name_and_a_code_that_can_name_a_variable(rule_id, study):
    good = [{"PARAMCD": code} for code in ("A", "SYSBP", "R2_ADJ", "ABCDEFGH")]
    bad = [{"PARAMCD": code} for code in (None, "", "1A", "_A", "A-B", "A B", "abc", "ABCDEFGHI")]
    assert found(rule_id, study, *good) == 0
    assert found(rule_id, study, *good, *bad, {"PARAM": None}) == len(bad) + 1


def pairs(dataset):
    spec = load_spec(dataset)
    types = {
        each.name: each.type
        for each in spec.variables
        if dataset == "ADSL" or each.source != f"ADSL.{each.name}"
    }
    return [(one, other, types) for one, other in find_pairs(list(types))]


@pytest.mark.parametrize("rule_id", of_kind("PAIRS"))
def test_a_variable_and_its_code_go_one_to_one_and_stand_together(rule_id, study):
    dataset = RULES[rule_id][0]
    assert pairs(dataset)
    for one, other, types in pairs(dataset):
        both = {one: VALUE[types[one]], other: VALUE[types[other]]}
        second = {one: OTHER[types[one]], other: OTHER[types[other]]}
        if not one.startswith("PARAM"):  # else the other codes of the parameter differ as well
            assert found(rule_id, study, both, both, second) == 0
        for name in (one, other):
            wrong, alone = both | {name: second[name]}, both | {name: None}
            assert found(rule_id, study, both, wrong) == 2, (one, other, name)
            assert found(rule_id, study, alone) == 1, (one, other, name)


def test_a_visit_may_have_another_number_in_another_parameter(study):
    one = {"AVISIT": "Week 8", "AVISITN": 8.0}
    two = {"AVISIT": "Week 8", "AVISITN": 9.0, "PARAM": "B", "PARAMCD": "B"}
    assert found("ADTR-PAIRS", study, one, two) == 0
    assert found("ADTR-PAIRS", study, one, {**two, "PARAM": "A", "PARAMCD": "A"}) == 2


@pytest.mark.parametrize("rule_id", ["ADLB-PAIRS", "ADEG-PAIRS", "ADRS-PAIRS", "ADPC-PAIRS"])
def test_a_number_has_one_text_in_its_parameter_but_may_stand_alone(rule_id, study):
    one = {"AVAL": 1.0, "AVALC": "Y"}
    assert found(rule_id, study, one, {"AVAL": 1.0}, {"AVALC": "Y"}, {"AVALC": "N"}) == 0
    assert found(rule_id, study, one, {"AVAL": 1.0, "AVALC": "N"}) == 2
    assert found(rule_id, study, one, {"AVAL": 2.0, "AVALC": "Y"}) == 2


def test_pairs_are_told_by_their_names():
    names = ["PARAM", "PARAMCD", "PARAMN", "AVISIT", "AVISITN", "AVALCAT1", "AVALCA1N", "ASEQ"]
    assert find_pairs(names) == [
        ("PARAM", "PARAMCD"), ("PARAM", "PARAMN"), ("AVISIT", "AVISITN"), ("AVALCAT1", "AVALCA1N"),
    ]  # fmt: skip
    assert find_pairs(["AVISITN", "PARAMCD"]) == []


def test_what_is_not_one_to_one_is_all_its_records_and_no_others():
    frame = pd.DataFrame(
        {"ONE": ["a", "a", "b", "c", None, "d"], "OTHER": [1.0, 1.0, 2.0, 2.0, 1.0, None]},
        index=[7, 3, 5, 1, 9, 4],
    )
    marked = find_not_one_to_one(frame, "ONE", "OTHER")
    assert marked.to_dict() == {7: False, 3: False, 5: True, 1: True, 9: False, 4: False}
    assert find_not_one_to_one(frame, "ONE", "THIRD") is None


@pytest.mark.parametrize("rule_id", of_kind("ASEQ"))
def test_a_number_of_a_record_stands_once_a_subject_whatever_the_parameter(rule_id, study):
    one, other = {"ASEQ": 1.0}, {"ASEQ": 1.0, "PARAMCD": "B"}
    assert found(rule_id, study, one, {"ASEQ": 2.0}, {"ASEQ": 1.0, "USUBJID": "S2"}) == 0
    assert found(rule_id, study, one, other) == 2


@pytest.mark.parametrize("rule_id", of_kind("DAYS"))
def test_there_is_no_day_0_and_days_before_the_first_dose_are_negative(rule_id, study):
    names = set(load_spec(RULES[rule_id][0]).names)
    days = {day: day[:-1] + "T" for day in ("ASTDY", "AENDY") if day in names}
    for day, date in (days or {"DTHADY": "DTHDT"}).items():
        first = {"TRTSDT": D2}
        good = [{day: 1.0, date: D2}, {day: -1.0, date: D1}, {day: None, date: D1}]
        bad = [{day: 0.0, date: D2}, {day: 1.0, date: D1}, {day: -1.0, date: D2}]
        assert found(rule_id, study, *(first | record for record in good)) == 0
        assert found(rule_id, study, *(first | record for record in (*good, *bad))) == 3


@pytest.mark.parametrize("rule_id", of_kind("IMPUTED"))
def test_nothing_is_imputed_where_there_is_no_date(rule_id, study):
    spec = load_spec(RULES[rule_id][0])
    types = {each.name: each.type for each in spec.variables}
    flags = {name: name[:-1] for name in types if name.endswith("DTF")}
    flags |= {name: f"{name[:-3]}DTM" for name in types if name.endswith("TMF")}
    for flag, date in flags.items():
        assert types[date] in ("date", "datetime")
        assert found(rule_id, study, {flag: "D", date: D1}, {date: D1}, {}) == 0
        assert found(rule_id, study, {flag: "D"}) == 1


@pytest.mark.parametrize("rule_id", of_kind("DURATION"))
def test_a_duration_and_its_unit_stand_together(rule_id, study):
    assert found(rule_id, study, {"ADURN": 2.0, "ADURU": "DAYS"}, {}) == 0
    assert found(rule_id, study, {"ADURN": 2.0}, {"ADURU": "DAYS"}) == 2


@pytest.mark.parametrize("rule_id", of_kind("EXTREMES"))
def test_a_minimum_is_the_smallest_value_on_treatment(rule_id, study):
    values = [{"AVAL": value, "ONTRTFL": "Y"} for value in (3.0, 5.0, 4.0)]
    values.append({"AVAL": 1.0, "ONTRTFL": None})  # before treatment

    def sums(least, greatest, last):
        told = {"MINIMUM": least, "MAXIMUM": greatest, "LOV": last}
        return [{"DTYPE": dtype, "AVAL": value} for dtype, value in told.items()]

    assert found(rule_id, study, *values, *sums(3.0, 5.0, 4.0)) == 0
    assert found(rule_id, study, *values, *sums(1.0, 5.0, 4.0)) == 1
    assert found(rule_id, study, *values, *sums(3.0, 4.0, 4.0)) == 1
    assert found(rule_id, study, *values, *sums(3.0, 5.0, 6.0)) == 1
    other = [record | {"USUBJID": "S2"} for record in sums(3.0, 5.0, 4.0)]
    assert found(rule_id, study, *values, *other) == 3


@pytest.mark.parametrize("rule_id", of_kind("EXTREMES"))
def test_of_values_with_means_a_minimum_is_that_of_the_means(rule_id, study):
    values = [{"AVAL": value, "ONTRTFL": "Y"} for value in (3.0, 5.0)]
    mean = {"AVAL": 4.0, "ONTRTFL": "Y", "DTYPE": "AVERAGE"}
    earlier = {"AVAL": 1.0, "ONTRTFL": None, "DTYPE": "AVERAGE"}
    assert found(rule_id, study, *values, mean, earlier, {"DTYPE": "MINIMUM", "AVAL": 4.0}) == 0
    assert found(rule_id, study, *values, mean, earlier, {"DTYPE": "MINIMUM", "AVAL": 3.0}) == 1
