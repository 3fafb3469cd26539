"""Visits, time points around an infusion, and the one value of BDS records that counts at each."""

from __future__ import annotations

import re
from typing import Literal

import pandas as pd

from csrkit.adam.common.time_points import BEFORE
from csrkit.adam.common.variables import add_variables, flag_where
from csrkit.adam.common.visits import derive_analysis_visit
from csrkit.adam.findings.bds.baseline import KEY
from csrkit.study.derivations.findings import Findings

VISIT_KEY = [*KEY, "AVISIT"]
POINT_KEY = [*KEY, "INFNUM", "ATPT"]


def derive_visits(records: pd.DataFrame) -> pd.DataFrame:
    """Return the records with AVISIT AVISITN, and ATPT ATPTN.

    Parameters
    ----------
    records
        ABLFL MEAN VISIT VISITNUM TPT TPTNUM.
    """
    point = records["TPT"].astype(object)
    places = {
        **dict(derive_analysis_visit(records, _at_baseline(records)).items()),
        "ATPT": point.where(point.notna(), None),
        "ATPTN": records["TPTNUM"].astype("float64"),
    }
    return add_variables(records, places)


def derive_analysis_flags(records: pd.DataFrame, settings: Findings) -> pd.DataFrame:
    """Return the records with the flags of the values that count.

    Parameters
    ----------
    records
        In order of time, from `derive_visits`: KEY, VALUED ABLFL MEAN AFTER VISIT INFNUM TIMING.
    settings
        The dataset's section of `derivations`.

    Returns
    -------
    DataFrame
        With ANL01FL (one value a visit and basis: the baseline value, and after the first dose
        those of scheduled visits before that visit's infusion) and ANL02FL (one value an infusion
        and time point); of several values the first or last, by setting.
    """
    planned = ~_is_unscheduled(records["VISIT"], settings.unscheduled)
    if settings.infusion_pattern:
        planned &= records["ATPT"].isna() | records["TIMING"].eq(BEFORE)
    at_visit = records["VALUED"] & (_at_baseline(records) | (records["AFTER"] & planned))
    at_point = records["VALUED"] & records["INFNUM"].notna() & records["ATPT"].notna()
    flags = {
        "ANL01FL": flag_where(_one_each(records, at_visit, VISIT_KEY, settings.repeated)),
        "ANL02FL": flag_where(_one_each(records, at_point, POINT_KEY, settings.repeated)),
    }
    return add_variables(records, flags)


def derive_change_from_pre_infusion(records: pd.DataFrame) -> pd.DataFrame:
    """Return the records with PREVAL, the value before the same infusion, and CHGPRE from it.

    Parameters
    ----------
    records
        In order of time: KEY, AVAL INFNUM TIMING ATPT ANL02FL.
    """
    key = [*KEY, "INFNUM"]
    before = records["TIMING"].eq(BEFORE)
    counted = records.loc[before & records["ANL02FL"].eq("Y"), [*key, "AVAL"]]
    counted = counted.drop_duplicates(key, keep="last").rename(columns={"AVAL": "PREVAL"})
    value = records[key].merge(counted, on=key, how="left", validate="m:1")["PREVAL"]
    at_point = records["ATPT"].notna() & records["INFNUM"].notna()
    value = value.set_axis(records.index).where(at_point)
    change = (records["AVAL"] - value).where(~before)
    return add_variables(records, {"PREVAL": value, "CHGPRE": change})


def _at_baseline(records: pd.DataFrame) -> pd.Series:
    """Return where a record is the baseline value, or goes into the mean that is."""
    flagged = records["ABLFL"].eq("Y")
    return flagged | records["MEAN"].isin(records.loc[flagged, "MEAN"].dropna())


def _is_unscheduled(visits: pd.Series, pattern: str) -> pd.Series:
    """Return where a visit is unscheduled or not named."""
    found = {name: re.search(pattern, name) is not None for name in visits.dropna().unique()}
    return visits.isna() | visits.map(found).eq(True)


def _one_each(
    records: pd.DataFrame, may: pd.Series, key: list[str], keep: Literal["first", "last"]
) -> pd.Series:
    """Return where a record is the first or last of those that may count for its key."""
    chosen = records.loc[may, key].drop_duplicates(keep=keep).index
    return records.index.to_series().isin(chosen)
