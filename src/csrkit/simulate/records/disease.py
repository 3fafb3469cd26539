"""Records of procedures and of the disease: PR and FA."""

from __future__ import annotations

import datetime as dt

import numpy as np

from csrkit.simulate.patient.latent import Patient
from csrkit.simulate.patient.schedule import SCREENING, WEEK_BASE
from csrkit.simulate.records.rows import Rows, day_of, epoch, iso, study_day
from csrkit.simulate.settings.design import Design


def record(
    patient: Patient, design: Design, rows: Rows, diagnosis: dt.datetime, rng: np.random.Generator
) -> None:
    """Add a subject's procedures and findings about its disease; `diagnosis` is when it began."""
    _procedures(patient, design, rows, diagnosis, rng)
    _disease(patient, rows, rng)


def partial(moment: dt.datetime, rng: np.random.Generator, shares: tuple[float, float]) -> str:
    """Return a date of which a share is known to the year only, and a share to the month."""
    text, chance = moment.date().isoformat(), rng.random()
    if chance < shares[0]:
        return text[:4]
    return text[:7] if chance < shares[0] + shares[1] else text


def _procedures(
    patient: Patient, design: Design, rows: Rows, diagnosis: dt.datetime, rng: np.random.Generator
) -> None:
    for name, share in design.history.surgery.items():
        chance, after = rng.random(), float(rng.uniform(10, 120))
        if chance < share:
            start = diagnosis + dt.timedelta(days=after)
            _procedure(patient, rows, name, "PRIOR SURGERY", patient.tumour.name, start, rng)
    before = rng.poisson(0.4 * patient.ascites_grade)
    days = [-float(rng.uniform(3, 60)) for _ in range(before)]
    moments = [patient.consent + dt.timedelta(days=day) for day in days]
    moments += [
        event.start + dt.timedelta(days=1)
        for event in patient.events
        if event.entry.paracentesis and event.grade >= 2
    ]
    for moment in sorted(moments):
        if patient.observed(moment):
            _procedure(
                patient, rows, "Paracentesis", "PARACENTESIS", "Malignant ascites", moment, rng
            )


def _procedure(
    patient: Patient,
    rows: Rows,
    name: str,
    category: str,
    indication: str,
    moment: dt.datetime,
    rng: np.random.Generator,
) -> None:
    prior = category == "PRIOR SURGERY"
    text = partial(moment, rng, (0.2, 0.3)) if prior else iso(patient, moment, timed=False)
    rows.add(
        "PR",
        patient,
        PRTRT=name,
        PRDECOD=name.upper(),
        PRCAT=category,
        PRINDC=indication,
        EPOCH=None if prior else epoch(patient, moment),
        PRSTDTC=text,
        PRENDTC=text,
        PRSTDY=day_of(patient, text),
        PRENDY=day_of(patient, text),
    )


def _disease(patient: Patient, rows: Rows, rng: np.random.Generator) -> None:
    """Add disease history at screening, and ascites at screening and each imaging."""
    moment = patient.consent + dt.timedelta(days=1)
    _finding(patient, rows, "STAGE", "Stage", "PRIMARY DIAGNOSIS", patient.stage, moment)
    for place in patient.metastases:
        _finding(patient, rows, "METSITE", "Metastatic Site", "PRIMARY DIAGNOSIS", place, moment)
    _finding(
        patient,
        rows,
        "PRLINES",
        "Number of Prior Lines",
        "PRIMARY DIAGNOSIS",
        patient.lines,
        moment,
    )
    _ascites(patient, rows, patient.ascites_volume, moment, SCREENING, "SCREENING")
    volume = patient.ascites_volume
    for imaging in patient.assessments:
        if not imaging.done or imaging.week is None:
            continue
        better = imaging.overall in ("CR", "PR")
        step = -0.5 if better else 0.25 if imaging.overall == "PD" else -0.08
        volume = max(volume * float(np.exp(step + rng.normal(0, 0.22))), 20.0)
        number, name = float(WEEK_BASE + imaging.week), f"WEEK {imaging.week}"
        _ascites(patient, rows, round(volume, -1), imaging.moment, number, name)


def _ascites(
    patient: Patient, rows: Rows, volume: float, moment: dt.datetime, number: float, name: str
) -> None:
    grade = patient.ascites_grade if number == SCREENING else 1 + (volume > 800) + (volume > 3000)
    object_ = "MALIGNANT ASCITES"
    _finding(
        patient,
        rows,
        "ASCGRADE",
        "Grade of Ascites",
        object_,
        f"GRADE {grade}",
        moment,
        number,
        name,
    )
    _finding(patient, rows, "ASCVOL", "Volume of Ascites", object_, volume, moment, number, name)


def _finding(
    patient: Patient,
    rows: Rows,
    code: str,
    test: str,
    about: str,
    result: str | float,
    moment: dt.datetime,
    number: float = SCREENING,
    visit: str = "SCREENING",
) -> None:
    numeric = not isinstance(result, str)
    text = f"{result:g}" if not isinstance(result, str) else result
    unit = "mL" if code == "ASCVOL" else None
    rows.add(
        "FA",
        patient,
        FATESTCD=code,
        FATEST=test,
        FAOBJ=about,
        FAORRES=text,
        FAORRESU=unit,
        FASTRESC=text,
        FASTRESN=float(result) if numeric else None,
        FASTRESU=unit,
        VISITNUM=number,
        VISIT=visit,
        FADTC=iso(patient, moment, timed=False),
        FADY=study_day(patient, moment),
    )
