"""The moments that a domain's dates stand for in the data cut."""

from __future__ import annotations

import pandas as pd

from csrkit.sdtm import iso
from csrkit.sdtm.keys import record_names


def parse_moments(domain: str, frame: pd.DataFrame, variable: str) -> pd.Series:
    """Return the earliest moment of each record's date, to the second (datetime64[ns]).

    Fractions of a second are dropped, as datacutr does, so that 23:59:59.5 belongs to its day.

    Raises
    ------
    DataError
        When a date is impossible; it names the record.
    """
    dates = frame[variable]
    wrong = ~iso.is_valid(dates)
    if wrong.any():
        iso.require_valid(dates[wrong], record_names(domain, frame[wrong]), domain)
    whole_seconds: pd.Series = iso.earliest(dates).dt.floor("s")
    return whole_seconds
