"""Records of tumours and response: TU, TR, RS."""

from __future__ import annotations

import datetime as dt

from csrkit.simulate.patient.fate import NEVER
from csrkit.simulate.patient.latent import Patient
from csrkit.simulate.patient.schedule import SCREENING, WEEK_BASE
from csrkit.simulate.patient.tumour import UNSEEN, Assessment, Lesion
from csrkit.simulate.records.rows import Row, Rows, epoch, iso, study_day

METHOD, EVALUATOR = "CT SCAN", "INVESTIGATOR"


def record(patient: Patient, rows: Rows) -> None:
    """Add a subject's lesions, measurements and responses."""
    if patient.day_zero is None:
        return
    baseline = _baseline_moment(patient)
    screening = _when(patient, baseline, SCREENING, "SCREENING")
    targets = [lesion for lesion in patient.lesions if lesion.group == "TARGET"]
    others = [lesion for lesion in patient.lesions if lesion.group == "NON-TARGET"]
    for lesion in patient.lesions:
        _identified(rows, patient, lesion, screening)
    for lesion in targets:
        _measured(rows, patient, lesion, lesion.size, "A0", screening)
    for lesion in others:
        _state(rows, patient, lesion, "PRESENT", "A0", screening)
    for imaging in patient.assessments:
        if imaging.done:
            _assessed(rows, patient, imaging, targets, others)
    clinical = patient.fate.clinical
    if clinical < NEVER and patient.observed(patient.at(clinical)):
        _responded(
            rows,
            patient,
            "SYMPTDTR",
            "Symptomatic Deterioration",
            "Y",
            None,
            _when(patient, patient.at(clinical), None, None),
            "CLINICAL",
        )


def _baseline_moment(patient: Patient) -> dt.datetime:
    """Return when the baseline imaging was done, between consent and the first infusion."""
    rng = patient.stream("baseline imaging")
    day = patient.consent.date() + dt.timedelta(days=int(rng.integers(1, 6)))
    return dt.datetime.combine(day, dt.time(10, 40))


def _assessed(
    rows: Rows, patient: Patient, imaging: Assessment, targets: list[Lesion], others: list[Lesion]
) -> None:
    number, name = visit_of(patient, imaging)
    when = _when(patient, imaging.moment, number, name)
    group = f"A{imaging.number}"
    for lesion, size in zip(targets, imaging.sizes, strict=True):
        _measured(rows, patient, lesion, size, group, when)
    for lesion, state in zip(others, imaging.states, strict=True):
        _state(rows, patient, lesion, state, group, when)
    for lesion in imaging.new:
        _identified(rows, patient, lesion, when)
        _state(rows, patient, lesion, "PRESENT", group, when)
    if imaging.target:
        _responded(rows, patient, "TRGRESP", "Target Response", imaging.target, group, when)
    if imaging.nontarget:
        _responded(rows, patient, "NTRGRESP", "Non-target Response", imaging.nontarget, group, when)
    _responded(rows, patient, "OVRLRESP", "Overall Response", imaging.overall, group, when)


def visit_of(patient: Patient, imaging: Assessment) -> tuple[float | None, str | None]:
    """Return number and name of the visit an assessment belongs to."""
    if imaging.week is not None:
        return float(WEEK_BASE + imaging.week), f"WEEK {imaging.week}"
    for visit in patient.visits:
        near = abs(visit.start - imaging.moment) <= dt.timedelta(hours=2)
        if near and visit.name.startswith("UNSCHEDULED"):
            return visit.number, visit.name
    return None, None


def _when(patient: Patient, moment: dt.datetime, number: float | None, name: str | None) -> Row:
    return {
        "VISITNUM": number,
        "VISIT": name,
        "EPOCH": epoch(patient, moment),
        "DTC": iso(patient, moment, timed=False),
        "DY": study_day(patient, moment),
    }


def _timed(domain: str, when: Row) -> Row:
    return {f"{domain}{key}" if key in ("DTC", "DY") else key: when[key] for key in when}


def _identified(rows: Rows, patient: Patient, lesion: Lesion, when: Row) -> None:
    rows.add(
        "TU",
        patient,
        TULNKID=lesion.link,
        TUTESTCD="TUMIDENT",
        TUTEST="Tumor Identification",
        TUORRES=lesion.group,
        TUSTRESC=lesion.group,
        TULOC=lesion.place,
        TUMETHOD=METHOD,
        TUEVAL=EVALUATOR,
        **_timed("TU", when),
    )


def _measured(
    rows: Rows, patient: Patient, lesion: Lesion, size: float | None, group: str, when: Row
) -> None:
    text = None if size is None else f"{size:g}"
    rows.add(
        "TR",
        patient,
        TRGRPID=lesion.group,
        TRLNKID=lesion.link,
        TRLNKGRP=group,
        TRTESTCD="LPERP" if lesion.nodal else "LDIAM",
        TRTEST="Longest Perpendicular" if lesion.nodal else "Longest Diameter",
        TRORRES=text,
        TRORRESU=text and "mm",
        TRSTRESC=text,
        TRSTRESN=size,
        TRSTRESU=text and "mm",
        TRSTAT="NOT DONE" if size is None else None,
        TRREASND="LESION NOT IN THE FIELD OF VIEW" if size is None else None,
        TRMETHOD=METHOD,
        TREVAL=EVALUATOR,
        **_timed("TR", when),
    )


def _state(rows: Rows, patient: Patient, lesion: Lesion, state: str, group: str, when: Row) -> None:
    unseen = state == UNSEEN
    rows.add(
        "TR",
        patient,
        TRGRPID=lesion.group,
        TRLNKID=lesion.link,
        TRLNKGRP=group,
        TRTESTCD="TUMSTATE",
        TRTEST="Tumor State",
        TRORRES=state,
        TRSTRESC=state,
        TRREASND="IMAGE QUALITY" if unseen else None,
        TRMETHOD=METHOD,
        TREVAL=EVALUATOR,
        **_timed("TR", when),
    )


def _responded(
    rows: Rows,
    patient: Patient,
    code: str,
    name: str,
    response: str,
    group: str | None,
    when: Row,
    category: str = "RECIST 1.1",
) -> None:
    rows.add(
        "RS",
        patient,
        RSLNKGRP=group,
        RSTESTCD=code,
        RSTEST=name,
        RSCAT=category,
        RSORRES=response,
        RSSTRESC=response,
        RSEVAL=EVALUATOR,
        **_timed("RS", when),
    )
