"""Dose proportionality by the power model, with a random effect of the subject where there is one.

Smith BP, Vandenhende FR, DeSante KA, et al. Confidence interval criteria for assessment of dose
proportionality. Pharm Res 2000;17:1278-1283.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize_scalar
from scipy.stats import t as student

from csrkit.stats.estimate import Estimate, missing

Array = NDArray[np.float64]
Codes = NDArray[np.intp]

NO_VALUE = "no value"
ONE_DOSE = "needs at least 2 doses"
NOT_POSITIVE = "needs values above 0 throughout"
NO_FREEDOM = "no degree of freedom is left for the spread"
ONE_EACH = "no subject has more than one value"
ONE_SUBJECT = "all values are of one subject"
NO_SPREAD = "the mixed model finds no variance between subjects"

#: Where the logarithm of the variance between subjects over that within is looked for.
LOG_RATIOS = (-12.0, 12.0)
#: Restricted log likelihood that a variance between subjects must gain over none.
LEAST_GAIN = 1e-9


@dataclass(frozen=True, slots=True)
class PowerModel:
    """The power model: value = α · dose^β.

    Attributes
    ----------
    slope, lower, upper
        β and its confidence interval; 1 is proportional to dose.
    intercept
        ln α.
    df
        Degrees of freedom of the interval.
    n, subjects, doses
        Numbers of values, subjects and different doses.
    model
        "mixed" (random intercept of the subject, REML) or "fixed" (least squares).
    why_fixed
        Why the mixed model wasn't used; None when it was, or when nothing is estimable.
    level
        Confidence level.
    """

    slope: Estimate
    lower: Estimate
    upper: Estimate
    intercept: Estimate
    df: Estimate
    n: int
    subjects: int
    doses: int
    model: str
    why_fixed: str | None
    level: float


class _Line(NamedTuple):
    """A fitted line: intercept, slope, and the slope's standard error."""

    intercept: float
    slope: float
    error: float


def power_model(
    dose: ArrayLike, value: ArrayLike, subject: ArrayLike | None = None, level: float = 0.9
) -> PowerModel:
    """Fit the power model of a parameter on dose.

    Parameters
    ----------
    dose
        Doses above 0, one a value.
    value
        A parameter such as AUC or Cmax; NaN is left out.
    subject
        Label of the subject of each value; None when each value is of another subject.
    level
        Confidence level of the slope's interval, between 0 and 1.

    Returns
    -------
    PowerModel
        Each estimate with its reason where there is none.

    Raises
    ------
    ValueError
        When lengths differ, a dose isn't above 0, a value is infinite, a label is missing, or
        `level` isn't between 0 and 1.

    Notes
    -----
    ln value = ln α + β ln dose + subject + error, by restricted maximum likelihood; the standard
    error is that of generalised least squares, as SAS PROC MIXED and R's nlme give it. statsmodels'
    MixedLM finds the same line, but takes the standard error from the Hessian of all parameters
    and makes normal intervals of it, which are too narrow for the few subjects of a dose
    escalation. Here the interval is that of the t distribution with nlme's degrees of freedom
    (Pinheiro JC, Bates DM. Mixed-Effects Models in S and S-PLUS): subjects - 2 when
    each subject has one dose, values - subjects - 1 when doses vary within subjects. The fixed
    model is linear least squares with n - 2 degrees of freedom. With two values there is no
    interval.
    """
    doses, values, subjects = _checked(dose, value, subject, level)
    counts = (int(values.size), int(np.unique(subjects).size), int(np.unique(doses).size))
    reason = _unfit(doses, values)
    if reason:
        none = missing(reason)
        return PowerModel(none, none, none, none, none, *counts, "fixed", None, level)
    x, y = np.log(doses), np.log(values)
    mixed = _mixed(x, y, subjects)
    if isinstance(mixed, str):
        line, model, why, df = _least_squares(x, y), "fixed", mixed, counts[0] - 2
    else:
        line, model, why, df = mixed, "mixed", None, _mixed_df(x, subjects, counts)
    lower, upper = _interval(line, df, level)
    return PowerModel(
        Estimate(line.slope),
        lower,
        upper,
        Estimate(line.intercept),
        Estimate(float(df)) if df > 0 else missing(NO_FREEDOM),
        *counts,
        model,
        why,
        level,
    )


def proportionality_limits(
    ratio: float, low: float = 0.8, high: float = 1.25
) -> tuple[float, float]:
    """Return the limits that the slope's interval lies within when proportionality is shown.

    Parameters
    ----------
    ratio
        Highest dose divided by lowest, above 1.
    low, high
        Limits for the ratio of dose-normalised means at these doses.

    Returns
    -------
    tuple of float
        1 + ln(low) / ln(ratio) and 1 + ln(high) / ln(ratio).

    Raises
    ------
    ValueError
        When `ratio` isn't above 1, or 1 isn't between the limits.
    """
    if not ratio > 1:
        raise ValueError(f"ratio must be above 1, found {ratio}")
    if not 0 < low < 1 < high:
        raise ValueError(f"1 must lie between low and high, found {low} and {high}")
    return 1 + float(np.log(low) / np.log(ratio)), 1 + float(np.log(high) / np.log(ratio))


