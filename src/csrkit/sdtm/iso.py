"""ISO 8601 dates and times of SDTM (--DTC), complete or partial, over whole columns.

A value may stop after any part (`2025`, `2025-06`, `2025-06-09T10:30`) or mark a missing part
by a hyphen (`2025---09`, `--06-09`, `2025-06-09T-:30`). An interval of uncertainty
(`2025-06-15/2025-06-17`) is a moment from the first date through the second: it knows the parts
that both have in common. So SDTMIG 3.4, section 4.4.2. `T24:00` is the end of a day, and so
00:00 of the next one (ISO 8601:2004, 4.2.3). Weeks (`2025-W05`), days of the year (`2025-123`) and
durations are no dates of SDTM.

A time may carry its zone (`T10:30Z`, `T10:30+08:00`, from -14:00 to +14:00). The zone is accepted
and then left out of account: times are compared as the local clock showed them, since the other
times of a subject, at the same site and almost always without a zone, can only be read so.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from csrkit.errors import DataError

FORMAT = (
    "ISO 8601, complete or partial: YYYY, YYYY-MM, YYYY-MM-DD, YYYY-MM-DDThh:mm[:ss][zone], "
    "or two of these as an interval, earlier/later"
)
BETWEEN = "/"
PARTS = ("year", "month", "day", "hour", "minute", "second")
PRECISIONS = ("Y", "M", "D", "h", "m", "s")
PATTERN = (
    r"^(?P<year>\d{4}|-)(?:-(?P<month>\d{2}|-)(?:-(?P<day>\d{2}|-)(?:T(?P<hour>\d{2}|-)"
    r"(?::(?P<minute>\d{2}|-)(?::(?P<second>\d{2}(?:\.\d{1,9})?|-))?)?"
    r"(?:Z|[+-](?:14(?::?00)?|(?:0\d|1[0-3])(?::?[0-5]\d)?))?)?)?)?$"
)
# datetime64[ns] reaches from 1677-09-21 to 2262-04-11; whole years within it.
FIRST_YEAR, LAST_YEAR = 1678, 2261
LEAP_YEAR = 2000

Floats = npt.NDArray[np.float64]
Times = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class Dates:
    """A column of dates, every distinct one parsed once.

    Attributes
    ----------
    parts
        Year, month, day, hour, minute, second of each distinct date, shape (n + 1, 6), NaN where
        unknown or the date is invalid. The last row stands for a missing date.
    first, last
        The earliest and latest moment that each can mean, NaT without a year.
    interval
        Which of them are intervals of uncertainty.
    valid
        Whether each is well formed and possible, shape (n + 1,); a missing one is.
    rows
        Which of them each record has, shape (records,).
    index, name
        Of the column.
    """

    parts: Floats
    first: Times
    last: Times
    interval: npt.NDArray[np.bool_]
    valid: npt.NDArray[np.bool_]
    rows: npt.NDArray[np.intp]
    index: pd.Index
    name: Hashable

    def of_records(self, found: npt.NDArray[Any]) -> pd.Series:
        """Return what was found of each distinct date as a column, one value a record."""
        return pd.Series(found[self.rows], index=self.index, name=self.name)


def parse(dates: pd.Series) -> Dates:
    """Parse ISO 8601 text, missing as None."""
    codes, distinct = pd.factorize(dates)
    text = pd.Series([*distinct, ""], dtype=object).astype(str)
    interval = text.str.contains(BETWEEN, regex=False).to_numpy(dtype=bool)
    parts, valid = _read(text.str.partition(BETWEEN)[0] if interval.any() else text)
    first, last = first_moments(parts), last_moments(parts)
    if interval.any():
        end, end_valid = _read(text[interval].str.partition(BETWEEN)[2])
        last[interval] = last_moments(end)
        valid[interval] &= end_valid & ~(first[interval] > last[interval])
        same = np.logical_and.accumulate(parts[interval] == end, axis=1)
        parts[interval] = np.where(same, end, np.nan)
        for found in (parts, first, last):
            found[interval & ~valid] = np.nan if found is parts else np.datetime64("NaT")
    # The last row stands for a missing date, which is valid.
    valid[-1] = True
    return Dates(parts, first, last, interval, valid, codes, dates.index, dates.name)


def _read(text: pd.Series) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return the parts of single dates, NaN where unknown, and which of them are possible."""
    found = text.str.extract(PATTERN)
    matched = found["year"].notna().to_numpy()
    parts = _end_of_day(found[list(PARTS)].where(found != "-").astype(float).to_numpy())
    valid = matched & _possible(parts)
    return np.where(valid[:, None], parts, np.nan), valid


def _end_of_day(parts: Floats) -> Floats:
    """Return the parts with 24:00 of a day, where it is whole, as 00:00 of the next."""
    day = np.arange(len(PARTS)) <= PARTS.index("day")
    known = ~np.isnan(parts[:, day]).any(axis=1)
    ends = known & (parts[:, 3] == 24) & (parts[:, 4] == 0) & ~(parts[:, 5] > 0)
    ends[ends] = _possible(np.where(day, parts[ends], np.nan))
    if not ends.any():
        return parts
    year, month, number = parts[ends, :3].T
    next_day = _month_start(year, month).astype("datetime64[D]") + number.astype("timedelta64[D]")
    date = pd.DatetimeIndex(next_day)
    out = parts.copy()
    out[ends, :4] = np.column_stack([date.year, date.month, date.day, np.zeros(len(date))])
    return out


