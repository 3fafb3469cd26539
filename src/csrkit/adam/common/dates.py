"""Dates of ADaM: partial ISO 8601 dates imputed as asked, study days, durations.

The rule is that of the R package admiral (`derive_vars_dt`, `derive_vars_dtm`): what stands below
the highest missing part is dropped (`2025---15` is a year), a part is imputed only up to the
highest one allowed, and limits bind only where the partial date allows them. An interval of
uncertainty is imputed between its ends.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import pandas as pd

from csrkit.adam.common.partial_dates import (
    Limits,
    clip_to_limits,
    find_earliest_and_latest,
    find_middle,
    parse_partial_dates,
)
from csrkit.errors import UsageError

Highest = Literal["n", "h", "D", "M", "Y"]
How = Literal["first", "mid", "last"]

LAST_MOMENT = pd.Timedelta(days=1) - pd.Timedelta(seconds=1)
"""From midnight to the last second of a day."""

# Highest parts of a date that may be imputed, by the setting.
_IMPUTABLE = {"n": "", "h": "", "D": "D", "M": "DM", "Y": "DMY"}


def impute_dates(
    values: pd.Series,
    highest: Highest = "M",
    how: How = "first",
    not_before: Limits = None,
    not_after: Limits = None,
    records: pd.DataFrame | None = None,
) -> tuple[pd.Series, pd.Series]:
    """Turn ISO 8601 text into dates, imputing missing parts.

    Parameters
    ----------
    values
        ISO 8601 dates or date-times, whole or partial; None when missing.
    highest
        Highest part that may be imputed: `n` and `h` none, `D` day, `M` month, `Y` year.
    how
        A missing part becomes its first, middle (the 15th; 30 June) or last value.
    not_before, not_after
        Limits of an imputed date: a value, one a record, or several of these. A limit outside the
        range of the partial date doesn't bind; a missing year (or date) is imputed from a limit
        alone.
    records
        Frame that `values` is a column of; an error names the record by its USUBJID and --SEQ.

    Returns
    -------
    dates : Series of datetime64[ns] at midnight, NaT where not imputed
    flags : Series of `Y`, `M` or `D`, the highest part imputed (ADaM --DTF), None when none was

    Raises
    ------
    DataError
        When a date is impossible or not ISO 8601; the message names the record.
    UsageError
        When `highest` or `how` isn't one of the above.
    """
    _check_choice("highest", highest, tuple(_IMPUTABLE))
    _check_choice("how", how, ("first", "mid", "last"))

    limited = not_before is not None or not_after is not None
    partial = parse_partial_dates(values, records, each_record=limited)
    missing = partial.no_date
    earliest, latest = (moment.dt.normalize() for moment in find_earliest_and_latest(partial))
    chosen = find_middle(partial) if how == "mid" else earliest if how == "first" else latest
    dates = clip_to_limits(chosen, earliest, latest, missing, not_before, not_after, day=True)
    dates = dates.where(missing.isna() | missing.isin(list(_IMPUTABLE[highest])))
    found = partial.of_records(pd.DataFrame({"DT": dates, "DTF": _flags(missing, dates)}))
    return found["DT"], found["DTF"]


def impute_date(
    dtc: str | None,
    highest: Highest = "M",
    how: How = "first",
    not_before: dt.date | str | None = None,
    not_after: dt.date | str | None = None,
) -> tuple[dt.date | None, str | None]:
    """Return one date and its imputation flag; the rule and the errors are those of `impute_dates`.

    >>> impute_date("2025-06", how="last")
    (datetime.date(2025, 6, 30), 'D')
    """
    dates, flags = impute_dates(pd.Series([dtc], dtype=object), highest, how, not_before, not_after)
    date = dates.iloc[0]
    return (None if pd.isna(date) else date.date()), flags.iloc[0]


def impute_datetimes(
    values: pd.Series,
    highest: Highest = "h",
    how: How = "first",
    time: Literal["first", "last"] = "first",
    not_before: Limits = None,
    not_after: Limits = None,
    records: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Turn ISO 8601 text into date-times, imputing missing parts of date and time.

    Parameters are those of `impute_dates`; `highest="h"` imputes the time alone, `n` nothing.
    `time` makes a missing time 00:00:00 (first) or 23:59:59 (last). A time zone is dropped: the
    local clock time is the analysis time. Limits may hold a time, and bind within the range of the
    value.

    Returns
    -------
    DataFrame
        `DTM` datetime64[ns], `DTF` the highest date part imputed (Y, M, D) and `TMF` the highest
        time part imputed (H, M, S), None when none was.
    """
    _check_choice("highest", highest, tuple(_IMPUTABLE))
    _check_choice("how", how, ("first", "mid", "last"))
    _check_choice("time", time, ("first", "last"))

    limited = not_before is not None or not_after is not None
    partial = parse_partial_dates(values, records, each_record=limited)
    no_date, no_time = partial.no_date, partial.no_time
    earliest, latest = find_earliest_and_latest(partial)
    date = find_middle(partial) if how == "mid" else earliest if how == "first" else latest
    clock = earliest if time == "first" else latest
    chosen = date.dt.normalize() + (clock - clock.dt.normalize())
    # The date of one end and the clock of the other may lie outside an interval.
    chosen = chosen.clip(earliest, latest)
    lacking = no_date.where(no_date.notna(), no_time)
    moments = clip_to_limits(chosen, earliest, latest, lacking, not_before, not_after, day=False)
    allowed = no_date.isna() | no_date.isin(list(_IMPUTABLE[highest]))
    if highest == "n":
        allowed &= no_time.isna()
    moments = moments.where(allowed)
    flags = {"DTF": _flags(no_date, moments), "TMF": _flags(no_time, moments)}
    return partial.of_records(pd.DataFrame({"DTM": moments, **flags}))


def derive_study_day(dates: pd.Series, reference: pd.Series) -> pd.Series:
    """Return the study day of each date: 1 on the reference date, -1 the day before, no day 0."""
    days = _days_between(reference, dates)
    return days.where(days < 0, days + 1)


def derive_duration(start: pd.Series, end: pd.Series) -> pd.Series:
    """Return the days from start to end, both included: end − start + 1."""
    return _days_between(start, end) + 1


def _days_between(start: pd.Series, end: pd.Series) -> pd.Series:
    """Return the days from start to end, 0 on the same day."""
    days: pd.Series = (end.dt.normalize() - start.dt.normalize()).dt.days
    return days.astype("float64")


def _flags(missing: pd.Series, imputed: pd.Series) -> pd.Series:
    return missing.where(imputed.notna() & missing.notna(), None)


def _check_choice(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise UsageError(
            "There is no such way to impute a date",
            where=name,
            found=repr(value),
            allowed=allowed,
            remedy="Use one of these.",
        )
