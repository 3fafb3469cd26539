"""What ends treatment, study and life of a patient, drawn before anything else of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from csrkit.simulate.patient.latent import Patient, lognormal
from csrkit.simulate.settings.design import Design

NEVER = 1e5
HORIZON_DAYS = 720
STEP_DAYS = 7


@dataclass
class Fate:
    """Days from the first infusion on which things happen (NEVER: they don't); `last` is a moment.

    Attributes
    ----------
    growth, kill
        Rates a day of the tumour burden.
    new_lesion, progression
        Latent days: a new lesion is there; the burden or a new lesion means progression.
    death, withdrawal, lost, complete
        Days of death, withdrawal of consent, last contact when lost, end of planned follow-up.
    clinical
        Day of clinical progression without imaging.
    fatal_event
        Whether the death is due to an adverse event.
    stop_after
        Infusion after which treatment stops, and why (DSDECOD); (0, "") when it doesn't.
    dlt
        Infusion followed by a dose-limiting toxicity; 0 none.
    last
        Last moment at which the subject is observed.
    new_therapy
        Day another anticancer therapy starts; known once progression is.
    """

    growth: float
    kill: float
    new_lesion: float
    progression: float
    death: float
    withdrawal: float
    lost: float
    complete: float
    clinical: float
    fatal_event: bool
    stop_after: tuple[int, str]
    dlt: int
    last: dt.datetime
    new_therapy: float = NEVER


def decide(patient: Patient, design: Design) -> Fate:
    """Draw the fate of an enrolled patient, or that of a screen failure (the end of screening)."""
    if patient.day_zero is None:
        end = patient.consent + dt.timedelta(days=int(patient.stream("fate").integers(3, 14)))
        return _no_treatment(min(end, patient.lock))
    rng = patient.stream("fate")
    growth, kill, new_lesion = _tumour(patient, design, rng)
    progression = min(new_lesion, _burden_progression(growth, kill))
    death = _death(patient, design, progression, rng)
    fatal = bool(rng.random() < design.fate.fatal_event_share)
    withdrawal = rng.exponential(1 / design.fate.withdrawal_per_day)
    lost = rng.exponential(1 / design.fate.lost_per_day)
    early = rng.random() < design.tumour.clinical_progression_share
    clinical = progression + rng.uniform(2, 20) if early and progression < 150 else NEVER
    fate = Fate(
        growth=growth,
        kill=kill,
        new_lesion=new_lesion,
        progression=progression,
        death=death,
        withdrawal=withdrawal,
        lost=lost,
        complete=float(design.fate.followup_days),
        clinical=clinical,
        fatal_event=fatal,
        stop_after=_stop(design, rng),
        dlt=_dose_limiting(patient, design, rng),
        last=patient.lock,
    )
    _place(patient, fate)
    ends = min(fate.death, fate.withdrawal, fate.lost, fate.complete)
    fate.last = min(patient.lock, patient.at(ends)) if ends < NEVER else patient.lock
    return fate


def _no_treatment(last: dt.datetime) -> Fate:
    """Return the fate of a screen failure: nothing befalls it after screening."""
    return Fate(
        growth=0.0,
        kill=0.0,
        new_lesion=NEVER,
        progression=NEVER,
        death=NEVER,
        withdrawal=NEVER,
        lost=NEVER,
        complete=NEVER,
        clinical=NEVER,
        fatal_event=False,
        stop_after=(0, ""),
        dlt=0,
        last=last,
    )


def _tumour(
    patient: Patient, design: Design, rng: np.random.Generator
) -> tuple[float, float, float]:
    settings = design.tumour
    reference = min(patient.study.arm_doses.values())
    shift = settings.kill_per_day.log_dose_slope * float(np.log(patient.dose / reference))
    kill = lognormal(settings.kill_per_day, rng, shift)
    response = float(np.log(kill / settings.kill_per_day.median))
    growth = lognormal(settings.growth_per_day, rng, settings.growth_on_kill * response)
    hazard = settings.new_lesion_per_day * growth / settings.growth_per_day.median
    hazard *= growth / (growth + kill)
    return growth, kill, float(rng.exponential(1 / hazard))


def _burden_progression(growth: float, kill: float) -> float:
    """Return the first day (in steps of a week) on which the burden is 20% over its nadir."""
    days = np.arange(0, HORIZON_DAYS, STEP_DAYS)
    burden = np.exp(-kill * days) + np.exp(growth * days) - 1
    over = burden >= 1.2 * np.minimum.accumulate(burden)
    return float(days[over.argmax()]) if over.any() else NEVER


def _death(patient: Patient, design: Design, progression: float, rng: np.random.Generator) -> float:
    settings = design.fate
    before = rng.exponential(1 / settings.death_per_day)
    residual = settings.residual_days
    scale = residual.median / np.log(2) ** (1 / residual.shape) * (1.25, 1.0, 0.75)[patient.ecog]
    after = progression + scale * rng.weibull(residual.shape)
    return float(np.floor(max(before if before < progression else after, 6))) + rng.uniform(
        0.1, 0.95
    )


def _stop(design: Design, rng: np.random.Generator) -> tuple[int, str]:
    """Return the infusion after which treatment stops for an event or by the physician."""
    draws = rng.random((2, 12))
    for number in range(1, 13):
        if draws[0, number - 1] < design.fate.stop_for_event_per_infusion:
            return number, "ADVERSE EVENT"
        if draws[1, number - 1] < design.fate.physician_stop_per_infusion:
            return number, "PHYSICIAN DECISION"
    return 0, ""


def _dose_limiting(patient: Patient, design: Design, rng: np.random.Generator) -> int:
    share = design.fate.dlt_share.get(patient.dose, 0.0)
    hit, number = rng.random() < share, int(rng.integers(1, 4))
    return number if hit and patient.first_phase else 0


def _place(patient: Patient, fate: Fate) -> None:
    """Let the edge case of the subject, if any, override what was drawn."""
    case = patient.placement
    if case.death or case.lost_day or case.withdrawal_day:
        fate.death = fate.withdrawal = fate.lost = NEVER
        fate.stop_after = (0, "")
    if case.lives is not None:
        fate.death = max(fate.death, case.lives + fate.death % 1)
        fate.withdrawal = NEVER if fate.withdrawal < case.lives else fate.withdrawal
        fate.lost = NEVER if fate.lost < case.lives else fate.lost
        fate.stop_after = (0, "")
    if case.death:
        fate.death = patient.day(dt.datetime.combine(case.death, dt.time(14, 20)))
    if case.fatal is not None:
        fate.fatal_event = case.fatal
    if case.withdrawal_day is not None:
        fate.withdrawal = case.withdrawal_day + 0.5
    if case.lost_day is not None:
        fate.lost = case.lost_day + 0.5
    if case.clinical_progression_day is not None:
        fate.clinical = case.clinical_progression_day + 0.4
    elif case.target_changes or case.death or fate.clinical < (case.lives or 0):
        fate.clinical = NEVER
    if any(event.dlt for event in case.events):
        fate.dlt = 0
    if case.infusions or case.target_changes:
        fate.stop_after = (0, "")
