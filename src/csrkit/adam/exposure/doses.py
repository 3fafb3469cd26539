"""Doses really given: the administrations of EX that count as exposure, dated and numbered."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.adam.common.dates import impute_datetimes
from csrkit.adam.common.domains import select_variables
from csrkit.adam.common.filtering import filter_records
from csrkit.adam.exposure.parts import join_parts, number_administrations
from csrkit.conditions import Condition
from csrkit.errors import DataError
from csrkit.study import Study

COLUMNS = [
    "USUBJID",
    "EXSEQ",
    "EXTRT",
    "EXDOSE",
    "EXDOSU",
    "EXSTDTC",
    "EXENDTC",
    "EXADJ",
    "VISIT",
    "VISITNUM",
]


def select_valid_doses(sdtm: Mapping[str, pd.DataFrame], study: Study) -> pd.DataFrame:
    """Return the administrations with a valid dose: EXDOSE > 0, or 0 of a placebo.

    Returns
    -------
    DataFrame
        One row an administration, in one record of EX or several (see `exposure.parts`): all
        variables of EX, and `ASTDTM`, `AENDTM` start and end (dates not imputed, missing times
        00:00:00 and 23:59:59) with `ASTTMF`, `AENTMF`; `BEGDTM` and `BEGTMF` the latest moment at
        which its last part can have begun; `INTERRUPTED` (bool) by setting or as it was given in
        parts, `PARTS` how many; `INFNUM` and `COURSE` numbers of infusion and course; `EACHDAY`
        whether the record stands for one dose a day (bool, by setting). EXDOSE is missing where
        that of a part is. Sorted by subject, start and EXSEQ.

    Raises
    ------
    DataError
        When a dose is in another unit than `treatment.dose_unit`.
    """
    settings = study.derivations.adex
    records = select_dose_records(sdtm, study)
    doses = join_parts(records.drop(columns="NUMBER"), records["NUMBER"])
    return doses.assign(
        INFNUM=parse_number(doses, settings.infusion)
        if settings.infusion
        else doses.groupby("USUBJID").cumcount().astype("float64") + 1,
        COURSE=parse_number(doses, settings.course) if settings.course else 1.0,
    )


def select_dose_records(sdtm: Mapping[str, pd.DataFrame], study: Study) -> pd.DataFrame:
    """Return the records of EX that make the valid doses, with the NUMBER of the administration.

    A record without a dose counts only as a part of an administration that has one.

    Returns
    -------
    DataFrame
        Variables of EX, dated as `select_valid_doses` says, and INTERRUPTED and EACHDAY.

    Raises
    ------
    DataError
        When a dose is in another unit than `treatment.dose_unit`.
    """
    settings = study.derivations.adex
    others = [c for c in sdtm.get("EX", pd.DataFrame()).columns if c not in COLUMNS]
    ex = select_variables(sdtm, "EX", [*COLUMNS, *others])
    placebo = ex["EXTRT"].isin(study.treatment.placebo_names)
    valid = ex["EXDOSE"].gt(0) | (ex["EXDOSE"].eq(0) & placebo)
    ex = ex.assign(VALID=valid)[valid | (ex["EXDOSE"].isna() & _is_given(ex))]
    ex = ex.reset_index(drop=True)
    _check_unit(ex[ex["VALID"]], study.treatment.dose_unit)
    ex = _add_moments(ex).sort_values(["USUBJID", "ASTDTM", "EXSEQ"], ignore_index=True)
    ex = ex.assign(
        INTERRUPTED=_meets(ex, settings.interrupted, "interrupted"),
        EACHDAY=_meets(ex, settings.each_day, "each_day"),
    )
    ex = ex.assign(NUMBER=number_administrations(ex, settings))
    counts = ex["VALID"].groupby(ex["NUMBER"]).transform("any").astype(bool)
    return ex[counts].drop(columns="VALID").reset_index(drop=True)


def _is_given(ex: pd.DataFrame) -> pd.Series:
    """Return where a record isn't said to be of something not done or not given (bool)."""
    given = pd.Series(True, index=ex.index)
    for name, value in (("EXSTAT", "NOT DONE"), ("EXOCCUR", "N")):
        if name in ex:
            given &= ex[name].ne(value)
    return given


def _add_moments(ex: pd.DataFrame) -> pd.DataFrame:
    """Add start, end, and the latest moment at which a record can have begun."""
    start = impute_datetimes(ex["EXSTDTC"], records=ex)
    begun = impute_datetimes(ex["EXSTDTC"], time="last", records=ex)
    end = impute_datetimes(ex["EXENDTC"], time="last", records=ex)
    return ex.assign(
        ASTDTM=start["DTM"],
        ASTTMF=start["TMF"],
        AENDTM=end["DTM"],
        AENTMF=end["TMF"],
        BEGDTM=begun["DTM"],
        BEGTMF=begun["TMF"],
    )


def _meets(ex: pd.DataFrame, condition: Condition | None, setting: str) -> pd.Series:
    """Return where a record meets a condition of the settings (bool); nowhere without one."""
    if condition is None:
        return pd.Series(False, index=ex.index)
    chosen = filter_records(ex, condition, f"derivations.adex.{setting}")
    return ex.index.to_series().isin(chosen.index)


def parse_number(records: pd.DataFrame, variable: str) -> pd.Series:
    """Return the number in a text such as `INF03` or `2`."""
    if variable not in records:
        return pd.Series(float("nan"), index=records.index)
    text = records[variable].astype(object)
    digits = text.where(text.notna(), None).astype("string").str.extract(r"(\d+)", expand=False)
    return pd.to_numeric(digits).astype("float64")


def _check_unit(ex: pd.DataFrame, unit: str) -> None:
    wrong = ex["EXDOSU"].notna() & ex["EXDOSU"].ne(unit)
    if wrong.any():
        record = ex[wrong].iloc[0]
        raise DataError(
            "A dose is in another unit than the study's",
            where=f"EX.EXDOSU, USUBJID={record['USUBJID']}, EXSEQ={record['EXSEQ']:g}",
            found=f"{record['EXDOSU']} ({int(wrong.sum())} records)",
            allowed=unit,
            remedy="Deliver EX in this unit, or set treatment.dose_unit in study.yml.",
        )
