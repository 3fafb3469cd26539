"""The settings of the simulation hold together, and a mistake in them is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from csrkit.errors import StudyError, UsageError
from csrkit.simulate import simulate
from csrkit.simulate.patient.enrol import recruit
from csrkit.simulate.records.rows import Schema
from csrkit.simulate.settings.design import Design, load_design, load_domains
from csrkit.study import Study

SEED = 20250609


@pytest.fixture(scope="module")
def design() -> Design:
    return load_design()


def test_every_term_that_is_named_stands_in_the_catalogue(design: Design) -> None:
    placed = [event.term for case in design.placements for event in case.events]
    events = design.events
    others = [events.interrupting, *events.holding, *(e.term for e in events.fatal)]
    for term in [*placed, *others, *(e.term for e in events.dose_limiting)]:
        assert events.named(term).term == term


def test_a_term_that_is_not_in_the_catalogue_is_told(design: Design) -> None:
    with pytest.raises(StudyError, match=r"isn't in the catalogue(.|\n)*Hiccups"):
        design.events.named("Hiccups")


def test_laboratory_events_name_tests_that_have_their_grades(design: Design) -> None:
    tests = design.measurements.laboratory
    for event in design.events.events:
        if event.lab:
            drawn = {grade for grade, share in enumerate(event.grades, start=1) if share}
            assert drawn <= set(tests[event.lab].grades), event.term


def test_values_without_an_event_are_no_severe_grade(design: Design) -> None:
    for code, test in design.measurements.laboratory.items():
        for grade in (3, 4):
            low, high = test.grades.get(grade, (float("inf"), float("inf")))
            assert high < test.plain[0] or low > test.plain[1], (code, grade)


def test_placed_subjects_exist_in_the_study_of_the_design_size(design: Design) -> None:
    sizes = {cohort.arm: cohort.subjects for cohort in design.enrolment.cohorts}
    for case in design.placements:
        assert 1 <= case.nth <= sizes[case.arm], case.case


def test_every_variable_has_a_label_of_at_most_40_letters() -> None:
    schema = Schema(load_domains())
    for domain in schema.specs:
        labels = schema.labels(domain)
        assert all(0 < len(label) <= 40 for label in labels.values()), domain
        assert all(len(name) <= 8 for name in labels), domain


def test_a_record_with_an_unknown_variable_is_refused() -> None:
    with pytest.raises(KeyError, match="DM has no variable HAIR"):
        Schema(load_domains()).table("DM", {"HAIR": ["brown"]})


@pytest.mark.parametrize("subjects", [1, 7, 48, 1000])
def test_the_cohorts_add_up_to_the_subjects_asked_for(design: Design, subjects: int) -> None:
    people = recruit(design, SEED, subjects)
    assert len(people) == subjects
    assert len({person.subjid for person in people}) == subjects


def test_consents_fall_on_weekdays_within_the_window(design: Design) -> None:
    for person in recruit(design, SEED):
        assert person.consent.weekday() < 5


@pytest.mark.parametrize(
    ("seed", "subjects", "option"), [(-1, None, "--seed"), (SEED, 0, "--subjects")]
)
def test_an_impossible_request_is_told(
    study: Study, tmp_path: Path, seed: int, subjects: int | None, option: str
) -> None:
    with pytest.raises(UsageError, match=option):
        simulate(study, tmp_path, seed=seed, subjects=subjects)


def test_a_study_without_the_arms_of_the_design_is_told(study: Study, tmp_path: Path) -> None:
    other = study.model_copy(update={"arms": {"P1D20": study.arms["P1D20"]}})
    with pytest.raises(StudyError, match="fills an arm that the study doesn't have"):
        simulate(other, tmp_path)
