"""Areas under the concentration-time curve and its first moment, by trapezoidal rules.

Arrays have one row a profile and one column a sample; a segment is what lies between two samples.

Sources: Gabrielsson and Weiner, Pharmacokinetic and Pharmacodynamic Data Analysis, sections 2.8.1
and 2.8.3; Purves, J Pharmacokinet Biopharm 20 (1992) 211-226, for the moment by the log rule.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

METHODS = ("lin-up-log-down", "linear", "log")

# Below this relative difference the two rules agree to 13 digits, and the log rule loses them.
_EQUAL = 1e-6


class Area(NamedTuple):
    """Area under the curve (`auc`, time · concentration) and its moment (`aumc`, time² · conc.)."""

    auc: Array
    aumc: Array


class Segments(NamedTuple):
    """Segments of the curve: both ends of each, and whether the log rule integrates it."""

    t1: Array
    t2: Array
    c1: Array
    c2: Array
    by_log: Flags


def segments(time: Array, conc: Array, method: str) -> Segments:
    """Return the segments between the samples of each profile.

    Parameters
    ----------
    time, conc
        Times in order and concentrations ≥ 0, shape (profiles, samples); NaN pads the end.
    method
        `lin-up-log-down`: log rule where the concentration falls to a value above 0, else linear
        (Phoenix "linear up log down"); `linear`: linear everywhere; `log`: log rule wherever both
        ends are above 0 and differ, else linear.
    """
    c1, c2 = conc[:, :-1], conc[:, 1:]
    if method == "linear":
        by_log = np.zeros(c1.shape, dtype=bool)
    else:
        by_log = (c1 > 0) & (c2 > 0)
        by_log &= c2 < c1 if method == "lin-up-log-down" else c2 != c1
    return Segments(time[:, :-1], time[:, 1:], c1, c2, by_log)


def area(parts: Segments, counted: Flags) -> Area:
    """Return AUC and AUMC of each profile over the segments that are counted."""
    t1, t2, c1, c2, by_log = parts
    dt = t2 - t1
    auc = dt * (c1 + c2) / 2
    aumc = dt * (t1 * c1 + t2 * c2) / 2
    use_log = by_log & counted & (np.abs(c2 - c1) > _EQUAL * c1)
    if use_log.any():
        dt, t1, c1, c2 = dt[use_log], t1[use_log], c1[use_log], c2[use_log]
        slope = np.log(c2 / c1)
        log_mean = (c2 - c1) / slope
        auc[use_log] = dt * log_mean
        aumc[use_log] = dt * t1 * log_mean + dt**2 * (c2 - log_mean) / slope
    return Area(_sum(auc, counted), _sum(aumc, counted))


def clipped(parts: Segments, start: float, end: float) -> Segments:
    """Return the segments as far as they lie between two times, each interpolated by its rule."""
    t1 = np.clip(parts.t1, start, end)
    t2 = np.clip(parts.t2, start, end)
    return Segments(t1, t2, _interpolated(parts, t1), _interpolated(parts, t2), parts.by_log)


def beyond_last(last_time: Array, last_conc: Array, rate: Array) -> Area:
    """Return AUC and AUMC from the last concentration to infinity, for a decline at `rate`."""
    return Area(last_conc / rate, last_conc * last_time / rate + last_conc / rate**2)


def tail_between(
    last_time: Array, last_conc: Array, rate: Array, start: float, end: float
) -> Array:
    """Return the part of AUC after the last concentration that lies between two times."""
    begin = np.maximum(start, last_time)
    stop = np.maximum(end, begin)
    fallen = last_conc * np.exp(-rate * (begin - last_time))
    return np.asarray(fallen * -np.expm1(-rate * (stop - begin)) / rate)


def _interpolated(parts: Segments, time: Array) -> Array:
    """Return the concentration at a time within each segment, exactly that of a sample there."""
    t1, t2, c1, c2, by_log = parts
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(t2 > t1, (time - t1) / (t2 - t1), 0.0)
        conc = np.where(by_log, c1 * (c2 / c1) ** share, c1 + (c2 - c1) * share)
    return np.where(time == t1, c1, np.where(time == t2, c2, conc))


def _sum(values: Array, counted: Flags) -> Array:
    # One after the other: the last digit mustn't depend on how long other profiles are.
    return np.asarray(np.where(counted, values, 0.0).cumsum(axis=1)[:, -1])
