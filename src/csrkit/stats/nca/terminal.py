"""Terminal rate constant λz: log-linear regression on the last points of each profile.

The choice of points is that of the R package PKNCA (`pk.calc.half.life`, defaults) and of Phoenix
("best fit"): at least three points, the best adjusted R², and among the fits within 0.0001 of the
best one that with the most points.
Source: Gabrielsson and Weiner, Pharmacokinetic and Pharmacodynamic Data Analysis, section 2.8.4.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from csrkit.stats.nca.column import Array, Flags, Texts, has, no_reasons

MIN_POINTS = 3
ADJ_R2_TOLERANCE = 0.0001

ALL_EQUAL = "Concentrations for the terminal rate constant are all equal"
NOT_FALLING = "No terminal phase: the concentrations that fit best on a line do not fall"


@dataclass(frozen=True)
class TerminalPhases:
    """The regression chosen for λz, one array element a profile; NaN where there is a reason.

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
    reason
        Why there is no terminal phase; None where there is one.
    """

    rate: Array
    points: Array
    r2: Array
    adj_r2: Array
    first: Array
    last: Array
    intercept: Array
    reason: Texts

    def predicted(self, time: Array) -> Array:
        """Return the concentration on each regression line at a time."""
        return np.asarray(np.exp(self.intercept - self.rate * time))


def terminal_phases(time: Array, conc: Array, usable: Flags, chosen: Flags) -> TerminalPhases:
    """Return the terminal phase of each profile, or the reason why there is none.

    Parameters
    ----------
    time, conc
        Times in order and concentrations, shape (profiles, samples).
    usable
        The samples that may be used, those of concentrations > 0; same shape.
    chosen
        The profiles whose usable samples were chosen by hand: the line goes through all of them.

    Notes
    -----
    A rising tail can fit best of all; then no falling fit lies within the tolerance, and λz isn't
    estimable, as in PKNCA.
    """
    times, logs, count = _last_points(time, conc, usable)
    fits = _fits(times, logs, count, chosen)
    row, reason = _choice(fits, count)
    here = np.arange(len(count))
    used = MIN_POINTS + row
    found = ~has(reason)

    def known(values: Array) -> Array:
        return np.where(found, values, np.nan)

    return TerminalPhases(
        rate=known(fits.rate[here, row]),
        points=known(used.astype(float)),
        r2=known(fits.r2[here, row]),
        adj_r2=known(fits.adj_r2[here, row]),
        first=known(times[here, -used]),
        last=known(times[:, -1]),
        intercept=known(fits.intercept[here, row]),
        reason=reason,
    )


def _last_points(time: Array, conc: Array, usable: Flags) -> tuple[Array, Array, NDArray[np.int64]]:
    """Return times and log concentrations of the usable samples, aligned at the end of the row."""
    count = usable.sum(axis=1)
    width = max(int(count.max(initial=0)), MIN_POINTS)
    padding = [(0, 0), (max(width - usable.shape[1], 0), 0)]
    time, conc = np.pad(time, padding), np.pad(conc, padding, constant_values=1.0)
    usable = np.pad(usable, padding)
    order = np.argsort(usable, axis=1, kind="stable")[:, -width:]
    kept = np.take_along_axis(usable, order, axis=1)
    times = np.where(kept, np.take_along_axis(time, order, axis=1), np.nan)
    concs = np.where(kept, np.take_along_axis(conc, order, axis=1), np.nan)
    return times, np.log(concs), count


@dataclass(frozen=True)
class _Fits:
    """Least-squares lines: a row a profile, columns the lines through its last 3, 4, … points.

    NaN where the profile has fewer points; R² is NaN too where their concentrations are equal.
    """

    rate: Array
    intercept: Array
    r2: Array
    adj_r2: Array


def _fits(times: Array, logs: Array, count: NDArray[np.int64], chosen: Flags) -> _Fits:
    sizes = range(MIN_POINTS, times.shape[1] + 1)
    shape = (len(count), len(sizes))
    rate, intercept, r2, adj_r2 = (np.full(shape, np.nan) for _ in range(4))
    for place, size in enumerate(sizes):
        rows = np.flatnonzero(np.where(chosen, count == size, count >= size))
        x, y = times[rows, -size:], logs[rows, -size:]
        mean_x, mean_y = x.mean(axis=1), y.mean(axis=1)
        dx, dy = x - mean_x[:, None], y - mean_y[:, None]
        slope = (dx * dy).sum(axis=1) / (dx**2).sum(axis=1)
        residual = ((dy - slope[:, None] * dx) ** 2).sum(axis=1)
        flat = (y == y[:, :1]).all(axis=1)
        total = np.where(flat, np.nan, (dy**2).sum(axis=1))
        share = 1 - residual / total
        rate[rows, place] = -slope
        intercept[rows, place] = mean_y - slope * mean_x
        r2[rows, place] = share
        adj_r2[rows, place] = 1 - (1 - share) * (size - 1) / (size - 2)
    return _Fits(rate, intercept, r2, adj_r2)


def _choice(fits: _Fits, count: NDArray[np.int64]) -> tuple[NDArray[np.int64], Texts]:
    """Return the place of the fit chosen for each profile, and the reason where there is none."""
    scores = np.where(np.isnan(fits.adj_r2), -np.inf, fits.adj_r2)
    best = scores.max(axis=1)
    eligible = (fits.rate > 0) & (scores > best[:, None] - ADJ_R2_TOLERANCE)
    last = eligible.shape[1] - 1 - np.argmax(eligible[:, ::-1], axis=1)
    reason = no_reasons(len(count))
    reason[~eligible.any(axis=1)] = NOT_FALLING
    reason[~np.isfinite(best)] = ALL_EQUAL
    for few in range(MIN_POINTS):
        reason[count == few] = (
            f"Fewer than {MIN_POINTS} quantifiable concentrations for the terminal rate constant "
            f"(found {few})"
        )
    return np.where(has(reason), 0, last), reason
