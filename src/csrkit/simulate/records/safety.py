"""Records of adverse events (AE, SUPPAE), what they relate to (RELREC), and deviations (DV)."""

from __future__ import annotations

import datetime as dt

from csrkit.simulate.patient.adverse import Event, before_treatment
from csrkit.simulate.patient.latent import Patient
from csrkit.simulate.records.rows import Row, Rows, epoch, iso, study_day
from csrkit.simulate.settings.design import Design

SEVERITY = ("MILD", "MODERATE", "SEVERE", "SEVERE", "SEVERE")
CRITERIA = ("AESCONG", "AESDISAB", "AESDTH", "AESHOSP", "AESLIFE", "AESMIE")
PART = {"D": 10, "M": 7, "Y": 4}


def record(patient: Patient, design: Design, rows: Rows) -> dict[int, Event]:
    """Add a subject's adverse events; return them by --SEQ."""
    by_sequence = {}
    for event in patient.events:
        sequence = rows.add("AE", patient, **_event(patient, event))
        by_sequence[sequence] = event
        for name, label, value in _qualifiers(design, event):
            rows.supplement("AE", patient, sequence, name, label, value)
        if event.fatal:
            rows.relate(patient, f"AEDD{sequence}", {"AE": sequence, "DD": 1})
    return by_sequence


def category(design: Design, event: Event) -> str | None:
    """Return the category of special interest of an event; None when it has none."""
    if event.entry.infection and (event.serious or event.fatal):
        return design.events.serious_infection
    return event.entry.aesi


def _qualifiers(design: Design, event: Event) -> list[tuple[str, str, object]]:
    interest = category(design, event)
    found: list[tuple[str, str, object | None]] = [
        ("AEDLT", "Dose-Limiting Toxicity", "Y" if event.dlt else None),
        ("AESICAT", "Category of Special Interest", interest),
        ("ASTCTGR", "ASTCT Grade", event.astct),
        ("AEITOXGR", "Initial Toxicity Grade", event.initial_grade),
    ]
    return [(name, label, value) for name, label, value in found if value is not None]


def _event(patient: Patient, event: Event) -> Row:
    entry = event.entry
    start = iso(patient, event.start, timed=event.timed)
    end = None if event.end is None else iso(patient, event.end, timed=False)
    ongoing = event.end is None and not event.end_missing
    whole = event.start_part == "D"
    if start and not whole:
        start = start[: PART[event.start_part]]
    if end and event.end_part != "D":
        end = end[: PART[event.end_part]]
    return {
        "AETERM": event.verbatim,
        "AELLT": f"{entry.term} (plain English)",
        "AEDECOD": entry.term,
        "AEHLT": f"{entry.group} (plain English)",
        "AEBODSYS": entry.system,
        "AESOC": entry.system,
        "AESEV": SEVERITY[event.grade - 1],
        "AESER": "Y" if event.serious else "N",
        "AEACN": event.action,
        "AEREL": _relation(patient, event),
        "AEOUT": outcome(patient, event),
        **{name: "Y" if name in event.serious else "N" for name in CRITERIA if event.serious},
        "AETOXGR": str(event.grade),
        "EPOCH": epoch(patient, event.start),
        "AESTDTC": start,
        "AEENDTC": end,
        "AESTDY": study_day(patient, event.start) if whole else None,
        "AEENDY": study_day(patient, event.end) if event.end_part == "D" else None,
        "AEENRTPT": "ONGOING" if ongoing else "UNKNOWN" if event.end_missing else None,
        "AEENTPT": iso(patient, _reference(patient), timed=False) if event.end is None else None,
    }


def _reference(patient: Patient) -> dt.datetime:
    """Return the moment up to which an event is known to go on: end of observation."""
    return patient.fate.last


def _relation(patient: Patient, event: Event) -> str:
    if before_treatment(patient, event.start) or not (event.related or event.possibly):
        return "NOT RELATED"
    return "RELATED" if event.related and not event.possibly else "POSSIBLY RELATED"


def outcome(patient: Patient, event: Event) -> str:
    """Return the outcome, in agreement with the end of the event and of observation."""
    if event.fatal:
        return "FATAL"
    if event.end_missing:
        return "UNKNOWN"
    if event.end is None:
        lost = patient.study_end and patient.study_end.decod in (
            "LOST TO FOLLOW-UP",
            "WITHDRAWAL BY SUBJECT",
        )
        return "UNKNOWN" if lost else "NOT RECOVERED/NOT RESOLVED"
    return "RECOVERED/RESOLVED"


def deviations(patient: Patient, rows: Rows, design: Design) -> None:
    """Add the protocol deviations that the data shows, and late imaging or consent."""
    for infusion in patient.infusions:
        number = infusion.number
        if not infusion.given:
            _deviated(
                patient,
                rows,
                f"Infusion {number} missed",
                "Missed infusion",
                infusion.due,
                number < 5,
            )
        elif infusion.dose != patient.dose:
            doses = f"{infusion.dose:g}E8 instead of {patient.dose:g}E8 cells"
            term = f"Infusion {number} given at {doses}"
            _deviated(patient, rows, term, "Wrong dose level", infusion.moment, True)
        elif infusion.delay > 3:
            term = f"Infusion {number} given {infusion.delay} days late"
            _deviated(patient, rows, term, "Infusion out of window", infusion.moment, False)
    for imaging in patient.assessments:
        if not imaging.done:
            term = f"Tumour assessment of week {imaging.week} missed"
            _deviated(patient, rows, term, "Missed tumour assessment", imaging.moment, True)
    rng = patient.stream("deviations")
    if patient.treated and rng.random() < 0.06:
        term = "Screening laboratory tests older than 14 days at the first infusion"
        _deviated(
            patient, rows, term, "Eligibility criterion not met", patient.given[0].moment, True
        )
    if patient.treated and rng.random() < 0.08:
        term = "Vital signs 4 hours after the infusion taken late"
        _deviated(patient, rows, term, "Procedure out of window", patient.given[0].moment, False)


def _deviated(
    patient: Patient, rows: Rows, term: str, decod: str, moment: dt.datetime, important: bool
) -> None:
    if not patient.observed(moment):
        return
    rows.add(
        "DV",
        patient,
        DVTERM=term,
        DVDECOD=decod,
        DVCAT="IMPORTANT" if important else "NOT IMPORTANT",
        EPOCH=epoch(patient, moment),
        DVSTDTC=iso(patient, moment, timed=False),
        DVSTDY=study_day(patient, moment),
    )
