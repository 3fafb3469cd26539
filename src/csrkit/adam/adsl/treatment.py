"""ADSL: planned and actual treatment, first and last dose, amount received."""

from __future__ import annotations

import pandas as pd

from csrkit.adam.adsl.names import name_actual_treatment, name_planned_treatment
from csrkit.adam.common.dates import derive_duration
from csrkit.errors import DataError, StudyError
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
        TRT01P=name_planned_treatment(adsl, study),
    )


def add_treatment_received(adsl: pd.DataFrame, doses: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Add actual treatment, first and last exposure, and the amount received.

    Parameters
    ----------
    doses
        Valid doses, from `exposure.valid_doses`.
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
    level = _actual_dose(adsl, doses, study)
    planned = doses["USUBJID"].map(adsl.set_index("USUBJID")["TRT01PN"])
    other = doses.assign(OTHER=doses["EXDOSE"].ne(planned)).groupby("USUBJID")["OTHER"].any()
    comparable = ~adsl["ARMCD"].isin(study.arms_without_dose)
    out = adsl.assign(
        TRTSDTM=subject.map(first["ASTDTM"]).astype("datetime64[ns]"),
        TRTSTMF=subject.map(first["ASTTMF"]),
        TRTEDTM=subject.map(last["LASTDTM"]).astype("datetime64[ns]"),
        TRTETMF=subject.map(last["LASTTMF"]),
        TRT01AN=level,
        DOSEERFL=subject.map(other).map({True: "Y", False: "N"}).where(comparable, None),
        NINF=count,
        NCOURSE=subject.map(by_subject["COURSE"].nunique()).fillna(0).astype("float64"),
        CUMDOSE=subject.map(amount).where(count.gt(0), 0.0).astype("float64"),
    )
    out = out.assign(TRT01A=name_actual_treatment(out, level, study))
    out = out.assign(TRTSDT=out["TRTSDTM"].dt.normalize(), TRTEDT=out["TRTEDTM"].dt.normalize())
    return out.assign(TRTDURD=derive_duration(out["TRTSDT"], out["TRTEDT"]))


def add_days_at_risk(adsl: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Add RISKDURD: days from the first dose in which an adverse event is treatment-emergent.

    They end with the window after the last dose, with the study, with death, or with the last day
    that the subject is known to have been alive, whichever is first, but not before the last dose.
    Missing in a study without such a window.

    Parameters
    ----------
    adsl
        TRTSDT TRTEDT EOSDT DTHDT LSTALVDT.
    """
    if "teae_window_days" not in study.assumptions.by_name():
        return adsl.assign(RISKDURD=float("nan"))
    window = pd.Timedelta(days=study.assumptions.teae_window_days.value)
    seen = adsl["DTHDT"].fillna(adsl["LSTALVDT"])
    end = pd.concat([adsl["TRTEDT"] + window, adsl["EOSDT"], seen], axis=1).min(axis=1)
    end = pd.concat([end, adsl["TRTEDT"]], axis=1).max(axis=1)
    return adsl.assign(RISKDURD=derive_duration(adsl["TRTSDT"], end))


def _actual_dose(adsl: pd.DataFrame, doses: pd.DataFrame, study: Study) -> pd.Series:
    """Return the dose level of each subject by `assumptions.actual_dose_rule`."""
    rule = study.assumptions.actual_dose_rule.value
    if rule == "actual_arm":
        arm = adsl["ACTARMCD"].map({code: arm.dose for code, arm in study.arms.items()})
        return arm.where(adsl["USUBJID"].isin(doses["USUBJID"])).astype("float64")
    levels = doses.groupby(["USUBJID", "EXDOSE"], as_index=False).agg(
        COUNT=("EXSEQ", "size"), FIRST=("ASTDTM", "min"), SEQ=("EXSEQ", "min")
    )
    order = {
        "most_frequent": (["COUNT", "FIRST", "SEQ"], [False, True, True]),
        "first": (["FIRST", "SEQ"], [True, True]),
    }
    if rule not in order:
        raise StudyError(
            "There is no such rule for the actual dose",
            where="study.yml, key assumptions.actual_dose_rule.value",
            found=rule,
            allowed=[*order, "actual_arm"],
            remedy="Use one of these rules.",
        )
    by, ascending = order[rule]
    chosen = levels.sort_values(by, ascending=ascending).drop_duplicates("USUBJID")
    return adsl["USUBJID"].map(chosen.set_index("USUBJID")["EXDOSE"]).astype("float64")
