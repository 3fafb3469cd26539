"""Adverse events: after infusions, in the background of the disease, dose-limiting and fatal."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np

from csrkit.simulate.patient.fate import NEVER
from csrkit.simulate.patient.latent import Patient
from csrkit.simulate.settings.catalogue import EventTerm, PlacedEvent
from csrkit.simulate.settings.design import Design

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
WITHDRAWN, INTERRUPTED = "DRUG WITHDRAWN", "DRUG INTERRUPTED"


@dataclass
class Event:
    """An adverse event; `timed`: its start is reported with the time of day.

    `start_part` and `end_part` (D, M, Y) say how much of the dates is reported; `end` is None when
    the event goes on, or isn't known to have ended.
    """

    entry: EventTerm
    verbatim: str
    grade: int
    start: dt.datetime
    end: dt.datetime | None
    related: bool
    possibly: bool = False
    timed: bool = False
    serious: set[str] = field(default_factory=set)
    action: str = "DOSE NOT CHANGED"
    fatal: bool = False
    dlt: bool = False
    astct: int | None = None
    initial_grade: int | None = None
    start_part: str = "D"
    end_part: str = "D"
    end_missing: bool = False

    def lasts(self, moment: dt.datetime) -> bool:
        """Whether the event is there at a moment."""
        return self.start <= moment and (self.end is None or moment <= self.end)


def experience(patient: Patient, design: Design) -> list[Event]:
    """Return a patient's adverse events in the order of their start."""
    rng = patient.stream("events")
    events = [_placed(patient, design, placed) for placed in patient.placement.events]
    if patient.treated:
        events += _fatal(patient, design, rng)
        events += _dose_limiting(patient, design)
        events += _causes(patient, design, events, rng)
        events += _after_infusions(patient, design, rng)
        events += _background(patient, design, rng)
    kept = _without_overlap([event for event in events if patient.observed(event.start)])
    for event in kept:
        _without_action(patient, event)
        _end_with_observation(patient, event)
    return sorted(kept, key=lambda event: (event.start, event.entry.term))


def _event(
    patient: Patient,
    design: Design,
    entry: EventTerm,
    start: dt.datetime,
    rng: np.random.Generator,
    grade: int | None = None,
    days: float | None = None,
) -> Event:
    shares = np.cumsum(entry.grades)
    drawn = int(np.searchsorted(shares, rng.random() * shares[-1], side="right")) + 1
    length = days or max(entry.days[0] * float(np.exp(rng.normal(0, entry.days[1]))), 0.1)
    grade = grade or drawn
    event = Event(
        entry=entry,
        verbatim=entry.verbatim[int(rng.integers(0, len(entry.verbatim)))],
        grade=grade,
        start=start,
        end=start + length * (1 + 0.3 * (grade - 1)) * DAY,
        related=bool(rng.random() < entry.related),
        possibly=bool(rng.random() < 0.4),
        timed=entry.infusion > 0 and entry.hours[0] < 24,
        astct=grade if entry.astct else None,
    )
    if before_treatment(patient, start):
        event.related = event.possibly = False
    chance = design.events.serious_by_grade.get(grade, 0.0)
    if entry.serious is not None and grade >= 3:
        chance = max(chance, entry.serious)
    if rng.random() < chance:
        _make_serious(event)
    return event


def _make_serious(event: Event) -> None:
    event.serious = {"AESHOSP"} if event.grade < 4 else {"AESHOSP", "AESLIFE"}


def before_treatment(patient: Patient, moment: dt.datetime) -> bool:
    """Whether a moment lies before the first infusion, or there was none."""
    return not patient.treated or moment < patient.given[0].moment


def _after_infusions(patient: Patient, design: Design, rng: np.random.Generator) -> list[Event]:
    """Events that an infusion brings on; the first infusion and the higher dose bring more."""
    entries = [entry for entry in design.events.events if entry.infusion]
    low = min(patient.study.arm_doses.values())
    infusions = patient.given
    chances = rng.random((len(infusions), len(entries)))
    events = []
    for number, infusion in enumerate(infusions):
        for place, entry in enumerate(entries):
            risk = entry.infusion * (entry.first if infusion.number == 1 else 1.0)
            risk *= entry.dose if infusion.dose > low else 1.0
            if chances[number, place] < risk:
                hours = entry.hours[0] * float(np.exp(rng.normal(0, entry.hours[1])))
                start = (infusion.moment + max(hours, 0.2) * HOUR).replace(second=0)
                events.append(_capped(patient, design, _event(patient, design, entry, start, rng)))
    return events


def _capped(patient: Patient, design: Design, event: Event) -> Event:
    """Keep a release or neurotoxicity in phase I below the grade that makes it dose-limiting."""
    if patient.first_phase and event.astct is not None:
        event.grade = event.astct = min(event.grade, design.events.first_phase_highest)
        event.serious = set()
    return event


def _background(patient: Patient, design: Design, rng: np.random.Generator) -> list[Event]:
    """Events of the disease, from shortly before the first infusion to 30 days after the last."""
    entries = [entry for entry in design.events.events if entry.monthly]
    settings = design.events
    begin = max(patient.at(-settings.background_before_days), patient.consent + DAY)
    end = min(patient.given[-1].moment + settings.background_after_days * DAY, patient.fate.last)
    span = max((end - begin) / DAY, 0.0)
    counts = rng.poisson([entry.monthly * span / 30 for entry in entries])
    events = []
    for entry, count in zip(entries, counts, strict=True):
        for _ in range(count):
            day = rng.uniform(0, span)
            start = begin + day * DAY
            start = _on_laboratory_day(patient, start) if entry.lab else start
            events.append(
                _event(patient, design, entry, start.replace(second=0, microsecond=0), rng)
            )
    return events


