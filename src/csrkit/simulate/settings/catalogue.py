"""Entries of the catalogues: events, measurements, and the placing of the edge cases."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from csrkit.study.base import Section

Band = tuple[float, float]


class EventTerm(Section):
    """An adverse event that may occur; `events.yml` says what each key means."""

    term: str
    verbatim: tuple[str, ...]
    group: str
    system: str
    infusion: float = 0.0
    first: float = 1.0
    dose: float = 1.0
    monthly: float = 0.0
    hours: Band = (24.0, 0.5)
    days: Band
    grades: tuple[float, float, float, float]
    related: float
    serious: float | None = None
    infection: bool = False
    aesi: str | None = None
    astct: bool = False
    lab: str | None = None
    sign: str | None = None
    ascites: bool = False
    paracentesis: bool = False


class Measurement(Section):
    """A laboratory test, vital sign or ECG interval; keys as `measurements.yml` says."""

    name: str
    category: str = ""
    unit: str
    digits: int
    mean: float
    between: float
    within: float
    drift: float = 0.0
    acute: tuple[float, float, float] | None = None
    range: Band | dict[str, Band] | None = None
    plain: Band
    low: float | None = None
    other: tuple[str, float, int] | None = None
    grades: dict[int, Band] = Field(default_factory=dict)

    def normal(self, sex: str) -> Band | None:
        """Return the normal range of a sex, in the standard unit."""
        return self.range[sex] if isinstance(self.range, dict) else self.range


class PlacedInfusion(Section):
    """What is made of one infusion of a placed subject."""

    dose: float | None = None
    delay: int | None = None
    interrupted: int | None = None
    missed: str | None = None
    reason: str = "SCHEDULING"


class PlacedEvent(Section):
    """An adverse event of a placed subject; its start is a date or a day (0 first infusion).

    `start_part` and `end_part` say how much of the date is reported: D, M or Y.
    """

    term: str
    grade: int = 1
    date: dt.date | None = None
    day: float | None = None
    hours: float | None = None
    infusion: int | None = None
    days: float | None = None
    start_part: Literal["D", "M", "Y"] = "D"
    end_part: Literal["D", "M", "Y"] = "D"
    end_missing: bool = False
    initial_grade: int | None = None
    related: bool = False
    serious: bool = False
    dlt: bool = False
    astct: int | None = None


class PlacedSample(Section):
    """What is made of one PK sample: missing, below the limit, or taken late (minutes)."""

    infusion: int
    hour: float
    status: Literal["missing", "blq", "value"] = "value"
    late: int = 0
    value: float | None = None


class Placement(Section):
    """One edge case: the nth subject of an arm (None: screen failures), and what befalls it.

    `lives`: it neither dies nor leaves the study before that day.
    """

    case: str
    arm: str | None
    nth: int
    consent: dt.date | None = None
    first_infusion: dt.date | None = None
    untreated: bool = False
    death: dt.date | None = None
    fatal: bool | None = None
    lives: int | None = None
    withdrawal_day: int | None = None
    lost_day: int | None = None
    targets: int | None = None
    target_changes: tuple[float | None, ...] | None = None
    new_lesion_at: int | None = None
    nontarget_progression_at: int | None = None
    missed_assessments: tuple[int, ...] = ()
    imaging_days: tuple[int, ...] | None = None
    clinical_progression_day: int | None = None
    new_therapy_day: int | None = None
    second_course: bool | None = None
    infusions: dict[int, PlacedInfusion] = Field(default_factory=dict)
    events: tuple[PlacedEvent, ...] = ()
    samples: tuple[PlacedSample, ...] = ()
    repeat_labs_at: int | None = None
    unscheduled_day: int | None = None
    rescreens: int | None = None

    @property
    def fixes_imaging(self) -> bool:
        """Whether the assessments are placed, so that nothing random befalls them."""
        placed = (self.target_changes, self.imaging_days, self.new_lesion_at, self.targets)
        return bool(self.missed_assessments) or any(part is not None for part in placed)
