"""Visits of a subject, planned and unscheduled, and what is measured at them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from csrkit.simulate.patient.dosing import Infusion
from csrkit.simulate.patient.latent import Patient
from csrkit.simulate.settings.design import Design

SCREENING, INFUSION_STEP, WEEK_BASE, END_OF_TREATMENT, SURVIVAL = 1.0, 10, 200, 300.0, 310
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


@dataclass
class Visit:
    """A visit; `panels` are the laboratory panels drawn at it, `done` False for a missed one."""

    number: float
    name: str
    start: dt.datetime
    end: dt.datetime
    panels: tuple[str, ...] = ()
    ecog: bool = False
    vitals: bool = False
    ecg: bool = False
    infusion: Infusion | None = None
    done: bool = True
    reason: str = ""

    @property
    def laboratory(self) -> bool:
        """Whether blood is drawn."""
        return bool(self.panels)


def visits(patient: Patient, design: Design) -> list[Visit]:
    """Return the visits of a subject in the order of time."""
    rng = patient.stream("visits")
    made = [_screening(patient, rng)]
    if patient.day_zero is not None:
        made += _infusion_visits(patient)
        made += _assessment_visits(patient)
        made += _closing_visits(patient, design, rng)
        made += _unscheduled(patient, made)
    seen = [visit for visit in made if patient.observed(visit.start)]
    return sorted(seen, key=lambda visit: (visit.start, visit.number))


def _screening(patient: Patient, rng: np.random.Generator) -> Visit:
    begin = patient.consent
    end = begin + int(rng.integers(2, 6)) * DAY
    all_panels = ("HEM", "CHEM", "COAG", "INFL", "CYTO")
    return Visit(SCREENING, "SCREENING", begin, end, all_panels, ecog=True, vitals=True, ecg=True)


def _infusion_visits(patient: Patient) -> list[Visit]:
    full = patient.study.assumptions.pk_infusions.value
    made = []
    for infusion in patient.given:
        number, moment = infusion.number, infusion.moment
        panels: tuple[str, ...] = ("HEM", "CHEM", "INFL")
        if number in full:
            panels = (*panels, "CYTO")
        begin = moment - 90 * MINUTE
        end = moment + 5 * HOUR
        ecg = number in full
        made.append(
            Visit(
                number * INFUSION_STEP,
                f"INFUSION {number}",
                begin,
                end,
                panels,
                True,
                True,
                ecg,
                infusion,
            )
        )
        if number in full:
            made += _sampling_days(patient, infusion)
    return made


def _sampling_days(patient: Patient, infusion: Infusion) -> list[Visit]:
    """Return the days of PK samples after an infusion, but for one that is the next infusion's."""
    infused = {other.moment.date() for other in patient.given}
    made, seen = [], set()
    for hours in patient.study.assumptions.pk_times_hours.value:
        day = int(hours // 24)
        moment = dt.datetime.combine(infusion.moment.date(), dt.time(7, 30)) + day * DAY
        if day == 0 or day in seen or moment.date() in infused:
            continue
        seen.add(day)
        name = f"INFUSION {infusion.number} DAY {day + 1}"
        panels = ("HEM", "INFL", "CYTO") if day == 1 else ()
        number = infusion.number * INFUSION_STEP + len(seen)
        made.append(
            Visit(
                number, name, moment, moment + 6 * HOUR, panels, vitals=day == 1, infusion=infusion
            )
        )
    return made


def _assessment_visits(patient: Patient) -> list[Visit]:
    made = []
    for imaging in patient.assessments:
        if imaging.week is None:
            continue
        begin = imaging.moment - 2 * HOUR
        visit = Visit(
            WEEK_BASE + imaging.week,
            f"WEEK {imaging.week}",
            begin,
            imaging.moment + HOUR,
            ("HEM", "CHEM", "COAG") if imaging.done else (),
            ecog=imaging.done,
            vitals=imaging.done,
            done=imaging.done,
            reason="" if imaging.done else "Subject did not attend",
        )
        made.append(visit)
    return made


def _closing_visits(patient: Patient, design: Design, rng: np.random.Generator) -> list[Visit]:
    if not patient.treated:
        return []
    last = patient.given[-1].moment
    begin = dt.datetime.combine(last.date(), dt.time(9, 15)) + int(rng.integers(27, 32)) * DAY
    panels = ("HEM", "CHEM", "COAG", "INFL")
    made = [
        Visit(
            END_OF_TREATMENT, "END OF TREATMENT", begin, begin + 3 * HOUR, panels, True, True, True
        )
    ]
    imaged = [a.moment for a in patient.assessments if a.done]
    start = max([begin, *imaged])
    if imaged and patient.assessments[-1].overall != "PD" and patient.fate.clinical > 1e4:
        return made
    for number in range(1, design.fate.followup_days // design.fate.survival_visit_days + 1):
        moment = start + (number * design.fate.survival_visit_days + int(rng.integers(-4, 5))) * DAY
        name = f"SURVIVAL FOLLOW-UP {number}"
        made.append(Visit(SURVIVAL + number, name, moment, moment))
    return made


def _unscheduled(patient: Patient, made: list[Visit]) -> list[Visit]:
    """Return visits outside the plan: imaging on its own day, or a placed one."""
    moments: list[tuple[dt.datetime, str, tuple[str, ...]]] = [
        (imaging.moment, "Imaging outside the schedule", ("HEM", "CHEM"))
        for imaging in patient.assessments
        if imaging.week is None
    ]
    if patient.placement.unscheduled_day is not None:
        moment = patient.at(patient.placement.unscheduled_day + 10 / 24)
        moments.append((moment, "Subject felt unwell", ("HEM", "CHEM", "INFL")))
    return [unscheduled(made, moment, reason, panels) for moment, reason, panels in moments]


def unscheduled(
    made: list[Visit], moment: dt.datetime, reason: str, panels: tuple[str, ...]
) -> Visit:
    """Return an unscheduled visit, numbered after the visit before it."""
    before = max((v for v in made if v.start <= moment), key=lambda v: v.start, default=made[0])
    number = round(float(np.floor(before.number)) + 0.1, 1)
    taken = {visit.number for visit in made}
    while number in taken:
        number = round(number + 0.1, 1)
    name = f"UNSCHEDULED {number:.1f}"
    return Visit(number, name, moment - HOUR, moment + HOUR, panels, vitals=True, reason=reason)
