"""When blood is drawn, vital signs are taken and ECGs recorded, from the visits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from csrkit.simulate.patient.dosing import Infusion
from csrkit.simulate.patient.latent import Patient
from csrkit.simulate.patient.schedule import Visit
from csrkit.simulate.settings.design import Design

Point = tuple[str, float]
PRE: Point = ("PRE-INFUSION", 0.0)
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


@dataclass(frozen=True)
class Sample:
    """One time at which tests are made; `point` is a planned time point after an infusion (h)."""

    moment: dt.datetime
    tests: tuple[str, ...]
    visit: Visit
    point: Point | None = None
    infusion: Infusion | None = None


def laboratory(patient: Patient, design: Design) -> list[Sample]:
    """Return the times at which blood is drawn; now and then twice on a day."""
    rng = patient.stream("laboratory times")
    settings, made = design.measurements, []
    for visit in patient.visits:
        if not visit.panels:
            continue
        tests = tuple(test for panel in visit.panels for test in settings.panels[panel])
        shift = int(rng.integers(0, 25))
        again = rng.random() < settings.repeated_share
        placed = patient.placement.repeat_labs_at
        again = again or (placed is not None and visit.name == f"INFUSION {placed}")
        moment, point = _first_time(visit, shift)
        made.append(Sample(moment, tests, visit, point, visit.infusion if point else None))
        if again:
            repeat = settings.panels[visit.panels[0]]
            later = moment + (35 if point == PRE else 95) * MINUTE
            made.append(Sample(later, repeat, visit, point, visit.infusion if point else None))
        if point == PRE and "CYTO" in visit.panels and visit.infusion:
            after = visit.infusion.moment + 4 * HOUR + int(rng.integers(-10, 20)) * MINUTE
            cytokines = (*settings.panels["CYTO"], *settings.panels["INFL"])
            made.append(Sample(after, cytokines, visit, ("4 H POST", 4.0), visit.infusion))
    return _observed(patient, made)


def vital_signs(patient: Patient) -> list[Sample]:
    """Return the times at which vital signs are taken."""
    rng = patient.stream("vital sign times")
    signs = ("SYSBP", "DIABP", "PULSE", "RESP", "TEMP", "OXYSAT")
    made = []
    for visit in patient.visits:
        if not visit.vitals:
            continue
        moment, point = _first_time(visit, int(rng.integers(0, 20)))
        own = (*signs, "WEIGHT") if point in (None, PRE) else signs
        own = (*own, "HEIGHT") if visit.name == "SCREENING" else own
        made.append(Sample(moment, own, visit, point, visit.infusion if point else None))
        if point == PRE and visit.infusion:
            for name, hours in (("1 H POST", 1.0), ("4 H POST", 4.0)):
                after = visit.infusion.moment + hours * HOUR + int(rng.integers(-6, 8)) * MINUTE
                made.append(Sample(after, signs, visit, (name, hours), visit.infusion))
    return _observed(patient, made)


def electrocardiograms(patient: Patient) -> list[Sample]:
    """Return the times at which ECGs are recorded."""
    rng = patient.stream("ecg times")
    tests = ("HR", "PR", "QRS", "QTCF")
    made = []
    for visit in patient.visits:
        if not visit.ecg:
            continue
        moment, point = _first_time(visit, int(rng.integers(20, 40)))
        made.append(Sample(moment, tests, visit, point, visit.infusion if point else None))
        if point == PRE and visit.infusion:
            after = visit.infusion.moment + 4 * HOUR + int(rng.integers(0, 25)) * MINUTE
            made.append(Sample(after, tests, visit, ("4 H POST", 4.0), visit.infusion))
    return _observed(patient, made)


def _first_time(visit: Visit, minutes: int) -> tuple[dt.datetime, Point | None]:
    """Return when the first sample of a visit is taken, and its time point."""
    if visit.infusion is None:
        base = visit.start + 20 * MINUTE
        if visit.name == "SCREENING":
            base = dt.datetime.combine(visit.end.date(), dt.time(8, 10))
        return base + minutes * MINUTE, None
    if visit.name == f"INFUSION {visit.infusion.number}":
        return visit.infusion.moment - (75 - minutes) * MINUTE, PRE
    day = round((visit.start.date() - visit.infusion.moment.date()).days)
    moment = visit.infusion.moment + 24 * day * HOUR + (minutes - 12) * MINUTE
    return moment, (f"{24 * day} H POST", 24.0 * day)


def _observed(patient: Patient, samples: list[Sample]) -> list[Sample]:
    seen = [sample for sample in samples if patient.observed(sample.moment)]
    return sorted(seen, key=lambda sample: sample.moment)
