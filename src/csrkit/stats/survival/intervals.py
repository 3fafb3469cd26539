"""Pointwise confidence limits of a survival curve, by the transformations of SAS and R."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

Floats = NDArray[np.float64]
Limits = tuple[Floats, Floats]


def pointwise_limits(survival: Floats, relative_error: Floats, level: float, ci: str) -> Limits:
    """Return the confidence limits of survival probabilities.

    Parameters
    ----------
    survival
        Kaplan-Meier estimates, 0 to 1.
    relative_error
        Their standard errors by Greenwood's formula, each divided by its estimate (that is, the
        standard errors of the log of the estimates). Looked at only where 0 < survival < 1.
    level
        Confidence level, between 0 and 1.
    ci
        "log-log" (SAS LIFETEST's default), "plain" (SAS CONFTYPE=LINEAR), "log" (R survfit's
        default), "logit" or "arcsin" (SAS CONFTYPE=ASINSQRT).

    Returns
    -------
    tuple of numpy.ndarray
        (lower, upper): both 1 where survival is 1, as nothing varies yet; both NaN where it is 0,
        as Greenwood's formula has no value there.

    Raises
    ------
    ValueError
        When `level` isn't between 0 and 1, or `ci` isn't one of the five.

    Notes
    -----
    Klein JP, Moeschberger ML. Survival Analysis, 2nd ed. Limits stay within 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, found {level}")
    if ci not in TRANSFORMATIONS:
        raise ValueError(f"ci must be one of {', '.join(TRANSFORMATIONS)}; found {ci!r}")
    z = float(norm.ppf((1 + level) / 2))
    inside = (survival > 0) & (survival < 1)
    lower = np.where(survival == 1, 1.0, np.nan)
    upper = lower.copy()
    lower[inside], upper[inside] = TRANSFORMATIONS[ci](survival[inside], z * relative_error[inside])
    return lower, upper


def _log_log(survival: Floats, margin: Floats) -> Limits:
    exponent = margin / np.log(survival)
    return survival ** np.exp(-exponent), survival ** np.exp(exponent)


def _plain(survival: Floats, margin: Floats) -> Limits:
    half = survival * margin
    return np.maximum(survival - half, 0.0), np.minimum(survival + half, 1.0)


def _log(survival: Floats, margin: Floats) -> Limits:
    return survival * np.exp(-margin), np.minimum(survival * np.exp(margin), 1.0)


def _logit(survival: Floats, margin: Floats) -> Limits:
    odds, half = survival / (1 - survival), margin / (1 - survival)
    low, high = odds * np.exp(-half), odds * np.exp(half)
    return low / (1 + low), high / (1 + high)


def _arcsin(survival: Floats, margin: Floats) -> Limits:
    angle = np.arcsin(np.sqrt(survival))
    half = 0.5 * margin * np.sqrt(survival / (1 - survival))
    low, high = np.maximum(angle - half, 0.0), np.minimum(angle + half, np.pi / 2)
    return np.sin(low) ** 2, np.sin(high) ** 2


TRANSFORMATIONS: dict[str, Callable[[Floats, Floats], Limits]] = {
    "log-log": _log_log,
    "plain": _plain,
    "log": _log,
    "logit": _logit,
    "arcsin": _arcsin,
}
