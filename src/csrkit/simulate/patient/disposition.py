"""How treatment and study end, in agreement with the fate, the infusions and the imaging."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from csrkit.simulate.patient.fate import NEVER
from csrkit.simulate.patient.latent import Patient

TERMS = {
    "DEATH": "Death",
    "WITHDRAWAL BY SUBJECT": "Subject withdrew consent",
    "LOST TO FOLLOW-UP": "No contact after repeated attempts",
    "ADVERSE EVENT": "Adverse event",
    "PHYSICIAN DECISION": "Investigator saw no further benefit",
}


@dataclass(frozen=True)
class Ending:
    """The end of treatment or study: when, the standard term, and the detail."""

    moment: dt.datetime
    decod: str
    term: str


def end_of_study(patient: Patient) -> Ending | None:
    """Return how the study ended for an enrolled subject; None while it goes on at the lock."""
    fate = patient.fate
    day, decod = min(
        (fate.death, "DEATH"),
        (fate.withdrawal, "WITHDRAWAL BY SUBJECT"),
        (fate.lost, "LOST TO FOLLOW-UP"),
        (fate.complete, "COMPLETED"),
    )
    if patient.at(day) > patient.lock:
        return None
    return Ending(patient.at(day), decod, TERMS.get(decod, "Completed 12 months of follow-up"))


def end_of_treatment(patient: Patient) -> Ending | None:
    """Return how treatment ended; None when it goes on at the lock or never began."""
    if not patient.treated:
        return None
    per_course = patient.study.treatment.infusions_per_course or 1
    planned = per_course * max(infusion.course for infusion in patient.infusions)
    last = patient.given[-1].moment
    if len(patient.infusions) == planned:
        term = f"Completed {planned} planned infusions"
        final = patient.infusions[-1]
        return Ending(final.end or final.due, "COMPLETED", term)
    fate = patient.fate
    reasons = [
        (fate.death, "DEATH", TERMS["DEATH"]),
        (fate.withdrawal, "WITHDRAWAL BY SUBJECT", TERMS["WITHDRAWAL BY SUBJECT"]),
        (fate.lost, "LOST TO FOLLOW-UP", TERMS["LOST TO FOLLOW-UP"]),
        (fate.clinical, "PROGRESSIVE DISEASE", "Clinical progression without imaging"),
        (_progression(patient), "PROGRESSIVE DISEASE", "Progressive disease by RECIST 1.1"),
        _stop(patient, patient.day(last)),
    ]
    day, decod, term = min(reasons)
    moment = patient.at(max(day, patient.day(last)))
    return Ending(moment, decod, term) if day < NEVER and moment <= patient.lock else None


def _progression(patient: Patient) -> float:
    days = [patient.day(a.moment) for a in patient.assessments if a.overall == "PD"]
    return min(days, default=NEVER)


def _stop(patient: Patient, last: float) -> tuple[float, str, str]:
    """Return the end for a dose-limiting or other adverse event, or by the physician."""
    number, decod = patient.fate.stop_after
    if patient.fate.dlt or any(event.dlt and event.infusion for event in patient.placement.events):
        return last + 4, "ADVERSE EVENT", "Dose-limiting toxicity"
    if number:
        return last + 4, decod, TERMS[decod]
    return NEVER, "", ""
