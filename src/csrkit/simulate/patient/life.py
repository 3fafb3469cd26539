"""One patient from consent to the lock: each part is decided in the order others need it."""

from __future__ import annotations

import datetime as dt

from csrkit.simulate.patient.adverse import Event, experience
from csrkit.simulate.patient.disposition import end_of_study, end_of_treatment
from csrkit.simulate.patient.dosing import Infusion, course
from csrkit.simulate.patient.enrol import Recruit
from csrkit.simulate.patient.fate import decide
from csrkit.simulate.patient.latent import Patient, create
from csrkit.simulate.patient.schedule import unscheduled, visits
from csrkit.simulate.patient.tumour import assess, find_lesions
from csrkit.simulate.settings.catalogue import Placement
from csrkit.simulate.settings.design import Design
from csrkit.study import Study

BENEFIT = ("CR", "PR", "SD", "NON-CR/NON-PD")


def live(recruit: Recruit, study: Study, design: Design, seed: int) -> Patient:
    """Return a patient whose whole course in the study is decided."""
    patient = create(recruit, study, design, _placement(recruit, design), seed)
    patient.fate = decide(patient, design)
    if patient.day_zero is not None:
        patient.lesions = find_lesions(patient, design)
        if not patient.placement.untreated:
            patient.infuse(course(patient, design, 1, patient.at(0)))
        if patient.treated:
            patient.assessments = assess(patient, design)
            patient.infuse(_second_course(patient, design))
        patient.treatment_end = end_of_treatment(patient)
        patient.study_end = end_of_study(patient)
    patient.visits = visits(patient, design)
    patient.events = experience(patient, design)
    _follow_laboratory_events(patient, design)
    return patient


def _placement(recruit: Recruit, design: Design) -> Placement:
    """Return everything placed on a subject, as one."""
    same = [p for p in design.placements if (p.arm, p.nth) == (recruit.arm, recruit.nth)]
    merged: dict[str, object] = {"case": "", "arm": recruit.arm, "nth": recruit.nth}
    for placement in same:
        for key, value in placement.model_dump(exclude_unset=True).items():
            old = merged.get(key)
            if key == "case":
                merged[key] = "; ".join(filter(None, [str(old), str(value)]))
            elif isinstance(old, tuple) and isinstance(value, tuple):
                merged[key] = old + value
            elif isinstance(old, dict) and isinstance(value, dict):
                merged[key] = old | value
            else:
                merged[key] = value
    return Placement.model_validate(merged)


def _second_course(patient: Patient, design: Design) -> list[Infusion]:
    """Return the second course of a patient judged to benefit at the first assessment."""
    rng = patient.stream("benefit")
    wanted = bool(rng.random() < design.fate.second_course_share)
    gap = int(rng.integers(*design.dosing.second_course_gap_days))
    first = next((a for a in patient.assessments if a.done), None)
    if patient.placement.second_course is not None:
        wanted = patient.placement.second_course
    complete = len(patient.infusions) == patient.study.treatment.infusions_per_course
    stopped = 0 < patient.fate.stop_after[0] <= len(patient.infusions)
    if not (wanted and first and complete) or stopped or first.overall not in BENEFIT:
        return []
    last = patient.infusions[-1].due
    begin = max(first.moment, last) + dt.timedelta(days=gap)
    begin += dt.timedelta(days=(patient.at(0).weekday() - begin.weekday()) % 7)
    return course(patient, design, 2, dt.datetime.combine(begin.date(), dt.time()))


def _follow_laboratory_events(patient: Patient, design: Design) -> None:
    """Add unscheduled visits so that every laboratory event is seen, and severe ones followed."""
    panels = {test: name for name, tests in design.measurements.panels.items() for test in tests}
    for event in patient.events:
        if event.entry.lab is None:
            continue
        panel = panels[event.entry.lab]
        seen = [v for v in patient.visits if panel in v.panels and event.lasts(v.start)]
        if not seen:
            _add(patient, event.start + dt.timedelta(hours=3), event, panel)
        later = event.start + dt.timedelta(days=4, hours=9)
        if event.grade >= 3 and event.lasts(later) and len(seen) < 2:
            _add(patient, later, event, panel)


def _add(patient: Patient, moment: dt.datetime, event: Event, panel: str) -> None:
    if patient.observed(moment + dt.timedelta(hours=1)) and event.lasts(moment):
        reason = f"Control of {event.entry.term.lower()}"
        patient.visits.append(unscheduled(patient.visits, moment, reason, (panel,)))
        patient.visits.sort(key=lambda visit: (visit.start, visit.number))
