"""Incidence of adverse events by exposure: rates, piecewise exposure, time to first onset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from csrkit.stats.estimate import Estimate, missing
from csrkit.stats.proportions import NO_EXPOSURE, poisson_rate
from csrkit.stats.survival.data import checked_times, subjects

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rate:
    """An incidence rate.

    Attributes
    ----------
    events
        Subjects with the event.
    exposure
        Their and the others' time at risk, in the unit of the times given.
    rate, lower, upper
        Events by exposure, times `per`, with the exact (Garwood) interval.
    per, level
        Exposure that the rate is given for, and confidence level.
    """

    events: int
    exposure: float
    rate: Estimate
    lower: Estimate
    upper: Estimate
    per: float
    level: float


def exposure_adjusted_rate(
    time: ArrayLike, event: ArrayLike, per: float = 1.0, level: float = 0.95
) -> Rate:
    """Return the exposure-adjusted incidence rate: subjects with the event by time at risk.

    Parameters
    ----------
    time
        Time at risk of each subject: to the first event, or to the end of observation.
    event
        Whether the time ends with the event (True or 1) or without it.
    per
        Exposure that the rate is given for, in the unit of `time`: 36525 for 100 years in days.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    Rate
        Without a rate and with a reason when there is no exposure.

    Raises
    ------
    ValueError
        As `kaplan_meier`, when `per` isn't above 0, and when events stand against no exposure.

    Notes
    -----
    The rate supposes a constant hazard (Liu GF, Wang J, Liu K, Snavely DB. Stat Med
    2006;25:1275-1286); `piecewise_exposure` shows whether it is constant.
    """
    if not per > 0:
        raise ValueError(f"per must be above 0, found {per}")
    times, events = subjects(time, event)
    exposure, number = float(times.sum()), int(events.sum())
    rate, lower, upper = (
        missing(NO_EXPOSURE) if np.isnan(each) else Estimate(each)
        for each in poisson_rate(number, exposure / per, level)
    )
    return Rate(number, exposure, rate, lower, upper, per, level)


def piecewise_exposure(
    time: ArrayLike,
    event: ArrayLike,
    cuts: Sequence[float],
    per: float = 1.0,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return events, time at risk and rate by interval of time.

    Parameters
    ----------
    time, event, per, level
        As for `exposure_adjusted_rate`.
    cuts
        Times that the intervals are cut at, ascending, above 0.

    Returns
    -------
    pandas.DataFrame
        One row an interval: `start`, `end` (the last one infinite), `n_risk` (subjects observed
        into it), `n_event`, `exposure`, `rate`, `lower`, `upper`, `reason` (why there is no rate,
        else None). An interval holds its end, not its start: an event at a cut belongs to the
        interval before it, as in R `survSplit`; one at time 0 to the first.

    Raises
    ------
    ValueError
        As `exposure_adjusted_rate`, and when the cuts are not ascending and above 0.
    """
    if not per > 0:
        raise ValueError(f"per must be above 0, found {per}")
    times, events = subjects(time, event)
    inner = np.asarray(cuts, dtype=float)
    start = np.concatenate([[0.0], inner])
    end = np.concatenate([inner, [np.inf]])
    if not (np.isfinite(inner).all() and (np.diff(start) > 0).all()):
        raise ValueError(f"cuts must be ascending and above 0, found {list(cuts)}")
    place = np.searchsorted(inner, times, side="left")
    number = np.bincount(place[events], minlength=start.size)
    spent = np.clip(times[:, None] - start, 0.0, (end - start)[None, :])
    exposure = spent.sum(axis=0)
    rate, lower, upper = poisson_rate(number, exposure / per, level)
    frame = pd.DataFrame(
        {
            "start": start,
            "end": end,
            "n_risk": (spent > 0).sum(axis=0),
            "n_event": number,
            "exposure": exposure,
            "rate": rate,
            "lower": lower,
            "upper": upper,
        }
    )
    reason = np.full(start.size, None, dtype=object)
    reason[exposure == 0] = NO_EXPOSURE
    return frame.assign(reason=reason)


def first_onset(
    onset: ArrayLike, end: ArrayLike, died: ArrayLike
) -> tuple[Floats, NDArray[np.int64]]:
    """Return the time to the first onset of an event, with death competing.

    Parameters
    ----------
    onset
        Time of each subject's first onset, NaN when there was none.
    end
        Time at which the subject's observation ended.
    died
        Whether it ended by death.

    Returns
    -------
    tuple of numpy.ndarray
        (time, cause) as `csrkit.stats.survival.competing.cumulative_incidence` takes them: cause
        1 for an onset up to the end of observation, 2 for death without one, 0 for neither. An
        onset after the end isn't counted.

    Raises
    ------
    ValueError
        When lengths differ, a time is negative or infinite, an end is missing, or `died` is neither
        0 nor 1.

    Notes
    -----
    Allignol A, Beyersmann J, Schmoor C. Pharm Stat 2016;15:297-305, on why death competes with an
    adverse event and must not censor it.
    """
    ends, deaths = subjects(end, died)
    onsets = np.asarray(onset, dtype=float).ravel()
    if onsets.size != ends.size:
        raise ValueError(f"onset has {onsets.size} values and end has {ends.size}")
    checked_times(onsets[~np.isnan(onsets)])
    happened = onsets <= ends
    time = np.where(happened, onsets, ends)
    return time, np.where(happened, 1, np.where(deaths, 2, 0)).astype(np.int64)
