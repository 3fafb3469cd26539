"""Checks of what every time-to-event estimate is given: times, events, labels."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

NO_SUBJECT = "no subject"
CURVE_ABOVE = "too few events: the curve does not come down to it"
LIMIT_ABOVE = "the confidence limit of the curve does not come down to it"
AFTER_LAST = "no subject was followed as long"
AT_0 = "a curve that has come down to 0 has no standard error and no limits"


def checked_times(time: ArrayLike) -> Floats:
    """Return times as an array.

    Raises
    ------
    ValueError
        When a time is missing, negative or infinite.
    """
    times = np.asarray(time, dtype=float).ravel()
    wrong = ~(np.isfinite(times) & (times >= 0))
    if wrong.any():
        raise ValueError(f"times must be finite numbers of 0 or more, found {times[wrong][0]}")
    return times


def subjects(time: ArrayLike, event: ArrayLike) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the times of subjects, and whether each is that of the event.

    Raises
    ------
    ValueError
        As `checked_times`, and when the lengths differ or an event is neither 0 nor 1.
    """
    times = checked_times(time)
    events = np.asarray(event, dtype=float).ravel()
    if times.size != events.size:
        raise ValueError(f"time has {times.size} values and event has {events.size}")
    unclear = ~np.isin(events, (0.0, 1.0))
    if unclear.any():
        raise ValueError(f"event must be 0 or 1 throughout, found {events[unclear][0]}")
    return times, events.astype(bool)


def labelled(labels: ArrayLike, size: int, what: str) -> tuple[Codes, NDArray[np.object_]]:
    """Return the place of each subject's label among the sorted labels, and these.

    Raises
    ------
    ValueError
        When there isn't one label a subject.
    """
    values = np.asarray(labels)
    if values.shape != (size,):
        raise ValueError(f"{what} must have one label for each of the {size} subjects")
    codes, found = pd.factorize(values, sort=True)
    if (codes < 0).any():
        raise ValueError(f"every subject needs a label of {what}")
    return codes, np.asarray(found, dtype=object)


def strata_of(stratum: ArrayLike | None, size: int) -> Codes:
    """Return the number of each subject's stratum; 0 throughout when there are none."""
    if stratum is None:
        return np.zeros(size, dtype=np.intp)
    return labelled(stratum, size, "stratum")[0]
