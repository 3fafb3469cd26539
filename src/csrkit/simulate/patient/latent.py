"""The latent patient: who it is, and what will befall it.

Everything the domains say of a subject is read from here, so that they agree with each other.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from csrkit.simulate.patient.enrol import Recruit, on_weekday, stream
from csrkit.simulate.settings.catalogue import Placement
from csrkit.simulate.settings.design import Design
from csrkit.simulate.settings.sections import Normal, Spread, TumourType
from csrkit.study import Study
from csrkit.study.data_cut import day_of

if TYPE_CHECKING:
    from csrkit.simulate.patient.adverse import Event
    from csrkit.simulate.patient.disposition import Ending
    from csrkit.simulate.patient.dosing import Infusion
    from csrkit.simulate.patient.fate import Fate
    from csrkit.simulate.patient.schedule import Visit
    from csrkit.simulate.patient.tumour import Assessment, Lesion

T = TypeVar("T")


@dataclass
class Patient:
    """A consented person.

    `day_zero` is midnight of the first infusion's day (planned, when it was never given); None for
    a screen failure. Days count from it. `lock` is the last moment whose data is delivered.
    """

    recruit: Recruit
    seed: int
    study: Study
    placement: Placement
    consent: dt.datetime
    lock: dt.datetime
    day_zero: dt.datetime | None
    sex: str
    age: int
    tumour: TumourType
    height: float
    weight: float
    ecog: int
    stage: str
    lines: int
    ascites_grade: int
    ascites_volume: float
    metastases: tuple[str, ...]
    fate: Fate = field(init=False)
    infusions: list[Infusion] = field(default_factory=list)
    given: list[Infusion] = field(default_factory=list)
    lesions: list[Lesion] = field(default_factory=list)
    assessments: list[Assessment] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    treatment_end: Ending | None = None
    study_end: Ending | None = None

    @property
    def usubjid(self) -> str:
        """The unique subject identifier."""
        return f"{self.study.study.id}-{self.recruit.subjid}"

    @property
    def arm(self) -> str | None:
        """The planned arm's code; None for a screen failure."""
        return self.recruit.arm

    @property
    def dose(self) -> float:
        """The planned dose; 0 for a screen failure."""
        return self.study.arms[self.arm].dose if self.arm else 0.0

    @property
    def first_phase(self) -> bool:
        """Whether the subject is in phase I, where dose-limiting toxicities are looked for."""
        return self.arm is not None and self.study.arms[self.arm].phase == "I"

    @property
    def treated(self) -> bool:
        """Whether any infusion was given."""
        return bool(self.given)

    def infuse(self, infusions: list[Infusion]) -> None:
        """Add a course's infusions; those not missed are `given`."""
        self.infusions += infusions
        self.given += [infusion for infusion in infusions if infusion.given]

    def stream(self, topic: str) -> np.random.Generator:
        """Return this subject's random numbers of a topic."""
        return stream(self.seed, self.recruit.index, topic)

    def at(self, day: float) -> dt.datetime:
        """Return the moment that many days after the midnight of the first infusion's day."""
        if self.day_zero is None:
            raise ValueError(f"{self.usubjid} has no first infusion")
        return self.day_zero + dt.timedelta(days=day)

    def day(self, moment: dt.datetime) -> float:
        """Return the days from the midnight of the first infusion's day to a moment."""
        return (moment - self.at(0)) / dt.timedelta(days=1)

    def observed(self, moment: dt.datetime) -> bool:
        """Whether the subject was alive, in the study and before the lock at a moment."""
        return moment <= self.fate.last


def create(
    recruit: Recruit, study: Study, design: Design, placement: Placement, seed: int
) -> Patient:
    """Return a patient with demographics and disease history, its fate still open."""
    rng = stream(seed, recruit.person, "person")
    people = design.demography
    tumour = design.disease.tumours[_pick([t.share for t in design.disease.tumours], rng)]
    sex = "F" if rng.random() < tumour.female else "M"
    day = placement.consent or recruit.consent
    own = stream(seed, recruit.index, "screening")
    consent = dt.datetime.combine(day, dt.time(8, 30)) + dt.timedelta(
        minutes=int(own.integers(0, 400))
    )
    grade = draw(design.disease.ascites_grade, rng)
    volume, log_sd = design.disease.ascites_volume_ml[grade]
    return Patient(
        recruit=recruit,
        seed=seed,
        study=study,
        placement=placement,
        consent=consent,
        lock=dt.datetime.combine(day_of(study.cuts.final), dt.time(23, 59)),
        day_zero=_day_zero(recruit, design, placement, day, own),
        sex=sex,
        age=round(normal(people.age, rng)),
        tumour=tumour,
        height=round(rng.normal(*people.height_cm[sex])),
        weight=round(max(rng.normal(*people.weight_kg[sex]), 38.0), 1),
        ecog=_pick(people.ecog, rng),
        stage=draw(design.disease.stages, rng),
        lines=draw(design.disease.prior_lines, rng),
        ascites_grade=grade,
        ascites_volume=round(volume * float(np.exp(rng.normal(0, log_sd))), -1),
        metastases=_metastases(design, rng),
    )


def draw(shares: dict[T, float], rng: np.random.Generator) -> T:
    """Draw one key by its share."""
    return list(shares)[_pick(list(shares.values()), rng)]


def normal(quantity: Normal, rng: np.random.Generator) -> float:
    """Draw a normal quantity, cut off at its limits."""
    return float(np.clip(rng.normal(quantity.mean, quantity.sd), quantity.low, quantity.high))


def lognormal(quantity: Spread, rng: np.random.Generator, log_shift: float = 0.0) -> float:
    """Draw a lognormal quantity, cut off at its limits; `log_shift` moves its logarithm."""
    value = quantity.median * np.exp(log_shift + rng.normal(0, quantity.log_sd))
    return float(np.clip(value, quantity.low, quantity.high))


def _pick(shares: list[float] | tuple[float, ...], rng: np.random.Generator) -> int:
    edges = np.cumsum(shares)
    return int(np.searchsorted(edges, rng.random() * edges[-1], side="right"))


def _metastases(design: Design, rng: np.random.Generator) -> tuple[str, ...]:
    places = design.disease.sites_of_metastasis
    chosen = rng.choice(len(places), size=int(rng.integers(1, 4)), replace=False)
    return ("PERITONEUM", *(places[n] for n in sorted(chosen)))


def _day_zero(
    recruit: Recruit,
    design: Design,
    placement: Placement,
    consent: dt.date,
    rng: np.random.Generator,
) -> dt.datetime | None:
    wait = int(
        rng.integers(design.enrolment.screening_days[0], design.enrolment.screening_days[1] + 1)
    )
    if recruit.arm is None:
        return None
    day = placement.first_infusion or on_weekday(consent + dt.timedelta(days=wait))
    return dt.datetime.combine(day, dt.time())
