"""Summary statistics of a continuous variable."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from csrkit.stats.estimate import Estimate, missing

Floats = NDArray[np.float64]

NO_VALUE = "no value"
ONE_VALUE = "needs at least 2 values"
NOT_POSITIVE = "needs values above 0 throughout"
MEAN_ZERO = "the mean is 0"


def summarise(values: ArrayLike) -> dict[str, Estimate]:
    """Return the summary statistics of some numbers.

    Parameters
    ----------
    values
        Numbers, one dimension; NaN is missing and counted in `n_missing` only.

    Returns
    -------
    dict of str to Estimate
        Keys as the ARD packages of the field name them: `n`, `n_missing`, `mean`, `sd`, `se`, `cv`
        (%), `median`, `p25`, `p75`, `min`, `max`, `geom_mean`, `geom_sd`, `geom_cv` (%). All in
        the unit of the values but n, n_missing, geom_sd (a ratio) and the percentages.

    Raises
    ------
    ValueError
        When a value is infinite.

    Notes
    -----
    SD has the divisor n - 1. Percentiles are those of `percentile`. The geometric CV is
    100 * sqrt(exp(s²) - 1) with s the SD of the natural logarithms. Geometric statistics need every
    value above 0: a 0 isn't left out silently, it makes them not estimable.
    """
    numbers = np.asarray(values, dtype=float).ravel()
    present = numbers[~np.isnan(numbers)]
    if np.isinf(present).any():
        raise ValueError("an infinite value can't be summarised")
    counts = {
        "n": Estimate(float(present.size)),
        "n_missing": Estimate(float(numbers.size - present.size)),
    }
    return counts | {name: statistic(present) for name, statistic in STATISTICS.items()}


def percentile(values: ArrayLike, share: float) -> Estimate:
    """Return a percentile by definition 5 of SAS (PCTLDEF=5), type 2 of R `quantile`.

    Parameters
    ----------
    values
        Numbers; NaN is left out.
    share
        0.5 for the median, 0.25 for the first quartile; between 0 and 1.

    Returns
    -------
    Estimate
        The order statistic above n * share, and the mean of two when n * share is whole.

    Raises
    ------
    ValueError
        When `share` isn't between 0 and 1.

    Notes
    -----
    Hyndman RJ, Fan Y. Am Stat 1996;50:361-365, definition 2.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share must lie between 0 and 1, found {share}")
    numbers = np.asarray(values, dtype=float).ravel()
    present = numbers[~np.isnan(numbers)]
    if present.size == 0:
        return missing(NO_VALUE)
    return Estimate(float(np.quantile(present, share, method="averaged_inverted_cdf")))


def _with(least: int, compute: Callable[[Floats], float]) -> Callable[[Floats], Estimate]:
    """Make a statistic that needs a least number of values."""

    def statistic(values: Floats) -> Estimate:
        if values.size >= least:
            return Estimate(compute(values))
        return missing(NO_VALUE if values.size == 0 else ONE_VALUE)

    return statistic


def _geometric(least: int, compute: Callable[[Floats], float]) -> Callable[[Floats], Estimate]:
    """Make a statistic of the logarithms, which need values above 0."""
    of_logs = _with(least, lambda values: compute(np.log(values)))

    def statistic(values: Floats) -> Estimate:
        return missing(NOT_POSITIVE) if (values <= 0).any() else of_logs(values)

    return statistic


def _sd(values: Floats) -> float:
    # Equal values have a spread of exactly 0, whatever rounding their mean suffers.
    return 0.0 if np.ptp(values) == 0 else float(np.std(values, ddof=1))


def _cv(values: Floats) -> Estimate:
    if values.size >= 2 and np.mean(values) == 0:
        return missing(MEAN_ZERO)
    return _with(2, lambda present: 100 * _sd(present) / abs(float(np.mean(present))))(values)


STATISTICS: dict[str, Callable[[Floats], Estimate]] = {
    "mean": _with(1, lambda values: float(np.mean(values))),
    "sd": _with(2, _sd),
    "se": _with(2, lambda values: _sd(values) / float(np.sqrt(values.size))),
    "cv": _cv,
    "median": lambda values: percentile(values, 0.5),
    "p25": lambda values: percentile(values, 0.25),
    "p75": lambda values: percentile(values, 0.75),
    "min": _with(1, lambda values: float(np.min(values))),
    "max": _with(1, lambda values: float(np.max(values))),
    "geom_mean": _geometric(1, lambda logs: float(np.exp(np.mean(logs)))),
    "geom_sd": _geometric(2, lambda logs: float(np.exp(_sd(logs)))),
    "geom_cv": _geometric(2, lambda logs: 100 * float(np.sqrt(np.expm1(_sd(logs) ** 2)))),
}
