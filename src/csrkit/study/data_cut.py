"""The data cut-off: a day, all of which counts, or a date and time (`2026-03-31T12:00`)."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any

from pydantic import BeforeValidator

END_OF_DAY = dt.time(23, 59, 59)
FORM = "YYYY-MM-DD or YYYY-MM-DDThh:mm"
# Names of folders can't hold a colon everywhere, so that a time may stand without.
_FORM = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T(\d{2}):?(\d{2}))?")


def parse_data_cut(text: str) -> dt.date:
    """Return the date, or the date and time (a `datetime`), that a text or folder's name means.

    Raises
    ------
    ValueError
        When it is neither.
    """
    match = _FORM.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no data cut-off: {FORM}")
    date = dt.date.fromisoformat(match[1])
    if match[2] is None:
        return date
    return dt.datetime.combine(date, dt.time(int(match[2]), int(match[3])))


def moment_of(cut: dt.date) -> dt.datetime:
    """Return the last moment whose data counts: 23:59:59 of a date without a time."""
    return cut if isinstance(cut, dt.datetime) else dt.datetime.combine(cut, END_OF_DAY)


def day_of(cut: dt.date) -> dt.date:
    """Return the day of a cut-off."""
    return cut.date() if isinstance(cut, dt.datetime) else cut


def text_of(cut: dt.date) -> str:
    """Return a cut-off as text: `2026-03-31`, or `2026-03-31T12:00`."""
    return cut.isoformat(timespec="minutes") if isinstance(cut, dt.datetime) else cut.isoformat()


def folder_name_of(cut: dt.date) -> str:
    """Return a cut-off as a part of a file's name, without a colon: `2026-03-31T1200`."""
    return text_of(cut).replace(":", "")


def _from_setting(value: Any) -> Any:
    if isinstance(value, str):
        return parse_data_cut(value)
    # What a minute can't tell would be lost on the way into names and texts.
    if isinstance(value, dt.datetime) and (value.second or value.microsecond or value.tzinfo):
        raise ValueError(f"{value.isoformat()} is no data cut-off: {FORM}")
    return value


DataCut = Annotated[dt.datetime | dt.date, BeforeValidator(_from_setting)]
"""A cut-off in `study.yml`, or of a run."""
