"""Difference of two survival probabilities at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from csrkit.stats.estimate import Estimate, missing
from csrkit.stats.survival.curve import KaplanMeier

NOT_FOLLOWED = "no subject of a group was followed as long"
NO_ERROR = "the curve of a group has come down to 0, where it has no standard error"


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference of survival probabilities, first less second, and its interval."""

    estimate: Estimate
    std_error: Estimate
    lower: Estimate
    upper: Estimate
    level: float


def survival_difference(first: KaplanMeier, second: KaplanMeier, time: float) -> Difference:
    """Return the difference of two independent Kaplan-Meier curves at a time.

    Parameters
    ----------
    first, second
        The curves, of the same confidence level.
    time
        Time of 0 or more.

    Returns
    -------
    Difference
        With Greenwood's standard errors and a normal interval, cut at -1 and 1; no interval, with
        the reason, where a curve has no standard error.

    Raises
    ------
    ValueError
        When the levels differ, or the time is negative or missing.

    Notes
    -----
    Klein JP, Logan B, Harhoff M, Andersen PK. Stat Med 2007;26:4505-4519, without transformation.
    """
    if first.level != second.level:
        raise ValueError(f"the curves have levels {first.level} and {second.level}")
    at = [float(curve.at([time])["survival"].iloc[0]) for curve in (first, second)]
    if np.isnan(at).any():
        none = missing(NOT_FOLLOWED)
        return Difference(none, none, none, none, first.level)
    difference = Estimate(at[0] - at[1])
    error = float(np.hypot(_error(first, time), _error(second, time)))
    if np.isnan(error):
        none = missing(NO_ERROR)
        return Difference(difference, none, none, none, first.level)
    half = float(norm.ppf((1 + first.level) / 2)) * error
    lower, upper = max(difference.value - half, -1.0), min(difference.value + half, 1.0)
    return Difference(difference, Estimate(error), Estimate(lower), Estimate(upper), first.level)


def _error(curve: KaplanMeier, time: float) -> float:
    row = int(np.searchsorted(curve.table["time"].to_numpy(), time, side="right")) - 1
    return float(curve.table["std_error"].iloc[row])
