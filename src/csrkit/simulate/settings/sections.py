"""Sections of the simulation's settings: what `design.yml` and the catalogues may hold."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from csrkit.errors import StudyError
from csrkit.simulate.settings.catalogue import EventTerm, Measurement
from csrkit.study.base import Section

Pair = tuple[float, float]
Shares = dict[str, float]
Whole = dict[int, float]


class Spread(Section):
    """A lognormal quantity: its median and the standard deviation of its logarithm."""

    median: float
    log_sd: float = 0.0
    log_dose_slope: float = 0.0
    low: float = 0.0
    high: float = float("inf")


class Normal(Section):
    """A normal quantity, cut off at `low` and `high`."""

    mean: float
    sd: float
    low: float = -float("inf")
    high: float = float("inf")


class Site(Section):
    """A site: its share of the subjects, the units of its laboratory, times with seconds or not."""

    id: str
    share: float
    units: Literal["si", "conventional"]
    seconds: bool


class Cohort(Section):
    """Subjects of one arm (None: screen failures), their consents spread from first to last."""

    arm: str | None
    subjects: int
    first: dt.date
    last: dt.date


class Enrolment(Section):
    """Who enters the study, where and when."""

    sites: tuple[Site, ...]
    country: str
    cohorts: tuple[Cohort, ...]
    screening_days: tuple[int, int]
    screen_failure_reasons: tuple[str, ...]


class Demography(Section):
    """Age, body size and performance status at baseline."""

    age: Normal
    height_cm: dict[str, Pair]
    weight_kg: dict[str, Pair]
    ecog: tuple[float, ...]


class TumourType(Section):
    """A tumour type, its share, the share of women in it, and the organ of the primary tumour."""

    name: str
    share: float
    female: float
    organ: str


class Disease(Section):
    """Disease history at baseline."""

    tumours: tuple[TumourType, ...]
    stages: Shares
    prior_lines: Whole
    ascites_grade: Whole
    ascites_volume_ml: dict[int, Pair]
    sites_of_metastasis: tuple[str, ...]


class Tumour(Section):
    """Growth and kill of the tumour burden, and how it is assessed (rates a day)."""

    growth_per_day: Spread
    kill_per_day: Spread
    growth_on_kill: float
    lesion_log_sd: float
    measurement_sd_mm: float
    targets: Whole
    no_target_share: float
    nodal_share: float
    target_mm: Spread
    new_lesion_per_day: float
    nontarget_progression_share: float
    not_evaluable_share: float
    missed_share: float
    jitter_days: int
    clinical_progression_share: float


class Residual(Section):
    """Weibull time from progression to death, in days."""

    median: float
    shape: float


class Fate(Section):
    """Hazards (a day) and chances of what ends treatment, study and life."""

    death_per_day: float
    residual_days: Residual
    withdrawal_per_day: float
    lost_per_day: float
    followup_days: int
    survival_visit_days: int
    fatal_event_share: float
    new_therapy_share: float
    new_therapy_days: tuple[int, int]
    second_course_share: float
    stop_for_event_per_infusion: float
    physician_stop_per_infusion: float
    dlt_share: dict[float, float]


class Dosing(Section):
    """When infusions are given, and how they depart from the plan."""

    hour: tuple[int, int]
    minutes: Normal
    delayed: float
    delay_days: tuple[int, int]
    delay_reasons: Shares
    interrupted: float
    interruption_minutes: tuple[int, int]
    missed: float
    missed_reasons: Shares
    second_course_gap_days: tuple[int, int]


class Jitter(Section):
    """Spread of the sampling times (minutes): up to 8 hours after the infusion, and later."""

    early: float
    late: float


class Kinetics(Section):
    """Bi-exponential NK-cell concentration in blood."""

    peak: Spread
    fast_share: Normal
    fast_half_life_h: Spread
    slow_half_life_h: Spread
    later_infusion_factor: float
    noise_log_sd: float
    assay_floor_share: float
    missing: float
    mistimed: float
    jitter_minutes: Jitter


class Fatal(Section):
    """A fatal adverse event: its term and how long it lasts, in days."""

    term: str
    days: float


class DoseLimiting(Section):
    """A dose-limiting toxicity that may occur."""

    term: str
    grade: int
    hours: float
    days: float
    astct: int | None = None


class Events(Section):
    """The adverse events that may occur."""

    events: tuple[EventTerm, ...]
    dose_limiting: tuple[DoseLimiting, ...]
    fatal: tuple[Fatal, ...]
    first_phase_highest: int
    interrupting: str
    holding: tuple[str, ...]
    serious_infection: str
    serious_by_grade: Whole
    background_before_days: int
    background_after_days: int

    def named(self, term: str) -> EventTerm:
        """Return the catalogue's entry of a term.

        Raises
        ------
        StudyError
            When the catalogue has no such term.
        """
        known = {event.term: event for event in self.events}
        if term not in known:
            raise StudyError(
                "An adverse event isn't in the catalogue of the simulation",
                where="events.yml",
                found=term,
                allowed=sorted(known),
                remedy="Add the term to events.yml, or use one that is there.",
            )
        return known[term]


class Sum(Section):
    """A count whose parts make up this share of it."""

    parts: tuple[str, ...]
    share: float


class Measurements(Section):
    """Laboratory tests, vital signs and ECG."""

    panels: dict[str, tuple[str, ...]]
    specimens: dict[str, str]
    laboratory: dict[str, Measurement]
    sums: dict[str, Sum]
    cytokine_release: Shares
    repeated_share: float
    not_done_share: float
    vital_signs: dict[str, Measurement]
    signs: dict[str, dict[str, dict[int, Pair]]]
    ecg: dict[str, Measurement]


class History(Section):
    """Medical history, medications and procedures to draw from: name → (group, share)."""

    conditions: dict[str, tuple[str, float]]
    concomitant: dict[str, tuple[str, str, float]]
    anticancer: dict[str, str]
    surgery: dict[str, float]
