"""Confidence intervals of the difference of two independent proportions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

from csrkit.stats.estimate import Numbers
from csrkit.stats.proportions import wilson

EMPTY_GROUP = "no subject in a group"


def newcombe(
    count1: int, total1: int, count2: int, total2: int, level: float = 0.95
) -> Numbers[float]:
    """Return a difference of proportions with Newcombe's hybrid score interval.

    Parameters
    ----------
    count1, total1
        Subjects with the event and subjects of the first group.
    count2, total2
        Those of the second group.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    Numbers
        (count1 / total1 - count2 / total2, lower, upper); NaN with a reason when a group is empty.

    Raises
    ------
    ValueError
        When a count isn't a whole number between 0 and its total, or `level` isn't between 0 and 1.

    Notes
    -----
    Newcombe RG. Stat Med 1998;17:873-890, method 10: the Wilson intervals of both, without
    continuity correction. The same as SAS PROC FREQ (RISKDIFF CL=NEWCOMBE).
    """
    low1, high1 = wilson(count1, total1, level)
    low2, high2 = wilson(count2, total2, level)
    if total1 == 0 or total2 == 0:
        return Numbers([np.nan] * 3, [EMPTY_GROUP] * 3)
    p1, p2 = count1 / total1, count2 / total2
    difference = p1 - p2
    lower = difference - float(np.hypot(p1 - low1, high2 - p2))
    upper = difference + float(np.hypot(high1 - p1, p2 - low2))
    return Numbers([difference, lower, upper], [None] * 3)


def miettinen_nurminen(
    count1: int, total1: int, count2: int, total2: int, level: float = 0.95
) -> Numbers[float]:
    """Return a difference of proportions with the score interval of Miettinen and Nurminen.

    Parameters, result and errors are those of `newcombe`.

    Notes
    -----
    Miettinen OS, Nurminen M. Stat Med 1985;4:213-226: the differences that a score test doesn't
    reject, its variance by restricted maximum likelihood times N / (N - 1). The same as SAS PROC
    FREQ (RISKDIFF CL=MN) and R's ratesci. statsmodels' search for the limits fails in small groups.
    """
    wilson(count1, total1, level)
    wilson(count2, total2, level)
    if total1 == 0 or total2 == 0:
        return Numbers([np.nan] * 3, [EMPTY_GROUP] * 3)
    z = float(norm.ppf((1 + level) / 2))
    groups = (float(count1), float(total1), float(count2), float(total2))
    difference = count1 / total1 - count2 / total2

    def beyond(delta: float) -> float:
        """Say how far the score test of a difference lies beyond its critical value, squared."""
        gap = difference - delta
        return gap**2 - z**2 * _variance(delta, *groups)

    lower = -1.0 if beyond(-1.0) <= 0 else _root(beyond, -1.0, difference)
    upper = 1.0 if beyond(1.0) <= 0 else _root(beyond, 1.0, difference)
    return Numbers([difference, lower, upper], [None] * 3)


def _root(beyond: Callable[[float], float], end: float, difference: float) -> float:
    """Return where the test turns from rejecting at the end to not rejecting at the estimate."""
    # At the estimate itself the variance can be 0, as for 0/n and 0/m, and the gap is.
    inner = difference + float(np.sign(end - difference)) * 1e-10
    return float(brentq(beyond, end, inner, xtol=1e-14))


def _variance(delta: float, x1: float, n1: float, x2: float, n2: float) -> float:
    """Return the variance of the difference by restricted maximum likelihood, given its value.

    The estimate solves the cubic equation of Miettinen and Nurminen.
    """
    total, events = n1 + n2, x1 + x2
    l2 = (n1 + 2 * n2) * delta - total - events
    l1 = (n2 * delta - total - 2 * x2) * delta + events
    l0 = x2 * delta * (1 - delta)
    shift = l2 / (3 * total)
    q = shift**3 - l1 * l2 / (6 * total**2) + l0 / (2 * total)
    size = float(np.sqrt(max(shift**2 - l1 / (3 * total), 0.0)))
    radius = float(np.copysign(size, q))
    angle = (np.pi + np.arccos(np.clip(q / radius**3, -1, 1))) / 3 if size > 0 else 0.0
    p2 = min(max(2 * radius * float(np.cos(angle)) - shift, 0.0, -delta), 1.0, 1.0 - delta)
    p1 = min(max(p2 + delta, 0.0), 1.0)
    return (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * total / (total - 1)
