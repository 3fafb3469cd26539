"""CDISC's ADaM conformance rules are all answered; what an answer says of the datasets is so."""

import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from csrkit.adam.registry import DATASETS
from csrkit.adam.spec import codelists, load_spec
from csrkit.validation.adam.rules import spec_rules
from csrkit.validation.rules.suites import load_suites

BDS, OCCDS = "BASIC DATA STRUCTURE", "OCCURRENCE DATA STRUCTURE"
NAME = re.compile(r"\b[A-Z][A-Z0-9]*\b")


@cache
def specs():
    return {one.name: load_spec(one.name) for one in DATASETS}


def variables():
    return [(name, variable) for name, spec in specs().items() for variable in spec.variables]


def names_of(kind):
    """The variables of each dataset of a kind: its name, its class, `dataset` for all."""
    chosen = {"BDS dataset": BDS, "OCCDS dataset": OCCDS}.get(kind, kind)
    return [
        set(spec.names)
        for name, spec in specs().items()
        if kind == "dataset" or chosen in (name, spec.dataset_class)
    ]


def ends_in(ending, holds):
    found = [variable for _, variable in variables() if variable.name.endswith(ending)]
    return bool(found) and all(holds(variable) for variable in found)


def has(kind, wanted):
    found = names_of(kind)
    return bool(found) and all(set(NAME.findall(wanted)) <= names for names in found)


def lacks(kind, unwanted):
    found = names_of(kind)
    return bool(found) and not any(set(NAME.findall(unwanted)) & names for names in found)


def accompanied(one, other):
    found = [names for names in names_of("dataset") if one in names]
    return bool(found) and all(other in names for names in found)


# What an answer says, and how that is told from the specifications.
SAYS = {
    r"Every other dataset is derived from ADSL": lambda: all(
        "ADSL" in one.needs for one in DATASETS if one.name != "ADSL"
    ),
    r"Every variable that ends in FL has the codelist NY or Y": lambda: ends_in(
        "FL", lambda each: each.codelist in ("NY", "Y")
    ),
    r"No dataset has a numeric flag \(a name that ends in FN\)": lambda: (
        not ends_in("FN", lambda _: True)
    ),
    r"A name has at most 8 characters, the first a letter": lambda: all(
        re.fullmatch("[A-Z][A-Z0-9]{0,7}", each.name) for _, each in variables()
    ),
    r"A label has at most 40 characters": lambda: all(
        len(each.label) <= 40 for _, each in variables()
    ),
    r"A text has at most 200 bytes": lambda: all(each.length <= 200 for _, each in variables()),
    r"Every variable that ends in DT is a number with a date format": lambda: ends_in(
        "DT", lambda each: (each.type, each.format) == ("date", "DATE9.")
    ),
    r"Every variable that ends in DTM is a number with a date-time format": lambda: ends_in(
        "DTM", lambda each: (each.type, each.format) == ("datetime", "DATETIME20.")
    ),
    r"ADSL has the subjects of DM, and the others those of ADSL": lambda: all(
        variable(name, "USUBJID").source == ("DM" if name == "ADSL" else "ADSL") + ".USUBJID"
        for name in specs()
    ),
    r"AGE of ADSL is that of DM": lambda: variable("ADSL", "AGE").source == "DM.AGE",
    r"No dataset has a pooled treatment \(TRxxPGy, TRxxAGy\)": lambda: (
        not any(re.match(r"TR\d\d[PA]G", each.name) for _, each in variables())
    ),
    r"The label of ANLzzFL is Analysis Flag zz": lambda: all(
        each.label == f"Analysis Flag {each.name[3:5]}"
        for _, each in variables()
        if re.fullmatch(r"ANL\d\dFL", each.name)
    ),
    r"No dataset is for population pharmacokinetics \((.+)\), which .+": lambda names: lacks(
        "dataset", names
    ),
    r"(?:Every )?(dataset|BDS dataset|AD\w+) has ([A-Z0-9, ]+)": has,
    r"(?:No )?(dataset|OCCDS dataset|AD\w+) has (?:no )?([A-Z0-9, ]+)(?:: .+)?": lacks,
    r"A dataset with (\w+) has (\w+)": accompanied,
}


def variable(dataset, name):
    return next(each for each in specs()[dataset].variables if each.name == name)


@pytest.fixture(scope="module")
def answers(study):
    return yaml.safe_load((study.path("validation") / "adam_conformance.yml").read_text())


def test_every_conformance_rule_is_answered_once(answers):
    lines = (Path(__file__).parent / "conformance.txt").read_text().splitlines()
    ids = [line for line in lines if not line.startswith("#")]
    assert list(answers) == ids
    assert len(set(ids)) == 197


def test_every_rule_of_ours_that_is_named_exists(answers, study):
    terms = {name: tuple(each.terms) for name, each in codelists().items() if not each.extensible}
    known = {rule.id for spec in specs().values() for rule in spec_rules(spec, terms)}
    known |= {rule.id for rules in load_suites(study, "adam").values() for rule in rules}
    named = {rule for answer in answers.values() for rule in answer.get("rules", [])}
    assert sorted(named - known) == []


def test_an_answer_is_rules_or_what_holds_it_or_why_not(answers):
    kinds = [{"rules"}, {"held_by"}, {"why_not"}]
    assert [name for name, answer in answers.items() if set(answer) not in kinds] == []
    assert [name for name, answer in answers.items() if not all(answer.values())] == []


@pytest.mark.parametrize("kind", ["held_by", "why_not"])
def test_what_an_answer_says_of_the_datasets_is_so(answers, kind):
    untrue = [name for name, answer in answers.items() if kind in answer and not true(answer[kind])]
    assert untrue == []


def true(says):
    """Whether a sentence is so by the specifications; one that can't be told is not."""
    negative = re.match(r"No |AD\w+ has no ", says)
    for pattern, told in SAYS.items():
        found = re.fullmatch(rf"{pattern}\.", says)
        if found and not (told is has and negative) and not (told is lacks and not negative):
            return told(*found.groups())
    return False


@pytest.mark.parametrize(
    "says",
    [
        "ADSL has STUDYIDN.",
        "Every BDS dataset has ADY.",
        "No dataset has PARAM.",
        "No OCCDS dataset has AESEQ.",
        "ADAE has no AELLT: it isn't delivered.",
        "A dataset with PARAMCD has ABLFL.",
        "All is well.",
    ],
)
def test_what_is_not_so_is_told(says):
    assert not true(says)
