"""Confidence intervals of a proportion and of a rate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import beta, chi2, norm

from csrkit.stats.estimate import Numbers, reason_where

Floats = NDArray[np.float64]

NOBODY = "no subject"
NO_EXPOSURE = "no exposure"


@overload
def clopper_pearson(count: float, total: float, level: float = 0.95) -> Numbers[float]: ...
@overload
def clopper_pearson(count: ArrayLike, total: ArrayLike, level: float = 0.95) -> Numbers[Any]: ...
def clopper_pearson(count: Any, total: Any, level: float = 0.95) -> Numbers[Any]:
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
    Numbers
        (lower, upper) as proportions: two floats for numbers, two float arrays for arrays.
        The lower end of 0/n is exactly 0, the upper end of n/n exactly 1, and both ends of 0/0 NaN
        with their reason.

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
    return _known(n > 0, NOBODY, lower, upper)


@overload
def wilson(count: float, total: float, level: float = 0.95) -> Numbers[float]: ...
@overload
def wilson(count: ArrayLike, total: ArrayLike, level: float = 0.95) -> Numbers[Any]: ...
def wilson(count: Any, total: Any, level: float = 0.95) -> Numbers[Any]:
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
    return _known(n > 0, NOBODY, lower, upper)


@overload
def agresti_coull(count: float, total: float, level: float = 0.95) -> Numbers[float]: ...
@overload
def agresti_coull(count: ArrayLike, total: ArrayLike, level: float = 0.95) -> Numbers[Any]: ...
def agresti_coull(count: Any, total: Any, level: float = 0.95) -> Numbers[Any]:
    """Return the adjusted Wald interval of a binomial proportion.

    Parameters, result and errors are those of `clopper_pearson`.

    Notes
    -----
    Agresti A, Coull BA. Am Stat 1998;52:119-126, with z²/2 added to the events and to the others
    (SAS PROC FREQ AGRESTICOULL adds the same). Limits stay within 0 and 1.
    """
    x, n = _counts(count, total)
    z = float(norm.ppf(1 - _tail(level)))
    share = (x + z**2 / 2) / (n + z**2)
    half = z * np.sqrt(share * (1 - share) / (n + z**2))
    lower, upper = np.maximum(share - half, 0.0), np.minimum(share + half, 1.0)
    return _known(n > 0, NOBODY, lower, upper)


@overload
def jeffreys(count: float, total: float, level: float = 0.95) -> Numbers[float]: ...
@overload
def jeffreys(count: ArrayLike, total: ArrayLike, level: float = 0.95) -> Numbers[Any]: ...
def jeffreys(count: Any, total: Any, level: float = 0.95) -> Numbers[Any]:
    """Return the equal-tailed credible interval of a proportion under Jeffreys' prior.

    Parameters, result and errors are those of `clopper_pearson`.

    Notes
    -----
    Brown LD, Cai TT, DasGupta A. Stat Sci 2001;16:101-133: quantiles of Beta(x + ½, n - x + ½), but
    the lower end of 0/n is 0 and the upper end of n/n is 1. SAS PROC FREQ (BINOMIAL JEFFREYS) does
    the same; statsmodels leaves those two ends at the quantiles.
    """
    x, n = _counts(count, total)
    tail = _tail(level)
    lower = np.where(x == 0, 0.0, beta.ppf(tail, x + 0.5, n - x + 0.5))
    upper = np.where(x == n, 1.0, beta.isf(tail, x + 0.5, n - x + 0.5))
    return _known(n > 0, NOBODY, lower, upper)


@overload
def poisson_rate(events: float, exposure: float, level: float = 0.95) -> Numbers[float]: ...
@overload
def poisson_rate(events: ArrayLike, exposure: ArrayLike, level: float = 0.95) -> Numbers[Any]: ...
def poisson_rate(events: Any, exposure: Any, level: float = 0.95) -> Numbers[Any]:
    """Return an incidence rate and its exact interval.

    Parameters
    ----------
    events
        Number of events or of subjects with an event: a whole number, 0 or more, or an array.
    exposure
        Time at risk, in the unit that the rate is asked per; a number, or an array that broadcasts
        with `events`.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    Numbers
        (rate, lower, upper) per unit of `exposure`: floats for numbers, float arrays for arrays;
        NaN with a reason when the exposure is 0 and nothing was observed.

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
    x, time = np.broadcast_arrays(
        np.asarray(events, dtype=float), np.asarray(exposure, dtype=float)
    )
    _refuse(~((x >= 0) & (x == np.floor(x))), x, "events must be a whole number of 0 or more")
    _refuse(
        ~((time >= 0) & np.isfinite(time)), time, "exposure must be a finite number of 0 or more"
    )
    _refuse((time == 0) & (x > 0), x, "events stand against an exposure of 0")
    with np.errstate(divide="ignore", invalid="ignore"):
        lower = np.where(x > 0, chi2.ppf(tail, 2 * x), 0.0) / 2 / time
        upper = chi2.isf(tail, 2 * x + 2) / 2 / time
        rate = x / time
    return _known(time > 0, NO_EXPOSURE, rate, lower, upper)


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


def _refuse(wrong: NDArray[np.bool_], values: Floats, rule: str) -> None:
    if wrong.any():
        raise ValueError(f"{rule}, found {values[wrong].ravel()[0]:g}")


def _known(known: NDArray[np.bool_], reason: str, *values: Floats) -> Numbers[Any]:
    """Return the values where they are known, floats for single ones, else NaN and the reason."""
    if known.ndim == 0:
        each = [float(value) if known else np.nan for value in values]
        return Numbers(each, [None if known else reason] * len(values))
    reasons = reason_where(~known, reason)
    return Numbers([np.where(known, value, np.nan) for value in values], [reasons] * len(values))