def earliest(dates: pd.Series) -> pd.Series:
    """Return the earliest moment each date can mean (`2025-06` → 2025-06-01T00:00:00).

    Parameters
    ----------
    dates
        ISO 8601 text, missing as None.

    Returns
    -------
    Series of datetime64[ns], index as `dates`; NaT where missing, invalid or without a year.
    """
    parsed = parse(dates)
    return parsed.of_records(parsed.first)


def latest(dates: pd.Series) -> pd.Series:
    """Return the latest moment each date can mean (`2025-06` → 2025-06-30T23:59:59).

    Seconds are whole: the last moment of a day is 23:59:59. See `earliest` for the rest.
    """
    parsed = parse(dates)
    return parsed.of_records(parsed.last)


def is_valid(dates: pd.Series) -> pd.Series:
    """Return whether each date is well formed and possible; a missing one is valid (bool)."""
    parsed = parse(dates)
    return parsed.of_records(parsed.valid).rename(None)


def precision(dates: pd.Series) -> pd.Series:
    """Return the last part known without a gap before it: Y, M, D, h, m or s.

    None where the date is missing, invalid, or has no year. `2025---09` has precision Y, an
    interval that of the parts that its ends have in common.
    """
    parsed = parse(dates)
    names = np.array([None, *PRECISIONS], dtype=object)
    return parsed.of_records(names[known_parts(parsed.parts)]).rename(None)


def require_valid(dates: pd.Series, records: pd.Series, where: str) -> None:
    """Stop at a date that isn't one.

    Parameters
    ----------
    dates
        ISO 8601 text, named by its variable.
    records
        What to call each record (same index).
    where
        The domain or file the records stand in.

    Raises
    ------
    DataError
        Naming the variable, the first three records and their values.
    """
    wrong = ~is_valid(dates)
    if not wrong.any():
        return
    examples = [
        f"{record}: {dates.name}={value}"
        for record, value in zip(records[wrong][:3], dates[wrong][:3], strict=True)
    ]
    more = int(wrong.sum()) - len(examples)
    raise DataError(
        "A date is impossible or not in ISO 8601",
        where=f"{where}, variable {dates.name}",
        found="; ".join(examples) + (f"; and {more} more" if more else ""),
        allowed=FORMAT,
        remedy="Correct the date in the source data and deliver the domain again.",
    )


def known_parts(parts: Floats) -> npt.NDArray[np.intp]:
    """Return how many parts, from the year on, are known without a gap before them, 0 to 6."""
    return np.asarray(np.cumprod(~np.isnan(parts), axis=1).sum(axis=1), dtype=np.intp)


def first_moments(parts: Floats) -> Times:
    """Return the earliest moment that parts (n, 6) can mean; NaT without a year."""
    return _moments(parts, first=True)


def last_moments(parts: Floats) -> Times:
    """Return the latest moment that parts (n, 6) can mean; NaT without a year."""
    return _moments(parts, first=False)


def _possible(values: Floats) -> npt.NDArray[np.bool_]:
    """Return which rows of parts are dates of the calendar; unknown parts are no fault."""
    year, month, day, hour, minute, second = values.T

    def within(part: Floats, low: float, high: float | Floats) -> Any:
        return np.isnan(part) | ((part >= low) & (part <= high))

    in_range = within(year, FIRST_YEAR, LAST_YEAR) & within(month, 1, 12)
    safe_year = np.where(in_range & ~np.isnan(year), year, LEAP_YEAR)
    safe_month = np.where(in_range & ~np.isnan(month), month, 12)
    last_day = _days_in_month(safe_year, safe_month)
    time = within(hour, 0, 23) & within(minute, 0, 59) & (np.isnan(second) | (second < 60))
    return np.asarray(in_range & within(day, 1, last_day) & time)


def _month_start(year: Floats, month: Floats) -> Times:
    months = (year - 1970) * 12 + (month - 1)
    return months.astype("int64").astype("datetime64[M]")


def _days_in_month(year: Floats, month: Floats) -> Floats:
    start = _month_start(year, month)
    days = (start + 1).astype("datetime64[D]") - start.astype("datetime64[D]")
    return np.asarray(days, dtype="float64")


def _moments(parts: Floats, *, first: bool) -> Times:
    year, month, day, hour, minute, second = parts.T
    known = ~np.isnan(year)
    year = np.where(known, year, LEAP_YEAR)
    month = np.where(np.isnan(month), 1 if first else 12, month)
    last_day = _days_in_month(year, month)
    day = np.where(np.isnan(day), 1 if first else last_day, day)
    clock = [
        np.where(np.isnan(part), 0 if first else last, part)
        for part, last in ((hour, 23), (minute, 59), (second, 59))
    ]
    seconds = (clock[0] * 60 + clock[1]) * 60 + np.floor(clock[2])
    fraction = np.round((clock[2] - np.floor(clock[2])) * 1e9).astype("timedelta64[ns]")
    moment = (
        _month_start(year, month).astype("datetime64[D]")
        + (day - 1).astype("timedelta64[D]")
        + seconds.astype("timedelta64[s]")
    ).astype("datetime64[ns]") + fraction
    return np.where(known, moment, np.datetime64("NaT", "ns"))
