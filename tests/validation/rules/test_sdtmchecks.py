"""The checks of the R package sdtmchecks are all answered: by rules here, or by why not."""

from pathlib import Path

import pytest
import yaml

from csrkit.validation.rules.suites import load_suites


@pytest.fixture(scope="module")
def answers(study):
    return yaml.safe_load((study.path("validation") / "sdtmchecks.yml").read_text())


def test_every_check_is_answered_once(answers):
    lines = (Path(__file__).parent / "sdtmchecks.txt").read_text().splitlines()
    assert sorted(answers) == sorted(line for line in lines if not line.startswith("#"))


def test_every_rule_named_exists(answers, study):
    known = {rule.id for rules in load_suites(study).values() for rule in rules}
    named = {rule for answer in answers.values() for rule in answer.get("rules", [])}
    assert sorted(named - known) == []


def test_a_check_is_covered_or_says_why_not(answers):
    unclear = [
        name
        for name, answer in answers.items()
        if set(answer) not in ({"rules"}, {"why_not"}) or not all(answer.values())
    ]
    assert unclear == []
    assert sum("rules" in answer for answer in answers.values()) >= 87
