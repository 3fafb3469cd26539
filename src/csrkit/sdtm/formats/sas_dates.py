"""SAS dates: days, and times: seconds, since 1960-01-01; and which formats mean them."""

from __future__ import annotations

import re
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

EPOCH = pd.Timestamp("1960-01-01")
DATE_FORMAT, DATETIME_FORMAT, TIME_FORMAT = "DATE9.", "DATETIME20.", "TIME8."

Kind = Literal["date", "datetime", "time"]
KINDS: dict[str, Kind] = {
    **dict.fromkeys(
        ("DATE", "DDMMYY", "MMDDYY", "YYMMDD", "E8601DA", "B8601DA", "IS8601DA"), "date"
    ),
    **dict.fromkeys(("DATETIME", "E8601DT", "B8601DT", "IS8601DT"), "datetime"),
    **dict.fromkeys(("TIME", "TOD", "E8601TM", "B8601TM", "IS8601TM"), "time"),
}
FORMATS: dict[Kind, str] = {
    "date": DATE_FORMAT,
    "datetime": DATETIME_FORMAT,
    "time": TIME_FORMAT,
}
SHAPES: dict[Kind, str] = {
    "date": r"^\d{4}-\d\d-\d\d$",
    "datetime": r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?$",
    "time": r"^\d\d:\d\d:\d\d(\.\d+)?$",
}

Floats = npt.NDArray[np.float64]


def kind_of(fmt: str) -> Kind | None:
    """Return what a SAS format makes of a number: a date, date-time or time; None for a number."""
    name = fmt.upper().partition(".")[0]
    return KINDS.get(name) or KINDS.get(name.rstrip("0123456789"))


def from_iso(texts: list[str | None], kind: Kind) -> Floats:
    """Return ISO 8601 texts as SAS numbers.

    Raises
    ------
    ValueError
        When a text isn't a whole date, date-time or time.
    """
    whole = re.compile(SHAPES[kind])
    if not all(text is None or whole.match(text) for text in texts):
        raise ValueError(f"not a whole {kind}")
    if kind == "time":
        gone = pd.to_timedelta(pd.Series(texts, dtype=object))
        return np.asarray(gone / pd.Timedelta(seconds=1), dtype=np.float64)
    moments = pd.to_datetime(pd.Series(texts, dtype=object), format="ISO8601")
    unit = pd.Timedelta(days=1) if kind == "date" else pd.Timedelta(seconds=1)
    return np.asarray((moments - EPOCH) / unit, dtype=np.float64)


def to_iso(numbers: Floats, kind: Kind) -> list[str | None]:
    """Return SAS numbers as ISO 8601 texts; a missing number as None."""
    unit: Literal["D", "s"] = "D" if kind == "date" else "s"
    moments = pd.Series(EPOCH + pd.TimedeltaIndex(pd.to_timedelta(numbers, unit=unit)))
    parts = np.nan_to_num(numbers) % 1
    seconds = "%S.%f" if kind != "date" and parts.any() else "%S"
    shapes = {
        "date": "%Y-%m-%d",
        "datetime": f"%Y-%m-%dT%H:%M:{seconds}",
        "time": f"%H:%M:{seconds}",
    }
    texts = moments.dt.strftime(shapes[kind]).astype(object)
    return list(texts.where(moments.notna(), None))
