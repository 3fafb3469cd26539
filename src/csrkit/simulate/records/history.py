"""Records of history and of other treatment: MH and CM."""

from __future__ import annotations

import datetime as dt

import numpy as np

from csrkit.simulate.patient.adverse import Event
from csrkit.simulate.patient.fate import NEVER
from csrkit.simulate.patient.latent import Patient
from csrkit.simulate.records import disease
from csrkit.simulate.records.disease import partial
from csrkit.simulate.records.rows import Row, Rows, day_of, epoch, iso, study_day
from csrkit.simulate.settings.design import Design

YEAR = 365.25


def record(patient: Patient, design: Design, rows: Rows, events: dict[int, Event]) -> None:
    """Add a subject's records of these domains; `events` are its adverse events by --SEQ."""
    rng = patient.stream("history")
    diagnosis = patient.consent - dt.timedelta(days=float(rng.uniform(0.8, 4.5)) * YEAR)
    _medical_history(patient, design, rows, diagnosis, rng)
    _prior_therapies(patient, design, rows, diagnosis, rng)
    _medications(patient, design, rows, rng)
    _medications_for_events(patient, rows, events)
    _next_therapy(patient, design, rows, rng)
    disease.record(patient, design, rows, diagnosis, rng)


def _ongoing(domain: str, patient: Patient) -> Row:
    return {
        f"{domain}ENRTPT": "ONGOING",
        f"{domain}ENTPT": iso(patient, patient.fate.last, timed=False),
    }


def _medical_history(
    patient: Patient, design: Design, rows: Rows, diagnosis: dt.datetime, rng: np.random.Generator
) -> None:
    rows.add(
        "MH",
        patient,
        MHTERM=patient.tumour.name.upper(),
        MHDECOD=patient.tumour.name,
        MHCAT="PRIMARY DIAGNOSIS",
        MHBODSYS="Tumours",
        MHSTDTC=partial(diagnosis, rng, (0.1, 0.35)),
        **_ongoing("MH", patient),
    )
    for condition, (system, share) in design.history.conditions.items():
        chance, years = rng.random(), rng.uniform(0.3, 12)
        if chance > share:
            continue
        start = patient.consent - dt.timedelta(days=float(years) * YEAR)
        over = condition == "Appendectomy in the past" or rng.random() < 0.2
        end = start + (patient.consent - start) * float(rng.uniform(0.05, 0.8))
        rows.add(
            "MH",
            patient,
            MHTERM=condition,
            MHDECOD=condition,
            MHCAT="GENERAL",
            MHBODSYS=system,
            MHSTDTC=partial(start, rng, (0.45, 0.35)),
            MHENDTC=partial(end, rng, (0.2, 0.5)) if over else None,
            **({} if over else _ongoing("MH", patient)),
        )


def _prior_therapies(
    patient: Patient, design: Design, rows: Rows, diagnosis: dt.datetime, rng: np.random.Generator
) -> None:
    names = list(design.history.anticancer)
    span = (patient.consent - diagnosis) / patient.lines
    for line in range(1, patient.lines + 1):
        name = names[int(rng.integers(0, len(names)))]
        start = diagnosis + span * (line - 1) + dt.timedelta(days=14)
        end = diagnosis + span * line - dt.timedelta(days=float(rng.integers(30, 60)))
        begun = partial(start, rng, (0.12, 0.35))
        ended = partial(max(end, start), rng, (0.1, 0.3)) if rng.random() > 0.06 else None
        rows.add(
            "CM",
            patient,
            CMGRPID=str(line),
            CMTRT=name,
            CMDECOD=name.upper(),
            CMCAT="PRIOR ANTICANCER THERAPY",
            CMINDC=patient.tumour.name,
            CMCLAS=design.history.anticancer[name],
            EPOCH="SCREENING",
            CMSTDTC=begun,
            CMENDTC=ended,
            CMSTDY=day_of(patient, begun),
            CMENDY=day_of(patient, ended),
        )


