"""Visits, time points around an infusion, and the one value that counts at each."""

from __future__ import annotations

import re
from typing import Literal

import pandas as pd

from csrkit.adam.columns import with_columns
from csrkit.adam.distinct import each_once
from csrkit.adam.flags import yes
from csrkit.adam.visits import analysis_visit
from csrkit.study.derivations import Laboratory

VISIT_KEY = ["USUBJID", "PARAMCD", "AVISIT"]
POINT_KEY = ["USUBJID", "PARAMCD", "INFNUM", "ATPT"]


def with_visits(records: pd.DataFrame, settings: Laboratory) -> pd.DataFrame:
    """Return the records with visit, time point, and the flags of the values that count.

    Parameters
    ----------
    records
        In order of time: USUBJID PARAMCD AVAL ABLFL AFTER VISIT VISITNUM LBTPT LBTPTNUM
        LBTPTREF.
    settings
        Settings `derivations.adlb`.

    Returns
    -------
    DataFrame
        With AVISIT AVISITN ATPT ATPTN INFNUM; ANL01FL (one value a visit: the baseline value,
        and after the first dose those of scheduled visits before that visit's infusion); ANL02FL
        (one value an infusion and time point); of several values the first or last, by setting;
        PREVAL (the value before the same infusion) and CHGPRE.
    """
    baseline = records["ABLFL"].eq("Y")
    visits = analysis_visit(records, baseline)

    def infusion(references: pd.Series) -> pd.Series:
        number = references.astype("string").str.extract(settings.infusion_pattern)[0]
        return pd.to_numeric(number).astype("float64")

    point = records["LBTPT"].astype("object")
    places = {
        **dict(visits.items()),
        "ATPT": point.where(point.notna(), None),
        "ATPTN": records["LBTPTNUM"].astype("float64"),
        "INFNUM": each_once(records["LBTPTREF"], infusion),
    }
    out = with_columns(records, places)
    unscheduled = _unscheduled(records["VISIT"], settings.unscheduled)
    before_infusion = out["ATPT"].isna() | out["ATPT"].isin(settings.pre_infusion)
    valued = out["AVAL"].notna()
    planned = before_infusion & ~unscheduled
    at_visit = valued & (baseline | (records["AFTER"] & planned))
    at_point = valued & out["INFNUM"].notna() & out["ATPT"].notna()
    counted = {
        "ANL01FL": yes(_one_each(out, at_visit, VISIT_KEY, settings.repeated)),
        "ANL02FL": yes(_one_each(out, at_point, POINT_KEY, settings.repeated)),
    }
    return _with_pre_infusion(with_columns(out, counted), settings.pre_infusion)


def _unscheduled(visits: pd.Series, pattern: str) -> pd.Series:
    """Return where a visit is unscheduled or not named."""
    found = {name: re.search(pattern, name) is not None for name in visits.dropna().unique()}
    return visits.isna() | visits.map(found).eq(True)


def _one_each(
    records: pd.DataFrame, may: pd.Series, key: list[str], keep: Literal["first", "last"]
) -> pd.Series:
    """Return where a record is the first or last of those that may count for its key."""
    chosen = records.loc[may, key].drop_duplicates(key, keep=keep).index
    return records.index.to_series().isin(chosen)


def _with_pre_infusion(records: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    """Return the records with the value before the same infusion, and the change from it."""
    key = ["USUBJID", "PARAMCD", "INFNUM"]
    before = records["ATPT"].isin(names)
    counted = records.loc[before & records["ANL02FL"].eq("Y"), [*key, "AVAL"]]
    counted = counted.drop_duplicates(key, keep="last").rename(columns={"AVAL": "PREVAL"})
    value = records[key].merge(counted, on=key, how="left")["PREVAL"]
    value = value.where(records["ATPT"].notna().to_numpy() & records["INFNUM"].notna().to_numpy())
    value.index = records.index
    change = (records["AVAL"] - value).where(~before)
    return with_columns(records, {"PREVAL": value, "CHGPRE": change})
