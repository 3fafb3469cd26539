"""Planned time points around an infusion: which one, and whether before or after its start.

Source: SDTMIG 3.4, section 4.4.10 (--TPT, --TPTNUM, --ELTM, --TPTREF).
"""

from __future__ import annotations

import re
from typing import Literal

import numpy as np
import pandas as pd

from csrkit.sdtm.distinct import apply_to_distinct
from csrkit.study.derivations.sources import TimePoints

PARTS = ("TPT", "TPTNUM", "TPTREF", "ELTM")
BEFORE, AFTER = -1.0, 1.0
"""Values of TIMING; NaN where the time point doesn't tell."""
POINT_ORDER = ["INFNUM", "TIMING", "PLACE"]
"""What orders records of one moment; one that its time point doesn't tell of comes first."""
DURATION = (
    r"^(?P<sign>[-+])?P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:(?P<minutes>\d+(?:\.\d+)?)M)?"
    r"(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?$"
)
HOURS = {"weeks": 168.0, "days": 24.0, "hours": 1.0, "minutes": 1 / 60, "seconds": 1 / 3600}


def derive_time_points(records: pd.DataFrame, rule: TimePoints, name: str = "") -> pd.DataFrame:
    """Return what the planned time points of records say of an infusion.

    One is about an infusion when its reference (--TPTREF) is, by `rule.reference`, or when it has
    none. Then, in this order: one that `rule.before` names is before its start; an elapsed time
    (--ELTM) up to 0 is before, a longer one after; one in number (--TPTNUM) not after a time point
    of the same subject and reference that is before, is before, and likewise after; any other name
    is after, where `rule.before` names those that are before. Nothing is said without a rule.

    Parameters
    ----------
    records
        USUBJID, and TPT TPTNUM TPTREF ELTM of a domain.
    rule
        From `Derivations.time_points`.
    name
        What stands before these names: a domain such as `"VS"`, or nothing.

    Returns
    -------
    DataFrame
        INFNUM, the number of the infusion; TIMING, BEFORE or AFTER; PLACE, what orders the time
        points of one infusion; all float64, NaN where it isn't known. Index as `records`.
    """
    points = pd.DataFrame({part: records[f"{name}{part}"] for part in PARTS})
    points["USUBJID"] = records["USUBJID"]
    number = find_infusion(points["TPTREF"], rule.reference)
    about = number.notna() | points["TPTREF"].isna() | (rule.reference is None)
    if rule.reference is None and not rule.before:
        about &= False
    points["HOURS"] = parse_nominal_hours(points["ELTM"])
    timing = _find_timing(points, rule).where(about)
    place = points["TPTNUM"].astype("float64").fillna(points["HOURS"])
    return pd.DataFrame(
        {"INFNUM": number, "TIMING": timing, "PLACE": place.where(timing.notna())},
        index=records.index,
    )


def _find_timing(points: pd.DataFrame, rule: TimePoints) -> pd.Series:
    """Return BEFORE or AFTER of each time point, taken to be about an infusion."""
    hours = points["HOURS"]
    named = points["TPT"].isin(rule.before)
    known = pd.Series(np.where(hours <= 0, BEFORE, AFTER), points.index).where(hours.notna())
    known = known.mask(named, BEFORE)
    key = [points["USUBJID"], points["TPTREF"]]
    number = points["TPTNUM"].astype("float64")

    def reach(side: float, which: Literal["min", "max"]) -> pd.Series:
        return number.where(known.eq(side)).groupby(key, dropna=False).transform(which)

    by_number = pd.Series(float("nan"), index=points.index)
    by_number = by_number.mask(number.ge(reach(AFTER, "min")), AFTER)
    by_number = by_number.mask(number.le(reach(BEFORE, "max")), BEFORE)
    other = AFTER if rule.before else float("nan")
    named_otherwise = pd.Series(other, index=points.index).where(points["TPT"].notna())
    return known.fillna(by_number).fillna(named_otherwise)


def find_infusion(reference: pd.Series, pattern: str | None) -> pd.Series:
    """Return the number of the infusion that a time point refers to (float64)."""
    if pattern is None:
        return pd.Series(float("nan"), index=reference.index)
    numbers = {name: re.search(pattern, name) for name in reference.dropna().unique()}
    found = {name: float(match[1]) for name, match in numbers.items() if match}
    return reference.map(found).astype("float64")


def parse_nominal_hours(durations: pd.Series) -> pd.Series:
    """Return ISO 8601 durations (`PT1H30M`, `-PT15M`, `P7D`) in hours; NaN for any other text."""
    return apply_to_distinct(durations.astype(object), _parse_hours)


def _parse_hours(durations: pd.Series) -> pd.Series:
    parts = durations.str.extract(DURATION)
    amounts = parts[list(HOURS)].astype("float64")
    hours = (amounts.fillna(0) * pd.Series(HOURS)).sum(axis=1).where(amounts.notna().any(axis=1))
    return hours.where(parts["sign"].ne("-"), -hours) + 0.0
