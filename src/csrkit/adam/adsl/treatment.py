"""ADSL: planned and actual treatment, first and last dose, amount received."""

from __future__ import annotations

import numpy as np
import pandas as pd

from csrkit.adam.adsl.doses import derive_actual_dose, describe_dose_errors, name_doses
from csrkit.adam.common.dates import derive_duration
from csrkit.errors import DataError
from csrkit.study import Study


def add_planned_treatment(adsl: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Add PHASE, TRT01PN and TRT01P from the planned arm.

    Raises
    ------
    DataError
        When ARMCD is neither an arm of the study nor a code for no arm.
    """
    known = [*study.arms, *study.derivations.adsl.not_assigned]
    unknown = adsl["ARMCD"].notna() & ~adsl["ARMCD"].isin(known)
    if unknown.any():
        record = adsl[unknown].iloc[0]
        raise DataError(
            "A subject has an arm that the study doesn't have",
            where=f"DM.ARMCD, USUBJID={record['USUBJID']}",
            found=f"{record['ARMCD']} ({int(unknown.sum())} subjects)",
            allowed=known,
            remedy="Correct DM, or describe the arm in study.yml (arms).",
        )
    phases = {code: arm.phase or None for code, arm in study.arms.items()}
    dose = adsl["ARMCD"].map({code: arm.dose for code, arm in study.arms.items()})
    return adsl.assign(
        PHASE=adsl["ARMCD"].map(phases),
        TRT01PN=dose.astype("float64"),
        TRT01P=name_doses(dose, study),
    )


def add_treatment_received(adsl: pd.DataFrame, doses: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Add actual treatment, first and last exposure, and the amount received.

    Parameters
    ----------
    doses
        Valid doses, from `exposure.ends.add_ends`.
    """
    subject = adsl["USUBJID"]
    by_subject = doses.groupby("USUBJID")
    first = doses[doses["ASTDTM"].notna()].drop_duplicates("USUBJID").set_index("USUBJID")
    last = (
        doses[doses["LASTDTM"].notna()]
        .sort_values(["USUBJID", "LASTDTM", "EXSEQ"])
        .drop_duplicates("USUBJID", keep="last")
        .set_index("USUBJID")
    )
    count = subject.map(by_subject.size()).fillna(0).astype("float64")
    # Of an amount that isn't known, the sum isn't either.
    amount = by_subject["AMOUNT"].sum().mask(doses["AMOUNT"].isna().groupby(doses["USUBJID"]).any())
    level = derive_actual_dose(adsl, doses, study)
    running = doses.loc[doses["RUNNING"], "USUBJID"]
    treated = subject.isin(doses["USUBJID"])
    out = adsl.assign(
        TRTSDTM=subject.map(first["ASTDTM"]).astype("datetime64[ns]"),
        TRTSTMF=subject.map(first["ASTTMF"]),
        TRTEDTM=subject.map(last["LASTDTM"]).astype("datetime64[ns]"),
        TRTETMF=subject.map(last["LASTTMF"]),
        TRTONGFL=_flag(subject.isin(running)).where(treated, None),
        TRT01AN=level,
        TRT01A=name_doses(level, study),
        **describe_dose_errors(adsl, doses, study),
        NINF=count,
        NCOURSE=subject.map(by_subject["COURSE"].nunique()).fillna(0).astype("float64"),
        CUMDOSE=subject.map(amount).where(count.gt(0), 0.0).astype("float64"),
    )
    out = out.assign(TRTSDT=out["TRTSDTM"].dt.normalize(), TRTEDT=out["TRTEDTM"].dt.normalize())
    backward = last["AENDTM"].dt.normalize().lt(last["ASTDTM"].dt.normalize())
    return _add_duration(out, subject.map(backward).eq(True))


def _add_duration(adsl: pd.DataFrame, backward: pd.Series) -> pd.DataFrame:
    """Add TRTDURD, and TRTDREAS why a treated subject has none.

    Parameters
    ----------
    backward
        Where the last dose ends on a day before its start.
    """
    days = derive_duration(adsl["TRTSDT"], adsl["TRTEDT"])
    reasons = [
        (adsl["TRTSDT"].isna(), "Start of the first dose not known"),
        (adsl["TRTEDT"].isna(), "End of the last dose not known"),
        (backward, "End of the last dose before its start"),
        (days.lt(1), "End of the last dose before the start of the first"),
    ]
    found = np.select([why for why, _ in reasons], [text for _, text in reasons], default="")
    reason = pd.Series(found, index=adsl.index, dtype=object)
    return adsl.assign(
        TRTDURD=days.where(reason.eq("")),
        TRTDREAS=reason.where(reason.ne("") & adsl["NINF"].gt(0), None),
    )


def add_days_at_risk(adsl: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Add RISKDURD: days from the first dose in which an adverse event is treatment-emergent.

    They end with the window after the last dose, with the study, with death, or with the last day
    that the subject is known to have been alive, whichever is first, but not before the first and
    the last dose.

    Parameters
    ----------
    adsl
        TRTSDT TRTEDT EOSDT DTHDT LSTALVDT.
    """
    window = pd.Timedelta(days=study.assumptions.teae_window_days.value)
    seen = adsl["DTHDT"].fillna(adsl["LSTALVDT"])
    end = pd.concat([adsl["TRTEDT"] + window, adsl["EOSDT"], seen], axis=1).min(axis=1)
    end = pd.concat([end, adsl["TRTSDT"], adsl["TRTEDT"]], axis=1).max(axis=1)
    return adsl.assign(RISKDURD=derive_duration(adsl["TRTSDT"], end))


def _flag(condition: pd.Series) -> pd.Series:
    return condition.map({True: "Y", False: "N"}).astype(object)
