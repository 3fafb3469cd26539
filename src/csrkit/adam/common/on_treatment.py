"""The end of the time on treatment: one rule for events, medications and findings."""

from __future__ import annotations

import pandas as pd


def is_by_end_of_treatment(dates: pd.Series, last_dose: pd.Series, days: int) -> pd.Series:
    """Return where a date is at most so many days after the last dose (bool).

    A treatment whose last dose isn't known has no end that anything could be after.

    Parameters
    ----------
    dates
        Days (datetime64); a missing one is by no known end.
    last_dose
        TRTEDT of the record's subject: the data cut where the treatment goes on (see
        `exposure.ends.add_ends`).
    days
        Days after the last dose that still count.
    """
    out: pd.Series = last_dose.isna() | dates.le(last_dose + pd.Timedelta(days=days))
    return out
