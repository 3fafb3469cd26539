"""Dates of ADaM: partial ISO 8601 dates imputed as asked, study days, durations.

The rule is that of the R package admiral (`derive_vars_dt`, `derive_vars_dtm`): what stands below
the highest missing part is dropped (`2025---15` is a year), a part is imputed only up to the
highest one allowed, and limits bind only where the partial date allows them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Literal

import pandas as pd

from csrkit.adam.distinct import each_once
from csrkit.errors import UsageError
from csrkit.sdtm import iso
from csrkit.sdtm.keys import record_keys

Highest = Literal["n", "h", "D", "M", "Y"]
How = Literal["first", "mid", "last"]
Limit = pd.Series | dt.date | str | None
Limits = Limit | Sequence[Limit]

# Highest parts of a date that may be imputed, by the setting.
_IMPUTABLE = {"n": "", "h": "", "D": "D", "M": "DM", "Y": "DMY"}
# Highest part missing, and what is left of the text, by the last part known without a gap.
_MISSING_DATE = {"Y": "M", "M": "D"}
_MISSING_TIME = {"D": "H", "h": "M", "m": "S"}
_KNOWN_TEXT = {"Y": 4, "M": 7, "D": 10, "h": 13, "m": 16}
_ZONE = r"(?<=[\d])(?:Z|[+-]\d{2}(?::?\d{2})?)$"


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

    def impute(text: pd.Series) -> pd.DataFrame:
        text, missing, _ = _known(text)
        earliest, latest = (moment.dt.normalize() for moment in _range(text, missing))
        chosen = _middle(text, missing) if how == "mid" else earliest if how == "first" else latest
        dates = _within(chosen, earliest, latest, missing, not_before, not_after, day=True)
        dates = dates.where(missing.isna() | missing.isin(list(_IMPUTABLE[highest])))
        return pd.DataFrame({"DT": dates, "DTF": _flags(missing, dates)})

    found = _imputed(impute, local_text(values, records), not_before, not_after)
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

    def impute(text: pd.Series) -> pd.DataFrame:
        text, no_date, no_time = _known(text)
        earliest, latest = _range(text, no_date)
        date = _middle(text, no_date) if how == "mid" else earliest if how == "first" else latest
        clock = earliest if time == "first" else latest
        chosen = date.dt.normalize() + (clock - clock.dt.normalize())
        partial = no_date.where(no_date.notna(), no_time)
        moments = _within(chosen, earliest, latest, partial, not_before, not_after, day=False)
        allowed = no_date.isna() | no_date.isin(list(_IMPUTABLE[highest]))
        if highest == "n":
            allowed &= no_time.isna()
        moments = moments.where(allowed)
        return pd.DataFrame(
            {"DTM": moments, "DTF": _flags(no_date, moments), "TMF": _flags(no_time, moments)}
        )

    return _imputed(impute, local_text(values, records), not_before, not_after)


def impute_datetime(
    dtc: str | None,
    highest: Highest = "h",
    how: How = "first",
    time: Literal["first", "last"] = "first",
    not_before: dt.datetime | str | None = None,
    not_after: dt.datetime | str | None = None,
) -> tuple[dt.datetime | None, str | None, str | None]:
    """Return one date-time with its date and time flags, by the rule of `impute_datetimes`."""
    row = impute_datetimes(
        pd.Series([dtc], dtype=object),
        highest,
        how,
        time,
        not_before,
        not_after,
    ).iloc[0]
    return (None if pd.isna(row["DTM"]) else row["DTM"].to_pydatetime()), row["DTF"], row["TMF"]


def study_day(dates: pd.Series, reference: pd.Series) -> pd.Series:
    """Return the study day of each date: 1 on the reference date, -1 the day before, no day 0."""
    days = _days_between(reference, dates)
    return days.where(days < 0, days + 1)


def duration(start: pd.Series, end: pd.Series) -> pd.Series:
    """Return the days from start to end, both included: end − start + 1."""
    return _days_between(start, end) + 1


def _days_between(start: pd.Series, end: pd.Series) -> pd.Series:
    """Return the days from start to end, 0 on the same day."""
    days: pd.Series = (end.dt.normalize() - start.dt.normalize()).dt.days
    return days.astype("float64")


def local_text(values: pd.Series, records: pd.DataFrame | None = None) -> pd.Series:
    """Return valid ISO 8601 text without its time zone; blank text is missing.

    Raises
    ------
    DataError
        When a date is impossible or not ISO 8601; the message names the record.
    """
    text = each_once(values, _without_zone)
    _require_valid(text, records)
    return text


def _imputed(
    impute: Callable[[pd.Series], pd.DataFrame],
    text: pd.Series,
    not_before: Limits,
    not_after: Limits,
) -> pd.DataFrame:
    """Impute each distinct value once, unless limits differ between records."""
    limited = not_before is not None or not_after is not None
    return impute(text) if limited else each_once(text, impute)


def _known(text: pd.Series) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Return the text up to its first gap, and the highest part of date and of time missing.

    The parts are Y, M, D and H, M, S, None where none is missing.
    """
    precision = iso.precision(text)
    ends = precision.map(_KNOWN_TEXT)
    for end in _KNOWN_TEXT.values():
        text = text.mask(ends.eq(end), text.str[:end])
    no_date = precision.map(_MISSING_DATE).astype(object).mask(precision.isna(), "Y")
    no_time = precision.map(_MISSING_TIME).astype(object).mask(no_date.notna(), "H")
    return text, no_date.where(no_date.notna(), None), no_time.where(no_time.notna(), None)


def _without_zone(values: pd.Series) -> pd.Series:
    """Return the local clock time of each value; blank text is missing."""
    text = values.astype(object).where(values.notna() & values.ne(""), None)
    zoned = text.str.contains("T", na=False)
    if not zoned.any():
        return text
    return text.mask(zoned, text.str.replace(_ZONE, "", regex=True))


def _require_valid(text: pd.Series, records: pd.DataFrame | None) -> None:
    """Stop at an impossible date, naming subject and record."""
    wrong = ~iso.is_valid(text)
    if not wrong.any():
        return
    name = str(text.name) if text.name is not None else ""
    record = pd.Series([f"record {n}" for n in range(1, len(text) + 1)], index=text.index)
    if records is not None:
        keys = record_keys(name[:2], records)
        record = records["USUBJID"] + " " + keys if "USUBJID" in records else keys
    iso.require_valid(text.rename(name or "date")[wrong], record[wrong], name[:2] or "a date")


def _flags(missing: pd.Series, imputed: pd.Series) -> pd.Series:
    return missing.where(imputed.notna() & missing.notna(), None)


def _range(text: pd.Series, missing: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return the earliest and the latest moment that partial date-times may stand for."""
    unknown = missing.eq("Y")
    earliest = iso.earliest(text).mask(unknown, pd.Timestamp.min.ceil("D"))
    latest = iso.latest(text).mask(unknown, pd.Timestamp.max.floor("D"))
    return earliest, latest


def _middle(text: pd.Series, missing: pd.Series) -> pd.Series:
    """Return the middle of partial dates: the 15th of a month, 30 June of a year."""
    halves = text.mask(missing.eq("D"), text + "-15").mask(missing.eq("M"), text + "-06-30")
    return iso.earliest(halves.mask(missing.eq("Y"), None))


def _within(
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


def _check_choice(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise UsageError(
            "There is no such way to impute a date",
            where=name,
            found=repr(value),
            allowed=allowed,
            remedy="Use one of these.",
        )
