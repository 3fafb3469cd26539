"""Infusions: planned weekly, given, delayed, interrupted or missed; EX and EC."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from csrkit.simulate.patient.latent import Patient, draw, normal
from csrkit.simulate.settings.catalogue import PlacedInfusion
from csrkit.simulate.settings.design import Design


@dataclass
class Infusion:
    """One planned infusion; `start` and `end` are None when it was missed.

    `delay` (days) or the miss has the `reason`; `interruption` is in minutes.
    """

    number: int
    course: int
    due: dt.datetime
    start: dt.datetime | None
    end: dt.datetime | None
    dose: float
    delay: int
    interruption: int
    reason: str

    @property
    def given(self) -> bool:
        """Whether it was given."""
        return self.start is not None

    @property
    def moment(self) -> dt.datetime:
        """Start of an infusion that was given."""
        if self.start is None:
            raise ValueError(f"infusion {self.number} was missed")
        return self.start


def course(patient: Patient, design: Design, number: int, begin: dt.datetime) -> list[Infusion]:
    """Return the infusions of a course, up to what ended treatment.

    A missed infusion isn't made up. A delayed one shifts those after it.
    """
    rng = patient.stream(f"course {number}")
    count = patient.study.treatment.infusions_per_course or 1
    interval = dt.timedelta(days=patient.study.treatment.infusion_interval_days or 7)
    due, infusions = begin, []
    stop = patient.fate.stop_after[0]
    for infusion_number in range((number - 1) * count + 1, number * count + 1):
        infusion = _infusion(patient, design, infusion_number, number, due, rng)
        ended = stop and infusion_number > stop
        late = infusion.due + dt.timedelta(days=infusion.delay)
        if stop == infusion_number and not infusion.given:
            break
        if ended or not patient.observed(late + dt.timedelta(hours=14)) or _stopped(patient, late):
            break
        infusions.append(infusion)
        due = dt.datetime.combine(late.date(), dt.time()) + interval
    return infusions


def _stopped(patient: Patient, moment: dt.datetime) -> bool:
    """Whether progression, a new therapy or a dose-limiting toxicity ended treatment before."""
    imaged = [patient.day(a.moment) for a in patient.assessments if a.overall == "PD"]
    fate = patient.fate
    ends = [fate.clinical, _dlt_day(patient), fate.new_therapy, *imaged]
    return patient.day(moment) > min(ends)


def _dlt_day(patient: Patient) -> float:
    days = [(patient.fate.dlt - 1) * 7 + 0.9] if patient.fate.dlt else []
    for event in patient.placement.events:
        if event.dlt and event.infusion:
            days.append((event.infusion - 1) * 7 + 0.9)
    return min(days, default=1e5)


def _infusion(
    patient: Patient,
    design: Design,
    number: int,
    course: int,
    due: dt.datetime,
    rng: np.random.Generator,
) -> Infusion:
    settings = design.dosing
    chances = rng.random(3)
    start = due + dt.timedelta(
        minutes=int(rng.integers(settings.hour[0] * 60, settings.hour[1] * 60))
    )
    if patient.recruit.site.seconds:
        start += dt.timedelta(seconds=int(rng.integers(0, 60)))
    length = round(normal(settings.minutes, rng))
    delay = int(rng.integers(settings.delay_days[0], settings.delay_days[1] + 1))
    pause = int(rng.integers(*settings.interruption_minutes))
    delay_reason, missed_reason = (
        draw(settings.delay_reasons, rng),
        draw(settings.missed_reasons, rng),
    )
    drawn = PlacedInfusion(
        delay=delay if number > 1 and chances[0] < settings.delayed else None,
        interrupted=pause if chances[1] < settings.interrupted else None,
        missed=missed_reason if number > 1 and chances[2] < settings.missed else None,
        reason=delay_reason,
    )
    if patient.placement.infusions:
        drawn = patient.placement.infusions.get(number, PlacedInfusion())
    shift = drawn.delay or 0
    missed = drawn.missed is not None
    begin = start + dt.timedelta(days=shift)
    end = begin + dt.timedelta(minutes=length + (drawn.interrupted or 0))
    reason = drawn.missed or (drawn.reason if shift else "")
    return Infusion(
        number=number,
        course=course,
        due=due,
        start=None if missed else begin,
        end=None if missed else end,
        dose=drawn.dose or patient.dose,
        delay=0 if missed else shift,
        interruption=0 if missed else drawn.interrupted or 0,
        reason=reason,
    )
