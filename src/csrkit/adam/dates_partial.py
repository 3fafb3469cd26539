"""What a partial ISO 8601 date knows and may mean: the ground of imputation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd

from csrkit.sdtm import iso
from csrkit.sdtm.keys import record_keys

Limit = pd.Series | dt.date | str | None
Limits = Limit | Sequence[Limit]

# Highest part missing, and what is left of the text, by the last part known without a gap.
_MISSING_DATE = {"Y": "M", "M": "D"}
_MISSING_TIME = {"D": "H", "h": "M", "m": "S"}
_KNOWN_TEXT = {"Y": 4, "M": 7, "D": 10, "h": 13, "m": 16}


def local_text(values: pd.Series, records: pd.DataFrame | None = None) -> pd.Series:
    """Return valid ISO 8601 text; blank text is missing. A zone counts for nothing (`sdtm.iso`).

    Raises
    ------
    DataError
        When a date is impossible or not ISO 8601; the message names the record.
    """
    text = values.astype(object).where(values.notna() & values.ne(""), None)
    _require_valid(text, records)
    return text


def known_parts(text: pd.Series) -> tuple[pd.Series, pd.Series, pd.Series]:
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


def earliest_and_latest(text: pd.Series, missing: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return the earliest and the latest moment that partial date-times may stand for."""
    unknown = missing.eq("Y")
    earliest = iso.earliest(text).mask(unknown, pd.Timestamp.min.ceil("D"))
    latest = iso.latest(text).mask(unknown, pd.Timestamp.max.floor("D"))
    return earliest, latest


def middle(text: pd.Series, missing: pd.Series) -> pd.Series:
    """Return the middle of partial dates: the 15th of a month, 30 June of a year."""
    halves = text.mask(missing.eq("D"), text + "-15").mask(missing.eq("M"), text + "-06-30")
    return iso.earliest(halves.mask(missing.eq("Y"), None))


def within_limits(
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
