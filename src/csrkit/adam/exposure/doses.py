"""Doses really given: the records of EX that count as exposure, dated and numbered."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.adam.common.dates import derive_duration, impute_datetimes
from csrkit.adam.common.domains import select_variables
from csrkit.adam.common.filtering import filter_records
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
    """Return the records of EX with a valid dose: EXDOSE > 0, 0 of a placebo, or one in words.

    Returns
    -------
    DataFrame
        All variables of EX, and: `ASTDTM`, `AENDTM` start and end (dates not imputed, missing
        times 00:00:00 and 23:59:59) with `ASTTMF`, `AENTMF`; `LASTDTM` and `LASTTMF` the moment
        that counts as last exposure (the start when the end is missing, by setting); `INFNUM` and
        `COURSE` numbers of infusion and course; `EACHDAY` whether the record stands for one dose a
        day (bool, by setting), and `AMOUNT` what it amounts to, NaN when its days aren't known.
        Sorted by subject, start and EXSEQ.

    Raises
    ------
    DataError
        When a dose is in another unit than `treatment.dose_unit`.
    """
    settings = study.derivations.adex
    others = [c for c in sdtm.get("EX", pd.DataFrame()).columns if c not in COLUMNS]
    ex = select_variables(sdtm, "EX", [*COLUMNS, *others])
    placebo = ex["EXTRT"].isin(study.treatment.placebo_names)
    numbered = ex["EXDOSE"].gt(0) | (ex["EXDOSE"].eq(0) & placebo)
    ex = ex[numbered | _is_in_words(ex)].reset_index(drop=True)
    _check_unit(ex, study.treatment.dose_unit)
    start = impute_datetimes(ex["EXSTDTC"], records=ex)
    end = impute_datetimes(ex["EXENDTC"], time="last", records=ex)
    last = end
    if settings.missing_end == "start":
        begun = impute_datetimes(ex["EXSTDTC"], time="last", records=ex)
        last = end.where(end["DTM"].notna(), begun)
    ex = ex.assign(
        ASTDTM=start["DTM"],
        ASTTMF=start["TMF"],
        AENDTM=end["DTM"],
        AENTMF=end["TMF"],
        LASTDTM=last["DTM"],
        LASTTMF=last["TMF"],
    ).sort_values(["USUBJID", "ASTDTM", "EXSEQ"], ignore_index=True)
    daily = _daily(ex, settings.each_day)
    return ex.assign(
        INFNUM=parse_number(ex, settings.infusion)
        if settings.infusion
        else ex.groupby("USUBJID").cumcount().astype("float64") + 1,
        COURSE=parse_number(ex, settings.course) if settings.course else 1.0,
        EACHDAY=daily,
        AMOUNT=_amount(ex, daily),
    )


def _is_in_words(ex: pd.DataFrame) -> pd.Series:
    """Return where a dose is given in words alone (EXDOSTXT: `as tolerated`)."""
    if "EXDOSTXT" not in ex:
        return pd.Series(False, index=ex.index)
    return ex["EXDOSE"].isna() & ex["EXDOSTXT"].notna()


def _daily(ex: pd.DataFrame, each_day: Condition | None) -> pd.Series:
    """Return where a record stands for one dose a day (bool); nowhere without a condition."""
    if each_day is None:
        return pd.Series(False, index=ex.index)
    chosen = filter_records(ex, each_day, "derivations.adex.each_day")
    return ex.index.to_series().isin(chosen.index)


def _amount(ex: pd.DataFrame, daily: pd.Series) -> pd.Series:
    """Return the dose of each record, times its days where it stands for one dose a day."""
    days = derive_duration(ex["ASTDTM"], ex["LASTDTM"])
    times = days.where(days > 0).where(daily & ex["EXDOSE"].gt(0), 1.0)
    amount: pd.Series = ex["EXDOSE"] * times
    return amount


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
