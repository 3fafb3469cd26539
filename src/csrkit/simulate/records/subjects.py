"""Records of who the subjects are and where they are: DM, DS, SV, SE, SS, DD."""

from __future__ import annotations

import datetime as dt

from csrkit.simulate.patient.disposition import Ending
from csrkit.simulate.patient.latent import Patient
from csrkit.simulate.patient.schedule import SURVIVAL
from csrkit.simulate.records.rows import Rows, epoch, iso, study_day
from csrkit.simulate.settings.design import Design


def record(patient: Patient, design: Design, rows: Rows) -> None:
    """Add a subject's records of these domains."""
    _demographics(patient, design, rows)
    _milestones(patient, design, rows)
    _visits(patient, rows)
    _elements(patient, rows)
    _survival(patient, rows)


def screen_failure_reason(patient: Patient, design: Design) -> str:
    """Return why a screen failure wasn't enrolled."""
    reasons = design.enrolment.screen_failure_reasons
    return reasons[(patient.recruit.nth - 1) % len(reasons)]


def died(patient: Patient) -> dt.datetime | None:
    """Return the moment of a death within the study's follow-up and before the lock."""
    ending = patient.study_end
    return ending.moment if ending and ending.decod == "DEATH" else None


def _demographics(patient: Patient, design: Design, rows: Rows) -> None:
    study, death = patient.study, died(patient)
    first = patient.given[0] if patient.treated else None
    last = patient.given[-1] if patient.treated else None
    arm = study.arms[patient.arm].label if patient.arm else None
    reason = (
        None if patient.treated else "ASSIGNED, NOT TREATED" if patient.arm else "SCREEN FAILURE"
    )
    ended = patient.study_end.moment if patient.study_end else None
    if patient.arm is None:
        ended = patient.fate.last
    rows.add(
        "DM",
        patient,
        SUBJID=patient.recruit.subjid,
        RFSTDTC=iso(patient, first.start) if first else None,
        RFENDTC=iso(patient, last.end) if last else None,
        RFXSTDTC=iso(patient, first.start) if first else None,
        RFXENDTC=iso(patient, last.end) if last else None,
        RFICDTC=iso(patient, patient.consent, timed=False),
        RFPENDTC=iso(patient, ended, timed=False),
        DTHDTC=iso(patient, death, timed=False),
        DTHFL="Y" if death else None,
        SITEID=patient.recruit.site.id,
        AGE=patient.age,
        AGEU="YEARS",
        SEX=patient.sex,
        RACE="ASIAN",
        ETHNIC="NOT HISPANIC OR LATINO",
        ARMCD=patient.arm,
        ARM=arm,
        ACTARMCD=patient.arm if patient.treated else None,
        ACTARM=arm if patient.treated else None,
        ARMNRS=reason,
        COUNTRY=design.enrolment.country,
    )
    if patient.recruit.previous:
        label = "Previous Subject Identifier"
        rows.supplement("DM", patient, None, "PRVSUBJ", label, patient.recruit.previous)


def _milestones(patient: Patient, design: Design, rows: Rows) -> None:
    _disposed(
        patient, rows, "INFORMED CONSENT OBTAINED", "Informed consent obtained", patient.consent
    )
    if patient.day_zero is None:
        term = screen_failure_reason(patient, design)
        _disposed(patient, rows, "SCREEN FAILURE", term, patient.fate.last, "END OF STUDY")
        return
    enrolled = enrolment(patient)
    _disposed(patient, rows, "ENROLLED", "Enrolled", enrolled)
    for ending, scope in ((patient.treatment_end, "TREATMENT"), (patient.study_end, "STUDY")):
        if ending is not None:
            _disposed(patient, rows, ending.decod, ending.term, ending.moment, f"END OF {scope}")


def enrolment(patient: Patient) -> dt.datetime:
    """Return when a subject was enrolled: two days before the first infusion is due."""
    return max(patient.at(-2 + 10 / 24), patient.consent + dt.timedelta(hours=1))


def _disposed(
    patient: Patient,
    rows: Rows,
    decod: str,
    term: str,
    moment: dt.datetime,
    scope: str | None = None,
) -> None:
    rows.add(
        "DS",
        patient,
        DSTERM=term,
        DSDECOD=decod,
        DSCAT="DISPOSITION EVENT" if scope else "PROTOCOL MILESTONE",
        DSSCAT=scope,
        EPOCH=epoch(patient, moment),
        DSDTC=iso(patient, moment, timed=False),
        DSSTDTC=iso(patient, moment, timed=False),
        DSSTDY=study_day(patient, moment),
    )


