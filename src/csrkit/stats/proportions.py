"""Confidence intervals of a proportion and of a rate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import beta, chi2, norm

Floats = NDArray[np.float64]


@overload
def clopper_pearson(count: float, total: float, level: float = 0.95) -> tuple[float, float]: ...
@overload
def clopper_pearson(count: ArrayLike, total: ArrayLike, level: float = 0.95) -> tuple[Any, Any]: ...
def clopper_pearson(count: Any, total: Any, level: float = 0.95) -> tuple[Any, Any]:
    """Return the exact interval of a binomial proportion.

    Parameters
    ----------
    count
        Number of subjects with the event, 0 to `total`. A number or an array.
    total
        Number of subjects. A number or an array that broadcasts with `count`.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    tuple
        (lower, upper) as proportions: two floats for numbers, two float arrays for arrays.
        The lower end of 0/n is exactly 0, the upper end of n/n exactly 1, and both ends of 0/0 NaN.

    Raises
    ------
    ValueError
        When a count isn't a whole number between 0 and its total, or `level` isn't between 0 and 1.

    Notes
    -----
    Clopper CJ, Pearson ES. Biometrika 1934;26:404-413. The interval inverts two one-sided binomial
    tests, each at (1 - level) / 2; the beta quantiles are those of SAS PROC FREQ (BINOMIAL EXACT)
    and R `binom.test`.
    """
    x, n = _counts(count, total)
    tail = _tail(level)
    lower = np.where(x == 0, 0.0, beta.ppf(tail, x, n - x + 1))
    upper = np.where(x == n, 1.0, beta.ppf(1 - tail, x + 1, n - x))
    return _pair(np.where(n == 0, np.nan, lower), np.where(n == 0, np.nan, upper))


@overload
def wilson(count: float, total: float, level: float = 0.95) -> tuple[float, float]: ...
@overload
def wilson(count: ArrayLike, total: ArrayLike, level: float = 0.95) -> tuple[Any, Any]: ...
def wilson(count: Any, total: Any, level: float = 0.95) -> tuple[Any, Any]:
    """Return the score interval of a binomial proportion, without continuity correction.

    Parameters, result and errors are those of `clopper_pearson`.

    Notes
    -----
    Wilson EB. J Am Stat Assoc 1927;22:209-212. The same as SAS PROC FREQ (BINOMIAL WILSON).
    """
    x, n = _counts(count, total)
    z = float(norm.ppf(1 - _tail(level)))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = x / n
        centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    lower = np.where(x == 0, 0.0, centre - half)
    upper = np.where(x == n, 1.0, centre + half)
    return _pair(np.where(n == 0, np.nan, lower), np.where(n == 0, np.nan, upper))


def poisson_rate(events: float, exposure: float, level: float = 0.95) -> tuple[float, float, float]:
    """Return an incidence rate and its exact interval.

    Parameters
    ----------
    events
        Number of events or of subjects with an event: a whole number, 0 or more.
    exposure
        Time at risk, in the unit that the rate is asked per.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    tuple
        (rate, lower, upper) per unit of `exposure`; three NaN when the exposure is 0 and nothing
        was observed.

    Raises
    ------
    ValueError
        When `events` isn't a whole number of 0 or more, `exposure` is negative or missing, events
        stand against no exposure, or `level` isn't between 0 and 1.

    Notes
    -----
    Garwood F. Biometrika 1936;28:437-442, by chi-square quantiles.
    """
    tail = _tail(level)
    if not (events >= 0 and float(events).is_integer()):
        raise ValueError(f"events must be a whole number of 0 or more, found {events}")
    if not exposure >= 0 or not np.isfinite(exposure):
        raise ValueError(f"exposure must be a finite number of 0 or more, found {exposure}")
    if exposure == 0:
        if events:
            raise ValueError(f"{events:g} events stand against an exposure of 0")
        return np.nan, np.nan, np.nan
    lower = float(chi2.ppf(tail, 2 * events)) / 2 if events else 0.0
    upper = float(chi2.ppf(1 - tail, 2 * events + 2)) / 2
    return events / exposure, lower / exposure, upper / exposure


def _tail(level: float) -> float:
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, found {level}")
    return (1 - level) / 2


def _counts(count: Any, total: Any) -> tuple[Floats, Floats]:
    x, n = np.broadcast_arrays(np.asarray(count, dtype=float), np.asarray(total, dtype=float))
    checks: list[tuple[Callable[[], NDArray[np.bool_]], str]] = [
        (lambda: ~np.isfinite(x) | ~np.isfinite(n), "count and total must be finite numbers"),
        (lambda: (x != np.floor(x)) | (n != np.floor(n)), "count and total must be whole numbers"),
        (lambda: (x < 0) | (x > n), "count must lie between 0 and total"),
    ]
    for fails, rule in checks:
        wrong = fails()
        if wrong.any():
            first = np.flatnonzero(wrong.ravel())[0]
            raise ValueError(f"{rule}, found {x.ravel()[first]:g} of {n.ravel()[first]:g}")
    return x, n


def _pair(lower: Floats, upper: Floats) -> tuple[Any, Any]:
    return (float(lower), float(upper)) if lower.ndim == 0 else (lower, upper)
