"""ADSL: the dose level that a subject is analysed at, and what departs from the planned dose."""

from __future__ import annotations

import pandas as pd

from csrkit.errors import StudyError
from csrkit.study import Study

LISTED = 5
"""Doses that a reason names; how many more there are it says."""


def derive_actual_dose(adsl: pd.DataFrame, doses: pd.DataFrame, study: Study) -> pd.Series:
    """Return the dose level of each subject by `assumptions.actual_dose_rule`; NaN when untreated.

    A dose that is no level of the study (an infusion stopped early, or a dose not known) is one of
    the level assigned: ADaMIG 1.3, TRTxxA.

    Raises
    ------
    StudyError
        When there is no such rule.
    """
    rule = study.assumptions.actual_dose_rule.value
    if rule == "actual_arm":
        arm = adsl["ACTARMCD"].map({code: arm.dose for code, arm in study.arms.items()})
        return arm.where(adsl["USUBJID"].isin(doses["USUBJID"])).astype("float64")
    level = doses["EXDOSE"].where(_is_level(doses, study), _planned(adsl, doses))
    levels = (
        doses.assign(LEVEL=level)
        .groupby(["USUBJID", "LEVEL"], as_index=False)
        .agg(COUNT=("EXSEQ", "size"), FIRST=("ASTDTM", "min"), SEQ=("EXSEQ", "min"))
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
    return adsl["USUBJID"].map(chosen.set_index("USUBJID")["LEVEL"]).astype("float64")


def describe_dose_errors(
    adsl: pd.DataFrame, doses: pd.DataFrame, study: Study
) -> dict[str, pd.Series]:
    """Return DOSEERFL and DOSEREAS: whether a dose differs from the planned one, and which.

    A dose given that isn't known leaves open whether one differs.
    """
    known, level = doses["EXDOSE"].notna(), _is_level(doses, study)
    other = known & doses["EXDOSE"].ne(_planned(adsl, doses))
    subject, unit = adsl["USUBJID"], study.treatment.dose_unit
    flag = subject.map(other.groupby(doses["USUBJID"]).any()).map({True: "Y", False: "N"})
    not_known = doses.loc[~known, "USUBJID"].unique()
    said = [
        _list_doses(doses[other & level], "Dose of another level", unit),
        _list_doses(doses[other & ~level], "Dose of no level", unit),
        pd.Series("Dose not known", index=not_known, dtype=object),
    ]
    reason = pd.concat(said).groupby(level=0).agg("; ".join)
    return {
        "DOSEERFL": flag.astype(object).mask(flag.eq("N") & subject.isin(not_known), None),
        "DOSEREAS": subject.map(reason).astype(object).where(subject.isin(reason.index), None),
    }


def name_doses(dose: pd.Series, study: Study) -> pd.Series:
    """Return the text of each dose level.

    Raises
    ------
    StudyError
        When a level of an arm has no text in `derivations.adsl.dose_names`.
    """
    names = study.derivations.adsl.dose_names
    nameless = dose[dose.notna() & ~dose.isin(list(names))]
    if not nameless.empty:
        raise StudyError(
            "A dose level has no name",
            where="study.yml, key derivations.adsl.dose_names",
            found=f"{nameless.iloc[0]:g} {study.treatment.dose_unit} ({len(nameless)} subjects)",
            allowed=[f"{level:g}" for level in names],
            remedy="Add the level with its name, or correct the dose of the arm (arms).",
        )
    return dose.map(names)


def _is_level(doses: pd.DataFrame, study: Study) -> pd.Series:
    """Return where the dose given is a level of the study (bool)."""
    return doses["EXDOSE"].isin(list(study.derivations.adsl.dose_names))


def _planned(adsl: pd.DataFrame, doses: pd.DataFrame) -> pd.Series:
    """Return the dose planned for the subject of each dose."""
    return doses["USUBJID"].map(adsl.set_index("USUBJID")["TRT01PN"])


def _list_doses(doses: pd.DataFrame, what: str, unit: str) -> pd.Series:
    """Return the different doses of each subject as a text, in order of time, by USUBJID."""

    def write(amounts: pd.Series) -> str:
        different = [f"{amount:g}" for amount in amounts.unique()]
        more = f" and {len(different) - LISTED} more" if different[LISTED:] else ""
        return f"{what}: {', '.join(different[:LISTED])}{more} {unit}"

    return doses.groupby("USUBJID")["EXDOSE"].agg(write).astype(object)
