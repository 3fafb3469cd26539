"""NK-cell concentrations in blood (PC): bi-exponential, summed over the infusions given."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from csrkit.simulate.patient.dosing import Infusion
from csrkit.simulate.patient.latent import Patient, lognormal, normal
from csrkit.simulate.patient.schedule import INFUSION_STEP
from csrkit.simulate.records.exposure import link
from csrkit.simulate.records.rows import Rows, epoch, iso, study_day
from csrkit.simulate.settings.catalogue import PlacedSample
from csrkit.simulate.settings.design import Design

HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
UNIT = "copies/ug DNA"


@dataclass(frozen=True)
class Disposition:
    """A subject's concentration after an infusion: peak by dose, two half-lives (h)."""

    peak: float
    fast_share: float
    fast: float
    slow: float
    later: float

    def concentration(self, moment: dt.datetime, infusions: list[Infusion]) -> float:
        """Return the concentration at a moment, in copies/ug DNA."""
        return sum(self._after(moment, infusion) for infusion in infusions)

    def _after(self, moment: dt.datetime, infusion: Infusion) -> float:
        end = infusion.end or infusion.moment
        past = (moment - end) / HOUR
        length = (end - infusion.moment) / HOUR
        if past <= -length:
            return 0.0
        peak = self.peak * infusion.dose / 10 * (self.later if infusion.number > 1 else 1.0)
        if past < 0:
            return peak * (past + length) / length
        fast = self.fast_share * 0.5 ** (past / self.fast)
        return float(peak * (fast + (1 - self.fast_share) * 0.5 ** (past / self.slow)))


def record(patient: Patient, design: Design, rows: Rows) -> None:
    """Add a subject's concentrations, with deviations for samples missed or taken late."""
    rng = patient.stream("pk")
    settings = design.pk
    disposition = Disposition(
        lognormal(settings.peak, rng),
        normal(settings.fast_share, rng),
        lognormal(settings.fast_half_life_h, rng),
        lognormal(settings.slow_half_life_h, rng),
        settings.later_infusion_factor,
    )
    times = patient.study.assumptions.pk_times_hours.value
    for infusion in patient.given:
        if infusion.number not in patient.study.assumptions.pk_infusions.value:
            continue
        for hours in times:
            _sample(patient, design, rows, disposition, infusion, hours, rng)


def _sample(
    patient: Patient,
    design: Design,
    rows: Rows,
    disposition: Disposition,
    infusion: Infusion,
    hours: float,
    rng: np.random.Generator,
) -> None:
    settings = design.pk
    chances, noise, shift = rng.random(3), rng.normal(0, settings.noise_log_sd), rng.normal()
    drawn = PlacedSample(
        infusion=infusion.number,
        hour=hours,
        status="missing" if chances[0] < settings.missing else "value",
        late=int(60 + 120 * chances[2]) if chances[1] < settings.mistimed and hours > 0 else 0,
    )
    if patient.placement.samples:
        same = [
            s for s in patient.placement.samples if (s.infusion, s.hour) == (infusion.number, hours)
        ]
        drawn = same[0] if same else PlacedSample(infusion=infusion.number, hour=hours)
    moment = _moment(design, infusion, hours, float(shift)) + drawn.late * MINUTE
    moment = _before_next(patient, infusion, moment)
    if not patient.observed(moment):
        return
    value = disposition.concentration(moment, patient.given) * float(np.exp(noise))
    lloq = patient.study.assumptions.pk_lloq.value
    floor = chances[2] < settings.assay_floor_share and hours >= 48
    below = drawn.status == "blq" or value < lloq or (floor and not patient.placement.samples)
    if drawn.value is not None:
        value, below = drawn.value, False
    _add(
        patient,
        rows,
        infusion,
        hours,
        moment,
        None if below else _significant(value),
        drawn.status == "missing",
    )
    if drawn.status == "missing" or drawn.late >= 60:
        _deviation(patient, rows, infusion, hours, moment, drawn.status == "missing")


def _moment(design: Design, infusion: Infusion, hours: float, shift: float) -> dt.datetime:
    """Return when a sample was really taken: before the infusion, or near its nominal time."""
    if hours == 0:
        return infusion.moment - round(20 + min(abs(shift) * 8, 30)) * MINUTE
    jitter = design.pk.jitter_minutes
    width = jitter.early if hours <= 8 else jitter.late
    return infusion.moment + hours * HOUR + round(shift * width) * MINUTE


def _before_next(patient: Patient, infusion: Infusion, moment: dt.datetime) -> dt.datetime:
    """Return the moment, or half an hour before the next infusion if that comes first."""
    later = [other.moment for other in patient.given if other.number > infusion.number]
    return min([moment, *(start - 30 * MINUTE for start in later)])


def _significant(value: float) -> float:
    """Round to three significant digits."""
    return float(f"{value:.3g}")


def _add(
    patient: Patient,
    rows: Rows,
    infusion: Infusion,
    hours: float,
    moment: dt.datetime,
    value: float | None,
    missing: bool,
) -> None:
    lloq = patient.study.assumptions.pk_lloq.value
    text = None if missing else f"<{lloq:g}" if value is None else f"{value:g}"
    visit = _visit(patient, infusion, moment, hours)
    rows.add(
        "PC",
        patient,
        PCLNKID=link(infusion),
        PCTESTCD="NKDNA",
        PCTEST="NK-cell DNA",
        PCORRES=text,
        PCORRESU=text and UNIT,
        PCSTRESC=None if missing else "BLQ" if value is None else f"{value:g}",
        PCSTRESN=None if missing else value,
        PCSTRESU=text and UNIT,
        PCSTAT="NOT DONE" if missing else None,
        PCREASND="SAMPLE NOT TAKEN" if missing else None,
        PCSPEC="BLOOD",
        PCLLOQ=float(lloq),
        VISITNUM=visit[0],
        VISIT=visit[1],
        EPOCH=epoch(patient, moment),
        PCDTC=None if missing else iso(patient, moment),
        PCDY=None if missing else study_day(patient, moment),
        PCTPT="PRE-INFUSION" if hours == 0 else f"{hours:g} H POST",
        PCTPTNUM=float(hours),
        PCELTM=None if hours == 0 else f"PT{hours:g}H",
        PCTPTREF=f"INFUSION {infusion.number}",
        PCRFTDTC=iso(patient, infusion.start),
    )


def _visit(
    patient: Patient, infusion: Infusion, moment: dt.datetime, hours: float
) -> tuple[float | None, str | None]:
    """Return the visit of a sample's planned day."""
    day = infusion.moment.date() + dt.timedelta(days=int(hours // 24))
    if hours < 24:
        return float(infusion.number * INFUSION_STEP), f"INFUSION {infusion.number}"
    for visit in patient.visits:
        if visit.start.date() == day and visit.infusion is not None:
            return visit.number, visit.name
    return None, None


def _deviation(
    patient: Patient,
    rows: Rows,
    infusion: Infusion,
    hours: float,
    moment: dt.datetime,
    missing: bool,
) -> None:
    name = "before" if hours == 0 else f"{hours:g} h after"
    what = "not taken" if missing else "taken out of its window"
    rows.add(
        "DV",
        patient,
        DVTERM=f"PK sample {name} infusion {infusion.number} {what}",
        DVDECOD="PK sample missed" if missing else "PK sample out of window",
        DVCAT="NOT IMPORTANT",
        EPOCH=epoch(patient, moment),
        DVSTDTC=iso(patient, moment, timed=False),
        DVSTDY=study_day(patient, moment),
    )