def _on_laboratory_day(patient: Patient, start: dt.datetime) -> dt.datetime:
    """Move the start of an event seen in the laboratory to the morning of the next sample."""
    days = [visit.start for visit in patient.visits if visit.laboratory and visit.start >= start]
    return dt.datetime.combine(min(days).date(), dt.time(0, 5)) if days else start


def _dose_limiting(patient: Patient, design: Design) -> list[Event]:
    if not patient.fate.dlt:
        return []
    rng = patient.stream("dose limiting")
    choice = design.events.dose_limiting[int(rng.integers(0, len(design.events.dose_limiting)))]
    infusion = patient.given[min(patient.fate.dlt, len(patient.given)) - 1]
    start = (infusion.moment + choice.hours * HOUR).replace(second=0)
    entry = design.events.named(choice.term)
    event = _event(patient, design, entry, start, rng, choice.grade, choice.days)
    event.related, event.possibly, event.dlt, event.astct = True, False, True, choice.astct
    event.action = WITHDRAWN
    _make_serious(event)
    return [event]


def _fatal(patient: Patient, design: Design, rng: np.random.Generator) -> list[Event]:
    """Return the event that ends in death, when an event is its cause."""
    choice = design.events.fatal[int(rng.integers(0, len(design.events.fatal)))]
    death = patient.at(patient.fate.death) if patient.fate.death < NEVER else None
    if death is None or death > patient.fate.last or not patient.fate.fatal_event:
        return []
    start = max(death - choice.days * DAY, patient.given[0].moment + DAY).replace(second=0)
    event = _event(patient, design, design.events.named(choice.term), start, rng, 5)
    event.serious, event.fatal, event.end = {"AESDTH", "AESHOSP"}, True, death
    return [event]


def _placed(patient: Patient, design: Design, placed: PlacedEvent) -> Event:
    """Return an event of an edge case, at its date, day, or hours after an infusion."""
    rng = patient.stream(f"placed {placed.term} {placed.date} {placed.day} {placed.infusion}")
    entry = design.events.named(placed.term)
    if placed.infusion:
        start = patient.infusions[placed.infusion - 1].moment + (placed.hours or 0) * HOUR
    elif placed.date:
        start = dt.datetime.combine(placed.date, dt.time(10, 30))
    else:
        start = patient.at(placed.day or 0)
    event = _event(patient, design, entry, start.replace(second=0), rng, placed.grade, placed.days)
    event.related, event.possibly, event.dlt = placed.related, False, placed.dlt
    event.serious, event.astct = set(), placed.astct
    event.timed = bool(placed.infusion)
    event.initial_grade = placed.initial_grade
    event.start_part, event.end_part = placed.start_part, placed.end_part
    event.end_missing = placed.end_missing
    if placed.serious:
        _make_serious(event)
    if placed.dlt and placed.infusion:
        event.action = WITHDRAWN
    return event


def _without_overlap(events: list[Event]) -> list[Event]:
    """Drop an event while the same term lasts; the first named is kept."""
    kept: list[Event] = []
    for event in events:
        same = [other for other in kept if other.entry.term == event.entry.term]
        if not any(_overlap(event, other) for other in same):
            kept.append(event)
    return kept


def _overlap(one: Event, other: Event) -> bool:
    return one.lasts(other.start) or other.lasts(one.start)


def _causes(
    patient: Patient, design: Design, events: list[Event], rng: np.random.Generator
) -> list[Event]:
    """Return the events for which infusions were interrupted, delayed or missed, or stopped."""
    found: list[Event] = []
    for infusion in patient.infusions:
        if infusion.interruption:
            entry = design.events.named(design.events.interrupting)
            start = infusion.moment + 25 * dt.timedelta(minutes=1)
            event = _event(patient, design, entry, start.replace(second=0), rng, 2)
            found.append(_acted(event, INTERRUPTED))
        if infusion.reason == "ADVERSE EVENT":
            start = infusion.due - DAY + 9 * HOUR
            days = infusion.delay + 4.0
            found.append(_holding(patient, design, start, days, [*events, *found], rng))
    ending = patient.treatment_end
    stopped = ending is not None and ending.decod == "ADVERSE EVENT"
    if stopped and not any(event.action == WITHDRAWN for event in events):
        start = (patient.given[-1].moment + 2 * DAY).replace(second=0)
        event = _holding(patient, design, start, 14.0, [*events, *found], rng)
        found.append(_acted(event, WITHDRAWN))
    return found


def _acted(event: Event, action: str) -> Event:
    event.action = action
    return event


def _holding(
    patient: Patient,
    design: Design,
    start: dt.datetime,
    days: float,
    others: list[Event],
    rng: np.random.Generator,
) -> Event:
    """Return an event of grade 3 that holds the next infusion, of a term that isn't there yet."""
    tried = []
    for term in design.events.holding:
        event = _event(patient, design, design.events.named(term), start, rng, 3, days / 1.6)
        tried.append(_acted(event, INTERRUPTED))
        same = [other for other in others if other.entry.term == term]
        if not any(_overlap(event, other) for other in same):
            break
    return tried[-1]


def _without_action(patient: Patient, event: Event) -> None:
    """No action on treatment can be taken before the first infusion or after its end."""
    ending = patient.treatment_end
    after = ending is not None and event.start.date() > ending.moment.date()
    if (after or before_treatment(patient, event.start)) and event.action != WITHDRAWN:
        event.action = "NOT APPLICABLE"


def _end_with_observation(patient: Patient, event: Event) -> None:
    """Let an event that outlasts the observation go on."""
    if event.end is not None and not event.fatal and not patient.observed(event.end):
        event.end = None
    if event.end_missing:
        event.end = None