def _medications(patient: Patient, design: Design, rows: Rows, rng: np.random.Generator) -> None:
    for name, (group, indication, share) in design.history.concomitant.items():
        chance, before, length = rng.random(), rng.uniform(5, 200), rng.exponential(90)
        if chance > share:
            continue
        start = patient.consent - dt.timedelta(days=float(before))
        end = patient.consent + dt.timedelta(days=float(length))
        _medication(patient, rows, name, group, indication, start, end, rng)
    if patient.treated:
        first, last = patient.given[0].moment, patient.given[-1].moment
        half_hour = dt.timedelta(minutes=30)
        for name, group in (("Paracetamol", "Analgesics"), ("Diphenhydramine", "Antihistamines")):
            reason = "Prevention of infusion reactions"
            _medication(
                patient, rows, name, group, reason, first - half_hour, last - half_hour, rng
            )


def _medication(
    patient: Patient,
    rows: Rows,
    name: str,
    group: str,
    indication: str,
    start: dt.datetime,
    end: dt.datetime,
    rng: np.random.Generator,
) -> None:
    ended = patient.observed(end)
    early = start < patient.consent - dt.timedelta(days=60)
    begun = partial(start, rng, (0.15, 0.45) if early else (0.0, 0.0))
    rows.add(
        "CM",
        patient,
        CMTRT=name,
        CMDECOD=name.upper(),
        CMCAT="CONCOMITANT",
        CMINDC=indication,
        CMCLAS=group,
        CMROUTE="ORAL",
        EPOCH=epoch(patient, start),
        CMSTDTC=begun,
        CMENDTC=iso(patient, end, timed=False) if ended else None,
        CMSTDY=day_of(patient, begun),
        CMENDY=study_day(patient, end) if ended else None,
        **({} if ended else _ongoing("CM", patient)),
    )


FOR_EVENTS = {
    "Fever": ("Ibuprofen", "Analgesics", 2),
    "Cytokine release syndrome": ("Tocilizumab", "Interleukin blockers", 2),
    "Infusion-related reaction": ("Dexamethasone", "Corticosteroids", 2),
    "Neutrophil count decreased": ("Filgrastim", "Colony-stimulating factors", 3),
    "Lung infection": ("Piperacillin and tazobactam", "Antibacterials", 2),
    "Infection of ascites": ("Ceftriaxone", "Antibacterials", 2),
    "Low potassium in blood": ("Potassium chloride", "Minerals", 1),
    "Anaemia": ("Red blood cells", "Blood products", 3),
}


def _medications_for_events(patient: Patient, rows: Rows, events: dict[int, Event]) -> None:
    for sequence, event in events.items():
        name, group, grade = FOR_EVENTS.get(event.entry.term, ("", "", 9))
        if event.grade < grade:
            continue
        end = event.end if event.end is None else max(event.end, event.start)
        number = rows.add(
            "CM",
            patient,
            CMTRT=name,
            CMDECOD=name.upper(),
            CMCAT="CONCOMITANT",
            CMINDC=event.entry.term,
            CMCLAS=group,
            CMROUTE="INTRAVENOUS" if grade > 1 else "ORAL",
            EPOCH=epoch(patient, event.start),
            CMSTDTC=iso(patient, event.start, timed=False),
            CMENDTC=iso(patient, end, timed=False),
            CMSTDY=study_day(patient, event.start),
            CMENDY=study_day(patient, end),
            **({} if end else _ongoing("CM", patient)),
        )
        rows.relate(patient, f"AECM{number}", {"AE": sequence, "CM": number})


def _next_therapy(patient: Patient, design: Design, rows: Rows, rng: np.random.Generator) -> None:
    names = list(design.history.anticancer)
    name = names[int(rng.integers(0, len(names)))]
    day = patient.fate.new_therapy
    if not patient.treated or day >= NEVER or not patient.observed(patient.at(day)):
        return
    start = patient.at(day)
    rows.add(
        "CM",
        patient,
        CMGRPID=str(patient.lines + 1),
        CMTRT=name,
        CMDECOD=name.upper(),
        CMCAT="SUBSEQUENT ANTICANCER THERAPY",
        CMINDC=patient.tumour.name,
        CMCLAS=design.history.anticancer[name],
        EPOCH=epoch(patient, start),
        CMSTDTC=iso(patient, start, timed=False),
        CMSTDY=study_day(patient, start),
        **_ongoing("CM", patient),
    )
