"""Terminal rate constant λz: log-linear regression on the last points of a profile.

The choice of points is that of the R package PKNCA (`pk.calc.half.life`, defaults) and of Phoenix
("best fit"): at least three points, the best adjusted R², and among the fits within 0.0001 of the
best one that with the most points.
Source: Gabrielsson and Weiner, Pharmacokinetic and Pharmacodynamic Data Analysis, section 2.8.4.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MIN_POINTS = 3
ADJ_R2_TOLERANCE = 0.0001


@dataclass(frozen=True)
class TerminalPhase:
    """The regression chosen for λz.

    Attributes
    ----------
    rate
        λz, per unit of time; above 0.
    points
        Number of points used.
    r2, adj_r2
        Coefficient of determination, plain and adjusted for the number of points.
    first, last
        Times of the first and last point used.
    intercept
        Logarithm of the concentration that the line gives at time 0.
    """

    rate: float
    points: int
    r2: float
    adj_r2: float
    first: float
    last: float
    intercept: float

    def predicted(self, time: float) -> float:
        """Return the concentration on the regression line at a time."""
        return float(np.exp(self.intercept - self.rate * time))


def terminal_phase(time: Array, conc: Array) -> TerminalPhase | str:
    """Return the terminal phase, or the reason why there is none.

    Parameters
    ----------
    time, conc
        Increasing times and concentrations > 0 that may be used (those after Cmax), of the same
        length.

    Notes
    -----
    A rising tail can fit best of all; then no falling fit lies within the tolerance, and λz isn't
    estimable, as in PKNCA.
    """
    count = len(time)
    if count < MIN_POINTS:
        return (
            f"Fewer than {MIN_POINTS} quantifiable concentrations for the terminal rate constant "
            f"(found {count})"
        )
    fits = _fits(time, np.log(conc))
    if np.isnan(fits.adj_r2).all():
        return "Concentrations for the terminal rate constant are all equal"
    best = np.nanmax(fits.adj_r2)
    chosen = (fits.rate > 0) & (fits.adj_r2 > best - ADJ_R2_TOLERANCE)
    if not chosen.any():
        return "No terminal phase: the concentrations that fit best on a line do not fall"
    row = int(np.flatnonzero(chosen)[-1])
    points = MIN_POINTS + row
    return TerminalPhase(
        rate=float(fits.rate[row]),
        points=points,
        r2=float(fits.r2[row]),
        adj_r2=float(fits.adj_r2[row]),
        first=float(time[-points]),
        last=float(time[-1]),
        intercept=float(fits.intercept[row]),
    )


@dataclass(frozen=True)
class _Fits:
    """Least-squares lines through the last 3, 4, … points, one array element each."""

    rate: Array
    intercept: Array
    r2: Array
    adj_r2: Array


def _fits(time: Array, log_conc: Array) -> _Fits:
    """Fit a line to the last 3, 4, … all points; R² is NaN where their concentrations are equal."""
    count = len(time)
    sizes = np.arange(MIN_POINTS, count + 1)
    used = np.arange(count) >= (count - sizes)[:, None]
    mean_time = (time * used).sum(axis=1) / sizes
    mean_log = (log_conc * used).sum(axis=1) / sizes
    x = (time - mean_time[:, None]) * used
    y = (log_conc - mean_log[:, None]) * used
    slope = (x * y).sum(axis=1) / (x**2).sum(axis=1)
    residual = ((y - slope[:, None] * x) ** 2).sum(axis=1)
    flat = np.array([np.ptp(log_conc[-size:]) == 0 for size in sizes])
    total = np.where(flat, np.nan, (y**2).sum(axis=1))
    r2 = 1 - residual / total
    adj_r2 = 1 - (1 - r2) * (sizes - 1) / (sizes - 2)
    return _Fits(-slope, mean_log - slope * mean_time, r2, adj_r2)
