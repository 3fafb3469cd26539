"""Geometric means of pharmacokinetic parameters, and accumulation over repeated doses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t as student

from csrkit.stats.estimate import Estimate, missing

Array = NDArray[np.float64]

NO_VALUE = "no value"
ONE_VALUE = "needs at least 2 values"
NOT_POSITIVE = "needs values above 0 throughout"


@dataclass(frozen=True, slots=True)
class Ratio:
    """A geometric mean, or a ratio of geometric means, with its confidence interval.

    Attributes
    ----------
    estimate, lower, upper
        On the scale of the values.
    n
        Number of subjects.
    level
        Confidence level.
    """

    estimate: Estimate
    lower: Estimate
    upper: Estimate
    n: int
    level: float


def geometric_mean(values: ArrayLike, level: float = 0.95) -> Ratio:
    """Return the geometric mean and its confidence interval by the t distribution of the logs.

    Parameters
    ----------
    values
        Numbers above 0; NaN is left out.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    Ratio
        Nothing is estimable with a value of 0 or below among them; the interval needs 2 values.

    Raises
    ------
    ValueError
        When a value is infinite, or `level` isn't between 0 and 1.

    Notes
    -----
    Julious SA, Debarnot CA. J Biopharm Stat 2000;10:55-71.
    """
    _check_level(level)
    numbers = np.asarray(values, dtype=float).ravel()
    _check_finite(numbers)
    present = numbers[~np.isnan(numbers)]
    if present.size == 0:
        return _none(NO_VALUE, 0, level)
    if (present <= 0).any():
        return _none(NOT_POSITIVE, int(present.size), level)
    logs = np.log(present)
    centre = float(np.mean(logs))
    mean = Estimate(float(np.exp(centre)))
    if present.size == 1:
        return Ratio(mean, missing(ONE_VALUE), missing(ONE_VALUE), 1, level)
    error = float(np.std(logs, ddof=1)) / np.sqrt(logs.size)
    half = float(student.ppf((1 + level) / 2, logs.size - 1)) * error
    low, high = Estimate(float(np.exp(centre - half))), Estimate(float(np.exp(centre + half)))
    return Ratio(mean, low, high, int(logs.size), level)


def accumulation_ratio(first: ArrayLike, later: ArrayLike, level: float = 0.9) -> Ratio:
    """Return the geometric mean of the ratios of a later to the first dosing interval.

    Parameters
    ----------
    first, later
        The same parameter (AUC over the dosing interval, Cmax) of the same subjects, in the same
        order. Subjects that lack one of both are left out.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    Ratio
        Ratio of geometric means, within subjects: the paired t interval of the logs.

    Raises
    ------
    ValueError
        When the lengths differ, a value is infinite, or `level` isn't between 0 and 1.

    Notes
    -----
    Rowland M, Tozer TN. Clinical Pharmacokinetics and Pharmacodynamics, 4th ed.: accumulation.
    """
    before, after = np.asarray(first, dtype=float), np.asarray(later, dtype=float)
    if before.ndim != 1 or before.shape != after.shape:
        raise ValueError("first and later must be of the same subjects, in the same order")
    _check_level(level)
    _check_finite(before, after)
    both = ~(np.isnan(before) | np.isnan(after))
    before, after = before[both], after[both]
    if ((before <= 0) | (after <= 0)).any():
        return _none(NOT_POSITIVE, int(both.sum()), level)
    return geometric_mean(after / before, level)


def expected_accumulation(lambda_z: float, interval: float) -> Estimate:
    """Return the accumulation that linear kinetics foretells: 1 / (1 - exp(-λz τ)).

    Parameters
    ----------
    lambda_z
        Terminal rate constant, per unit of time; NaN when it couldn't be estimated.
    interval
        Dosing interval τ, above 0, in the same unit of time.

    Raises
    ------
    ValueError
        When the interval or the rate isn't above 0.

    Notes
    -----
    As `accumulation_ratio`. The ratio has no unit; it holds for AUC and, after a bolus of one
    compartment, for Cmax.
    """
    if not interval > 0:
        raise ValueError(f"interval must be above 0, found {interval}")
    if np.isnan(lambda_z):
        return missing("terminal rate constant not estimable")
    if not lambda_z > 0:
        raise ValueError(f"lambda_z must be above 0, found {lambda_z}")
    return Estimate(float(-1 / np.expm1(-lambda_z * interval)))


def _none(reason: str, n: int, level: float) -> Ratio:
    return Ratio(missing(reason), missing(reason), missing(reason), n, level)


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, found {level}")


def _check_finite(*values: Array) -> None:
    if any(np.isinf(each).any() for each in values):
        raise ValueError("an infinite value has no geometric mean")
