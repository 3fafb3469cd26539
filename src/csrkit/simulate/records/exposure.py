"""Records of exposure: EX (given) and EC (as collected, missed ones included)."""

from __future__ import annotations

from csrkit.simulate.patient.dosing import Infusion
from csrkit.simulate.patient.latent import Patient
from csrkit.simulate.patient.schedule import INFUSION_STEP
from csrkit.simulate.records.rows import Row, Rows, epoch, iso, study_day


def record(patient: Patient, rows: Rows) -> None:
    """Add a subject's infusions."""
    for infusion in patient.infusions:
        common = _common(patient, infusion)
        if infusion.given:
            rows.add("EX", patient, **_prefixed("EX", common))
        collected: Row = {
            "MOOD": "PERFORMED",
            "PRESP": "Y",
            "OCCUR": "Y" if infusion.given else "N",
            "REASOC": None if infusion.given else infusion.reason,
        }
        rows.add("EC", patient, **_prefixed("EC", common | collected))


def link(infusion: Infusion) -> str:
    """Return the link identifier of an infusion (INF01)."""
    return f"INF{infusion.number:02d}"


def _common(patient: Patient, infusion: Infusion) -> Row:
    treatment = patient.study.treatment
    moment = infusion.start or infusion.due
    given = infusion.given
    return {
        "GRPID": str(infusion.course),
        "LNKID": link(infusion),
        "TRT": treatment.name,
        "DOSE": infusion.dose if given else None,
        "DOSU": treatment.dose_unit if given else None,
        "DOSFRM": "INJECTION, SUSPENSION" if given else None,
        "ROUTE": "INTRAVENOUS DRIP" if given else None,
        "ADJ": _adjustment(infusion),
        "VISITNUM": float(infusion.number * INFUSION_STEP),
        "VISIT": f"INFUSION {infusion.number}",
        "EPOCH": epoch(patient, moment),
        "STDTC": iso(patient, moment, timed=given),
        "ENDTC": iso(patient, infusion.end or moment, timed=given),
        "STDY": study_day(patient, moment),
        "ENDY": study_day(patient, infusion.end or moment),
    }


def _adjustment(infusion: Infusion) -> str | None:
    """Return what happened to a given infusion: DELAYED, INTERRUPTED, with the reasons."""
    parts = [f"DELAYED: {infusion.reason}"] if infusion.delay else []
    parts += ["INTERRUPTED: INFUSION REACTION"] if infusion.interruption else []
    return "; ".join(parts) or None


def _prefixed(domain: str, values: Row) -> Row:
    own = {"VISITNUM", "VISIT", "EPOCH"}
    return {key if key in own else f"{domain}{key}": value for key, value in values.items()}
