"""Areas under the concentration-time curve and its first moment, by trapezoidal rules.

Sources: Gabrielsson and Weiner, Pharmacokinetic and Pharmacodynamic Data Analysis, sections 2.8.1
and 2.8.3; Purves, J Pharmacokinet Biopharm 20 (1992) 211-226, for the moment by the log rule.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

METHODS = ("lin-up-log-down", "linear", "log")

# Below this relative difference the two rules agree to 13 digits, and the log rule loses them.
_EQUAL = 1e-6


class Area(NamedTuple):
    """Area under the curve (`auc`, time · concentration) and its moment (`aumc`, time² · conc.)."""

    auc: float
    aumc: float


def area(time: Array, conc: Array, method: str) -> Area:
    """Return AUC and AUMC from the first to the last sample.

    Parameters
    ----------
    time, conc
        Increasing times and concentrations ≥ 0, arrays of the same length.
    method
        `lin-up-log-down`: log rule where the concentration falls to a value above 0, else linear
        (Phoenix "linear up log down"); `linear`: linear everywhere; `log`: log rule wherever both
        ends are above 0 and differ, else linear.
    """
    t1, t2, c1, c2 = time[:-1], time[1:], conc[:-1], conc[1:]
    dt = t2 - t1
    auc = dt * (c1 + c2) / 2
    aumc = dt * (t1 * c1 + t2 * c2) / 2
    use_log = _log_segments(c1, c2, method)
    if use_log.any():
        dt, t1, c1, c2 = dt[use_log], t1[use_log], c1[use_log], c2[use_log]
        slope = np.log(c2 / c1)
        log_mean = (c2 - c1) / slope
        auc[use_log] = dt * log_mean
        aumc[use_log] = dt * t1 * log_mean + dt**2 * (c2 - log_mean) / slope
    return Area(float(auc.sum()), float(aumc.sum()))


def beyond_last(last_time: float, last_conc: float, rate: float) -> Area:
    """Return AUC and AUMC from the last concentration to infinity, for a decline at `rate`."""
    return Area(last_conc / rate, last_conc * last_time / rate + last_conc / rate**2)


def _log_segments(c1: Array, c2: Array, method: str) -> NDArray[np.bool_]:
    """Say which segments are integrated by the log rule."""
    if method == "linear":
        return np.zeros(len(c1), dtype=bool)
    possible = (c1 > 0) & (c2 > 0) & (np.abs(c2 - c1) > _EQUAL * c1)
    return possible & (c2 < c1) if method == "lin-up-log-down" else possible
