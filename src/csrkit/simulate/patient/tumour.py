"""Tumour assessments: lesions that grow and shrink, what is measured, and the response to it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np

from csrkit.simulate.patient.fate import NEVER
from csrkit.simulate.patient.latent import Patient, draw, lognormal
from csrkit.simulate.patient.recist import nontarget_response, overall_response, target_response
from csrkit.simulate.settings.design import Design

VANISHED_MM, NODE_FLOOR_MM = 2.6, 4.0
DEEP_RESPONSE, CLEARING_SHARE = 0.35, 0.6
PRESENT, ABSENT, PROGRESSED, UNSEEN = (
    "PRESENT",
    "ABSENT",
    "UNEQUIVOCAL PROGRESSION",
    "NOT EVALUABLE",
)


@dataclass(frozen=True)
class Lesion:
    """A lesion; `group` is TARGET, NON-TARGET or NEW, `size` its baseline in mm (targets)."""

    link: str
    group: str
    place: str
    nodal: bool = False
    size: float = 0.0
    factor: float = 1.0


@dataclass
class Assessment:
    """One imaging, with what was measured; `week` is None for an unscheduled one.

    `done` is False for a scheduled assessment that was missed.
    """

    number: int
    week: int | None
    moment: dt.datetime
    done: bool = True
    sizes: list[float | None] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    new: list[Lesion] = field(default_factory=list)
    target: str | None = None
    nontarget: str | None = None
    overall: str = ""


def find_lesions(patient: Patient, design: Design) -> list[Lesion]:
    """Return the target and non-target lesions at baseline."""
    rng = patient.stream("lesions")
    settings = design.tumour
    count = draw(settings.targets, rng) if rng.random() >= settings.no_target_share else 0
    if patient.placement.targets is not None:
        count = patient.placement.targets
    places = [*patient.metastases[1:], patient.tumour.organ, "PERITONEUM"]
    lesions = []
    for number in range(1, count + 1):
        nodal = bool(rng.random() < settings.nodal_share)
        place = "LYMPH NODE" if nodal else str(places[int(rng.integers(0, len(places)))])
        low = 15.0 if nodal or place == "LYMPH NODE" else 10.0
        size = float(max(low, round(lognormal(settings.target_mm, rng))))
        factor = float(np.exp(rng.normal(0, settings.lesion_log_sd)))
        lesions.append(
            Lesion(f"T{number:02d}", "TARGET", place, place == "LYMPH NODE", size, factor)
        )
    others = ["ASCITES IN PERITONEAL CAVITY", *rng.permutation(["OMENTUM", "LIVER", "LUNG"])]
    for number in range(1, 2 + int(rng.integers(0, 3))):
        lesions.append(Lesion(f"NT{number:02d}", "NON-TARGET", str(others[number - 1])))
    return lesions


def assess(patient: Patient, design: Design) -> list[Assessment]:
    """Return the assessments after baseline, up to progression or the end of observation.

    Sets the day of the next anticancer therapy in the patient's fate, once progression is known.
    """
    rng = patient.stream("imaging")
    settings, case = design.tumour, patient.placement
    targets = [lesion for lesion in patient.lesions if lesion.group == "TARGET"]
    baseline = sum(lesion.size for lesion in targets)
    nadir, made, progressed = baseline, [], None
    ended = patient.fate.clinical
    for number, (day, week) in enumerate(_plan(patient, design, rng), start=1):
        moment = patient.at(day + 10.5 / 24 + int(rng.integers(0, 240)) / 1440)
        if not patient.observed(moment) or day >= ended:
            break
        missed = rng.random() < settings.missed_share and not case.fixes_imaging
        if number in case.missed_assessments or missed:
            made.append(Assessment(number, week, moment, done=False))
            continue
        imaging = Assessment(number, week, moment)
        imaging.sizes = _sizes(patient, design, targets, number, day, rng)
        imaging.new = _new_lesions(patient, number, day, rng)
        imaging.states = _states(patient, design, number, imaging.sizes, baseline, rng)
        if targets:
            nodal = [lesion.nodal for lesion in targets]
            imaging.target = target_response(imaging.sizes, nodal, baseline, nadir)
        imaging.nontarget = nontarget_response(imaging.states)
        imaging.overall = overall_response(imaging.target, imaging.nontarget, bool(imaging.new))
        made.append(imaging)
        if None not in imaging.sizes:
            nadir = min(nadir, sum(size for size in imaging.sizes if size is not None))
        if imaging.overall == "PD":
            progressed = day
            break
    patient.fate.new_therapy = _next_therapy(patient, design, progressed)
    return made


def _plan(
    patient: Patient, design: Design, rng: np.random.Generator
) -> list[tuple[float, int | None]]:
    """Return days and weeks of the assessments; a placed case may have its own days."""
    every = patient.study.assumptions.tumour_assessment_weeks.value
    window = patient.study.assumptions.tumour_assessment_window_days.value
    if patient.placement.imaging_days is not None:
        days = patient.placement.imaging_days
        nearest = [max(1, round(day / (7 * every))) * every for day in days]
        return [
            (day, week if abs(day - 7 * week) <= window else None)
            for day, week in zip(days, nearest, strict=True)
        ]
    jitter = design.tumour.jitter_days
    count = design.fate.followup_days // (7 * every)
    shifts = rng.integers(-jitter, jitter + 1, size=count)
    return [(7 * every * k + int(shifts[k - 1]), every * k) for k in range(1, count + 1)]


def _sizes(
    patient: Patient,
    design: Design,
    targets: list[Lesion],
    number: int,
    day: float,
    rng: np.random.Generator,
) -> list[float | None]:
    changes = patient.placement.target_changes
    noise = rng.normal(0, design.tumour.measurement_sd_mm, size=len(targets))
    unseen = rng.random() < design.tumour.not_evaluable_share
    if changes is not None:
        change = changes[min(number, len(changes)) - 1]
        if change is None:
            return [None, *(lesion.size for lesion in targets[1:])]
        return [float(round(lesion.size * (1 + change / 100))) for lesion in targets]
    sizes = [
        _measured(lesion, patient.fate.growth, patient.fate.kill, day, error)
        for lesion, error in zip(targets, noise, strict=True)
    ]
    if unseen and targets and not patient.placement.fixes_imaging:
        return [None, *sizes[1:]]
    return list(sizes)


def _measured(lesion: Lesion, growth: float, kill: float, day: float, error: float) -> float:
    ratio = np.exp(-kill * lesion.factor * day) + np.exp(growth / lesion.factor * day) - 1
    size = lesion.size * float(ratio) + error
    if lesion.nodal:
        return float(round(max(size, NODE_FLOOR_MM)))
    return float(round(size)) if size >= VANISHED_MM else 0.0


def _new_lesions(
    patient: Patient, number: int, day: float, rng: np.random.Generator
) -> list[Lesion]:
    case = patient.placement
    place = str(rng.choice(["LIVER", "LUNG", "PERITONEUM", "BONE", "LYMPH NODE"]))
    planned = case.target_changes is not None or case.nontarget_progression_at is not None
    found = case.new_lesion_at == number if planned or case.new_lesion_at else False
    if not (planned or case.new_lesion_at):
        found = patient.fate.new_lesion <= day
    return [Lesion("NEW01", "NEW", place)] if found else []


def _states(
    patient: Patient,
    design: Design,
    number: int,
    sizes: list[float | None],
    baseline: float,
    rng: np.random.Generator,
) -> list[str]:
    """Return the state of each non-target lesion: gone in a deep response, or progressed."""
    count = sum(lesion.group == "NON-TARGET" for lesion in patient.lesions)
    chance = rng.random(3)
    case = patient.placement
    total = sum(size for size in sizes if size is not None)
    deep = bool(baseline) and None not in sizes and total < DEEP_RESPONSE * baseline
    share = design.tumour.nontarget_progression_share * (patient.fate.growth > patient.fate.kill)
    worse = chance[0] < share and not case.fixes_imaging
    if worse or case.nontarget_progression_at == number:
        return [PROGRESSED, *[PRESENT] * (count - 1)]
    if deep and (chance[1] < CLEARING_SHARE or (case.target_changes and total == 0)):
        return [ABSENT] * count
    if chance[2] < design.tumour.not_evaluable_share / 2 and not case.fixes_imaging:
        return [UNSEEN, *[PRESENT] * (count - 1)]
    return [PRESENT] * count


def _next_therapy(patient: Patient, design: Design, progressed: float | None) -> float:
    if patient.placement.new_therapy_day is not None:
        return float(patient.placement.new_therapy_day)
    rng = patient.stream("next therapy")
    wait = int(rng.integers(*design.fate.new_therapy_days))
    day = progressed if progressed is not None else patient.fate.clinical
    return day + wait if rng.random() < design.fate.new_therapy_share else NEVER