def _visits(patient: Patient, rows: Rows) -> None:
    for visit in patient.visits:
        planned = not visit.name.startswith("UNSCHEDULED")
        end = min(visit.end, patient.fate.last)
        rows.add(
            "SV",
            patient,
            VISITNUM=visit.number,
            VISIT=visit.name,
            SVPRESP="Y" if planned else None,
            SVOCCUR=("Y" if visit.done else "N") if planned else None,
            EPOCH=epoch(patient, visit.start),
            SVSTDTC=iso(patient, visit.start, timed=False) if visit.done else None,
            SVENDTC=iso(patient, end, timed=False) if visit.done else None,
            SVSTDY=study_day(patient, visit.start) if visit.done else None,
            SVENDY=study_day(patient, end) if visit.done else None,
            SVUPDES=None if planned else visit.reason,
        )


ELEMENTS = {
    "SCRN": ("Screening", "SCREENING"),
    "TRT1": ("First course of infusions", "TREATMENT"),
    "TRT2": ("Second course of infusions", "TREATMENT"),
    "FU": ("Follow-up", "FOLLOW-UP"),
}


def _elements(patient: Patient, rows: Rows) -> None:
    """Add the elements: each ends where the next begins, the last with participation."""
    begins = [("SCRN", patient.consent)]
    for course in (1, 2):
        given = [i.moment for i in patient.given if i.course == course]
        if given:
            begins.append((f"TRT{course}", given[0]))
    ending: Ending | None = patient.treatment_end
    final = patient.study_end.moment if patient.study_end else None
    if patient.arm is None:
        final = patient.fate.last
    if ending is not None and (final is None or ending.moment.date() < final.date()):
        after = dt.datetime.combine(ending.moment.date(), dt.time()) + dt.timedelta(days=1)
        begins.append(("FU", max(after, begins[-1][1] + dt.timedelta(hours=12))))
    ends = [*(begin for _, begin in begins[1:]), final]
    for order, ((code, begin), end) in enumerate(zip(begins, ends, strict=True), start=1):
        name, phase = ELEMENTS[code]
        rows.add(
            "SE",
            patient,
            ETCD=code,
            ELEMENT=name,
            TAETORD=list(ELEMENTS).index(code) + 1,
            EPOCH=phase,
            SESTDTC=iso(patient, begin, timed=order > 1 and code != "FU"),
            SEENDTC=iso(
                patient, end, timed=bool(end) and order < len(begins) and begins[order][0] != "FU"
            ),
            SESTDY=study_day(patient, begin),
            SEENDY=study_day(patient, end),
        )


def _survival(patient: Patient, rows: Rows) -> None:
    """Add survival status at follow-up visits, at death or at the last contact, and the cause."""
    if patient.day_zero is None:
        return
    for visit in patient.visits:
        if visit.number > SURVIVAL:
            _status(patient, rows, "ALIVE", visit.start, visit.number, visit.name)
    death, ending = died(patient), patient.study_end
    if death is not None:
        _status(patient, rows, "DEAD", death)
        cause = death_cause(patient)
        rows.add(
            "DD",
            patient,
            DDTESTCD="PRCDTH",
            DDTEST="Primary Cause of Death",
            DDORRES=cause,
            DDSTRESC=cause,
            DDEVAL="INVESTIGATOR",
            DDDTC=iso(patient, death, timed=False),
            DDDY=study_day(patient, death),
        )
    elif ending is not None and ending.decod == "LOST TO FOLLOW-UP":
        _status(patient, rows, "UNKNOWN", ending.moment)
    elif ending is not None and ending.decod == "COMPLETED":
        _status(patient, rows, "ALIVE", ending.moment)


def death_cause(patient: Patient) -> str:
    """Return the primary cause of a death: an event, the disease once it progressed, or unknown."""
    if any(event.fatal for event in patient.events):
        return "ADVERSE EVENT"
    imaged = any(imaging.overall == "PD" for imaging in patient.assessments)
    progressed = patient.fate.progression < patient.fate.death
    return "DISEASE PROGRESSION" if imaged or progressed else "UNKNOWN"


def _status(
    patient: Patient,
    rows: Rows,
    status: str,
    moment: dt.datetime,
    number: float | None = None,
    name: str | None = None,
) -> None:
    rows.add(
        "SS",
        patient,
        SSTESTCD="SURVSTAT",
        SSTEST="Survival Status",
        SSORRES=status,
        SSSTRESC=status,
        VISITNUM=number,
        VISIT=name,
        EPOCH=epoch(patient, moment),
        SSDTC=iso(patient, moment, timed=False),
        SSDY=study_day(patient, moment),
    )