def _checked(
    dose: ArrayLike, value: ArrayLike, subject: ArrayLike | None, level: float
) -> tuple[Array, Array, Codes]:
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, found {level}")
    doses, values = np.asarray(dose, dtype=float), np.asarray(value, dtype=float)
    labels = np.arange(values.size) if subject is None else np.asarray(subject)
    if values.ndim != 1 or not doses.shape == values.shape == labels.shape:
        raise ValueError("dose, value and subject must be of the same length")
    if not (np.isfinite(doses) & (doses > 0)).all():
        raise ValueError("doses must be above 0")
    if np.isinf(values).any():
        raise ValueError("values must be finite")
    codes, _ = pd.factorize(labels)
    if (codes < 0).any():
        raise ValueError("every value needs the label of its subject")
    known = ~np.isnan(values)
    return doses[known], values[known], codes[known]


def _unfit(doses: Array, values: Array) -> str | None:
    """Return why no line can be fitted, if so."""
    if values.size == 0:
        return NO_VALUE
    if (values <= 0).any():
        return NOT_POSITIVE
    return ONE_DOSE if np.unique(doses).size < 2 else None


def _mixed(x: Array, y: Array, subjects: Codes) -> _Line | str:
    """Return the line of the mixed model, or why it isn't used."""
    size = np.bincount(subjects)[subjects].astype(float)
    if size.max() == 1:
        return ONE_EACH
    if size[0] == x.size:
        return ONE_SUBJECT
    grid = np.linspace(*LOG_RATIOS, 61)
    heights = [_transformed(x, y, subjects, size, float(np.exp(each))).reml for each in grid]
    best = grid[int(np.argmax(heights))]
    step = grid[1] - grid[0]
    found = minimize_scalar(
        lambda each: -_transformed(x, y, subjects, size, float(np.exp(each))).reml,
        bounds=(best - step, best + step),
        method="bounded",
        options={"xatol": 1e-10},
    )
    fit = _transformed(x, y, subjects, size, float(np.exp(found.x)))
    if not fit.reml > _transformed(x, y, subjects, size, 0.0).reml + LEAST_GAIN:
        return NO_SPREAD
    return fit.line


class _Fit(NamedTuple):
    """A line for a given ratio of variances, and its restricted log likelihood (profiled)."""

    line: _Line
    reml: float


def _transformed(x: Array, y: Array, subjects: Codes, size: Array, ratio: float) -> _Fit:
    """Fit the line by generalised least squares for a ratio of variances, between to within.

    Subtracting from each value a share of its subject's mean makes the errors independent, after
    which least squares is generalised least squares (Fuller WA, Battese GE. J Econom
    1974;2:67-78).
    """
    share = 1 - 1 / np.sqrt(1 + size * ratio)

    def transform(values: Array) -> Array:
        mean = np.bincount(subjects, weights=values)[subjects] / size
        return np.asarray(values - share * mean)

    design = np.column_stack([1 - share, transform(x)])
    target = transform(y)
    cross = design.T @ design
    coefficients = np.linalg.solve(cross, design.T @ target)
    residual = float(((target - design @ coefficients) ** 2).sum())
    free = x.size - 2
    spread = float((np.log1p(size * ratio) / size).sum()) + float(np.linalg.slogdet(cross)[1])
    error = float(np.sqrt(residual / free * np.linalg.inv(cross)[1, 1]))
    line = _Line(float(coefficients[0]), float(coefficients[1]), error)
    return _Fit(line, -0.5 * (free * float(np.log(max(residual, 1e-300))) + spread))


def _mixed_df(x: Array, subjects: Codes, counts: tuple[int, int, int]) -> int:
    varies = pd.Series(x).groupby(subjects).nunique().gt(1).any()
    return counts[0] - counts[1] - 1 if varies else counts[1] - 2


def _least_squares(x: Array, y: Array) -> _Line:
    dx = x - x.mean()
    slope = float((dx * y).sum() / (dx**2).sum())
    intercept = float(y.mean() - slope * x.mean())
    if x.size < 3:
        return _Line(intercept, slope, np.nan)
    residual = y - intercept - slope * x
    variance = float((residual**2).sum()) / (x.size - 2)
    return _Line(intercept, slope, float(np.sqrt(variance / (dx**2).sum())))


def _interval(line: _Line, df: int, level: float) -> tuple[Estimate, Estimate]:
    if df < 1:
        return missing(NO_FREEDOM), missing(NO_FREEDOM)
    half = float(student.ppf((1 + level) / 2, df)) * line.error
    return Estimate(line.slope - half), Estimate(line.slope + half)
