"""A condition that is none is refused when the settings are loaded, wherever one is taken."""

from __future__ import annotations

import time

import pytest
import yaml
from pydantic import BaseModel

from csrkit.conditions import And, Comparison, Not, Or, parse
from csrkit.conditions.grammar import MOST_CHARACTERS, MOST_LEVELS
from csrkit.errors import StudyError
from csrkit.index import load_index
from csrkit.study import load_study
from csrkit.validation.rules.facts import load_facts

HOSTILE = {
    "program": "@pd.io.common.os.system('true') == 0",
    "method": "AETERM.to_csv('gone.csv')",
    "import": "__import__('os').system('true')",
    "parentheses": "(" * 100_000,
    "closed": "(" * 20_000 + "A == 1" + ")" * 20_000,
    "not": "not " * 12_000 + "A == 1",
    "long": "A == 1 or " * 100_000 + "A == 1",
    "digits": "A == " + "1" * 49_000 + "a",
    "quotes": "A == " + "'" * 49_001,
    "sql": "A == 1; drop table adsl",
    "list": "A in [" + "1," * 20_000,
    "zero byte": "A == 'x'\0",
}
STUDIES = ["study.yml", "studies/cdiscpilot01/study.yml"]


def takes_conditions(annotation: object) -> bool:
    return "_read" in repr(annotation)


def find_places(value, path=()):
    """Yield the path of every condition that a model has, or would take."""
    if isinstance(value, And | Comparison | Not | Or):
        yield path
    elif isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            absent = takes_conditions(field.annotation) and value.__dict__[name] is None
            if absent or takes_conditions(field.metadata):
                yield (*path, name)
            else:
                yield from find_places(value.__dict__[name], (*path, name))
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from find_places(one, (*path, name))
    elif isinstance(value, tuple):
        for number, one in enumerate(value):
            yield from find_places(one, (*path, number))


def unshared(content):
    """Return settings of which no part stands in two places, as anchors and aliases make it."""
    if isinstance(content, dict):
        return {key: unshared(value) for key, value in content.items()}
    return list(map(unshared, content)) if isinstance(content, list) else content


def put(content, path, text):
    """Return settings with a text in one place."""
    changed = unshared(content)
    *way, last = path
    place = changed
    for step in way:
        place = place[step]
    place[last] = text
    return changed


def refused(load, content, file, place):
    """Write settings, see them refused within two seconds, and return the error."""
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    begin = time.process_time()
    with pytest.raises(StudyError) as caught:
        load(file)
    assert time.process_time() - begin < 2
    where = f"{file}, key {'.'.join(map(str, place))}"
    assert caught.value.where == where
    assert " stands " in caught.value.allowed
    assert "; allowed there: " in caught.value.allowed
    assert len(str(caught.value)) < 1_500
    return caught.value


@pytest.mark.parametrize("name", STUDIES)
def test_every_place_of_the_study_that_takes_a_condition_refuses_a_program(root, tmp_path, name):
    content = yaml.safe_load((root / name).read_text(encoding="utf-8"))
    places = list(find_places(load_study(root / name)))
    places += [("columns", key, "filter") for key in content["columns"]]
    assert len(places) > 15
    for place in places:
        changed = put(content, place, HOSTILE["program"])
        fault = refused(load_study, changed, tmp_path / "study.yml", place)
        assert "@pd.io.common.os.system" in fault.allowed


@pytest.mark.parametrize("name", ["report/tlf.yml", "studies/cdiscpilot01/tlf.yml"])
def test_every_place_of_the_index_that_takes_a_condition_refuses_a_program(root, tmp_path, name):
    content = yaml.safe_load((root / name).read_text(encoding="utf-8"))
    index = load_index(root / name)
    places = [
        ("displays", key, "settings", *place)
        for key, entry in index.items()
        for place in find_places(entry.settings)
    ]
    assert len(places) > 15
    for place in places:
        changed = put(content, place, HOSTILE["program"])
        refused(load_index, changed, tmp_path / "tlf.yml", place)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("place", [("derivations", "adtr", "nodal"), ("columns", "rp2d", "filter")])
def test_whatever_stands_for_a_condition_is_refused_at_once(root, tmp_path, text, place):
    content = yaml.safe_load((root / "study.yml").read_text(encoding="utf-8"))
    refused(load_study, put(content, place, text), tmp_path / "study.yml", place)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_fact_of_the_validation_refuses_them_too(study, tmp_path, text):
    paths = study.paths.model_copy(update={"validation": tmp_path})
    moved = study.model_copy(update={"paths": paths})
    content = {"A_FACT": {"domain": "DS", "take": "any", "where": text}}
    refused(lambda _: load_facts(moved), content, tmp_path / "facts.yml", ("A_FACT", "where"))


def test_a_condition_as_long_and_deep_as_allowed_is_read():
    terms = ", ".join(f"'PREFERRED TERM {n}'" for n in range(2_000))
    assert len(f"AEDECOD in [{terms}]") < MOST_CHARACTERS
    assert len(parse(f"AEDECOD in [{terms}]").values) == 2_000
    deep = "(" * MOST_LEVELS + "A == 1" + ")" * MOST_LEVELS
    assert parse(deep) == parse("A == 1")
