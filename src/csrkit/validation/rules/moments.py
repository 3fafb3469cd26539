"""How dates of two records stand to one another, when they may be partial.

`surely` holds for every moment that the dates can mean, `possibly` for some but not for all of
them. What a day without a time leaves open within that day, only `is_before` leaves open too: an
event of a day and an infusion of the same day are on one day, whichever came first.
"""

from __future__ import annotations

from typing import Literal

import pandas as pd

from csrkit.sdtm import iso

Certainty = Literal["surely", "possibly"]


def is_before(earlier: pd.Series, later: pd.Series, certainty: Certainty = "surely") -> pd.Series:
    """Return where one date is before another (bool); a missing one is before none.

    Parameters
    ----------
    earlier, later
        ISO 8601 text, complete or partial, with the same index.
    certainty
        `surely`: every moment of the one before every moment of the other. `possibly`: not surely,
        but on an earlier day by some reading.
    """
    sure: pd.Series = iso.latest(earlier) < iso.earliest(later)
    if certainty == "surely":
        return sure
    may_be: pd.Series = ~sure & (_day(iso.earliest(earlier)) < _day(iso.latest(later)))
    return may_be


def is_running(
    start: pd.Series, end: pd.Series, asked: pd.Series, certainty: Certainty = "surely"
) -> pd.Series:
    """Return where what has a start and an end runs on the day of a date (bool).

    What has no end runs on; what has no start runs on no day that is known. Times that are known
    count: what ended before, or started after, the time asked doesn't run then.

    Parameters
    ----------
    start, end, asked
        ISO 8601 text, complete or partial, with the same index.
    certainty
        `surely`: by every reading of the dates. `possibly`: not surely, but by some reading.
    """
    met = (
        (_day(iso.earliest(start)) <= _day(iso.latest(asked)))
        & (iso.earliest(start) <= iso.latest(asked))
        & (end.isna() | (iso.latest(end) >= iso.earliest(asked)))
    )
    sure: pd.Series = (
        met
        & (_day(iso.latest(start)) <= _day(iso.earliest(asked)))
        & (end.isna() | (_day(iso.earliest(end)) >= _day(iso.latest(asked))))
    )
    if certainty == "surely":
        return sure
    may_be: pd.Series = met & ~sure
    return may_be


def _day(moments: pd.Series) -> pd.Series:
    days: pd.Series = moments.dt.normalize()
    return days
