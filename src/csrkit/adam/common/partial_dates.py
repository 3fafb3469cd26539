"""What a partial ISO 8601 date knows and may mean: the ground of imputation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from csrkit.sdtm import iso
from csrkit.sdtm.keys import record_keys

Limit = pd.Series | dt.date | str | None
Limits = Limit | Sequence[Limit]

# Highest part of date and of time missing, by how many parts are known without a gap.
_MISSING_DATE = np.array(["Y", "M", "D", None, None, None, None], dtype=object)
_MISSING_TIME = np.array(["H", "H", "H", "H", "M", "S", None], dtype=object)
_DAY, _MONTH = 2, 1
"""Places of parts."""


@dataclass(frozen=True)
class Partial:
    """Dates of which parts are missing, each distinct one once, or one a record.

    Attributes
    ----------
    known
        Parts up to the first gap, shape (n, 6), NaN beyond it: `2025---15` is a year.
    first, last
        Earliest and latest moment that the known parts, or the interval, can mean, NaT without a
        year.
    interval
        Which of them are intervals of uncertainty.
    no_date, no_time
        Highest part of date (Y, M, D) and of time (H, M, S) missing; None where none is.
    rows
        Which of them each record has; None when there is one a record.
    records
        Index of the column.
    """

    known: iso.Floats
    first: iso.Times
    last: iso.Times
    interval: npt.NDArray[np.bool_]
    no_date: pd.Series
    no_time: pd.Series
    rows: npt.NDArray[np.intp] | None
    records: pd.Index

    def of_records(self, found: pd.DataFrame) -> pd.DataFrame:
        """Return what was made of the dates, one row a record."""
        if self.rows is not None:
            found = found.take(self.rows)
            found.index = self.records
        return found

    def moments(self, found: iso.Times) -> pd.Series:
        """Return moments as a column, index as the parts missing."""
        return pd.Series(found, index=self.no_date.index)


def drop_time_zone(values: pd.Series, records: pd.DataFrame | None = None) -> pd.Series:
    """Return valid ISO 8601 text; blank text is missing. A zone counts for nothing (`sdtm.iso`).

    Raises
    ------
    DataError
        When a date is impossible or not ISO 8601; the message names the record.
    """
    text = _text(values)
    _require_valid(iso.parse(text), text, records)
    return text


def parse_partial_dates(
    values: pd.Series, records: pd.DataFrame | None = None, *, each_record: bool = False
) -> Partial:
    """Return what dates know and what they lack.

    Parameters
    ----------
    values
        ISO 8601 text, None or blank when missing.
    records
        Frame that `values` is a column of, for an error.
    each_record
        One a record, where what is made of a date hangs on the record too; else each distinct
        date once.

    Raises
    ------
    DataError
        When a date is impossible or not ISO 8601; the message names the record.
    """
    text = _text(values)
    dates = iso.parse(text)
    _require_valid(dates, text, records)
    rows = dates.rows if each_record else slice(None)
    parts, interval = dates.parts[rows], dates.interval[rows]
    count = iso.known_parts(parts)
    beyond = np.arange(parts.shape[1]) >= count[:, None]
    known = np.where(beyond, np.nan, parts)
    index = dates.index if each_record else pd.RangeIndex(len(parts))
    return Partial(
        known,
        np.where(interval, dates.first[rows], iso.first_moments(known)),
        np.where(interval, dates.last[rows], iso.last_moments(known)),
        interval,
        pd.Series(_MISSING_DATE[count], index=index),
        pd.Series(_MISSING_TIME[count], index=index),
        None if each_record else dates.rows,
        dates.index,
    )


def _text(values: pd.Series) -> pd.Series:
    return values.astype(object).where(values.notna() & values.ne(""), None)


def find_earliest_and_latest(partial: Partial) -> tuple[pd.Series, pd.Series]:
    """Return the earliest and the latest moment that partial date-times may stand for."""
    unknown = partial.no_date.eq("Y")
    earliest, latest = partial.moments(partial.first), partial.moments(partial.last)
    return (
        earliest.mask(unknown, pd.Timestamp.min.ceil("D")),
        latest.mask(unknown, pd.Timestamp.max.floor("D")),
    )


def find_middle(partial: Partial) -> pd.Series:
    """Return the middle of partial dates: the 15th of a month, 30 June of a year.

    Of an interval it is the moment halfway between its ends.
    """
    parts = partial.known.copy()
    parts[partial.no_date.eq("D"), _DAY] = 15
    parts[partial.no_date.eq("M"), _MONTH : _DAY + 1] = 6, 30
    halfway = partial.first + (partial.last - partial.first) // 2
    return partial.moments(np.where(partial.interval, halfway, iso.first_moments(parts)))


def clip_to_limits(
    chosen: pd.Series,
    earliest: pd.Series,
    latest: pd.Series,
    missing: pd.Series,
    not_before: Limits,
    not_after: Limits,
    *,
    day: bool,
) -> pd.Series:
    """Move imputed values to the limits that lie within their range."""
    unknown = missing.eq("Y")
    out = chosen.mask(unknown)
    for limits, later in ((not_before, True), (not_after, False)):
        for limit in _each(limits, chosen.index, day):
            binds = missing.notna() & limit.ge(earliest) & limit.le(latest)
            beyond = limit.gt(out) if later else limit.lt(out)
            # Of an unknown year nothing is known, so that only a limit can stand for it.
            out = out.mask(binds & (beyond | (unknown & out.isna())), limit)
    return out


def _each(limits: Limits, index: pd.Index, day: bool) -> list[pd.Series]:
    """Return every limit as one moment a record (midnight when `day`)."""
    several = [limits] if isinstance(limits, (pd.Series, dt.date, str)) else limits or []
    series = [
        limit if isinstance(limit, pd.Series) else pd.Series(pd.Timestamp(limit), index=index)
        for limit in several
        if limit is not None
    ]
    moments = [each.astype("datetime64[ns]") for each in series]
    return [each.dt.normalize() for each in moments] if day else moments


def _require_valid(dates: iso.Dates, text: pd.Series, records: pd.DataFrame | None) -> None:
    """Stop at an impossible date, naming subject and record."""
    if dates.valid.all():
        return
    wrong = dates.of_records(dates.valid).eq(False)
    name = str(text.name) if text.name is not None else ""
    record = pd.Series([f"record {n}" for n in range(1, len(text) + 1)], index=text.index)
    if records is not None:
        keys = record_keys(name[:2], records)
        record = records["USUBJID"] + " " + keys if "USUBJID" in records else keys
    iso.require_valid(text.rename(name or "date")[wrong], record[wrong], name[:2] or "a date")
