"""Log-rank test, also stratified, as R `survdiff` and SAS PROC LIFETEST have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2

from csrkit.stats.estimate import Estimate, missing
from csrkit.stats.survival.data import labelled, strata_of, subjects

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

NO_EVENT = "no event"
ONE_GROUP = "fewer than 2 groups with a subject at risk at an event"
NEVER_TOGETHER = "no event while subjects of different groups are at risk"


@dataclass(frozen=True, slots=True)
class LogRank:
    """A log-rank test.

    Attributes
    ----------
    chi_square
        The statistic.
    p_value
        Of the chi-square distribution, two-sided.
    df
        Degrees of freedom: groups expected to have an event, less one.
    table
        One row a group (index: its label, sorted): `n`, `observed`, `expected`.
    """

    chi_square: Estimate
    p_value: Estimate
    df: int
    table: pd.DataFrame


def log_rank(
    time: ArrayLike, event: ArrayLike, group: ArrayLike, stratum: ArrayLike | None = None
) -> LogRank:
    """Compare the survival of groups by the log-rank test.

    Parameters
    ----------
    time, event
        As for `csrkit.stats.survival.kaplan_meier`.
    group
        Label of the group of each subject.
    stratum
        Label of the stratum of each subject; None for an unstratified test. Observed and expected
        events and their variances are added up over the strata.

    Returns
    -------
    LogRank
        Without a chi-square and with a reason when there is no event, or never one that subjects of
        different groups could have had.

    Raises
    ------
    ValueError
        As `kaplan_meier`, and when lengths differ or a label is missing.

    Notes
    -----
    Mantel N. Cancer Chemother Rep 1966;50:163-170, with the hypergeometric variance of tied events.
    Checked against statsmodels and scipy, which give no expected events.
    """
    times, events = subjects(time, event)
    codes, groups = labelled(group, times.size, "group")
    strata = strata_of(stratum, times.size)
    number = len(groups)
    expected, variance = np.zeros(number), np.zeros((number, number))
    for each in np.unique(strata):
        here = strata == each
        part = _stratum(times[here], events[here], codes[here], number)
        expected += part.expected
        variance += part.variance
    observed = np.bincount(codes[events], minlength=number)
    table = pd.DataFrame(
        {"n": np.bincount(codes, minlength=number), "observed": observed, "expected": expected},
        index=pd.Index(groups, name="group"),
    )
    return _tested(table, variance)


class _Sums(NamedTuple):
    """Expected events of each group, and the covariance of the events, of one stratum."""

    expected: Floats
    variance: Floats


def _stratum(times: Floats, events: NDArray[np.bool_], codes: Codes, number: int) -> _Sums:
    moments, place = np.unique(times, return_inverse=True)
    of_group = np.zeros((moments.size, number))
    np.add.at(of_group, (place, codes), 1.0)
    at_risk = of_group[::-1].cumsum(axis=0)[::-1]
    died = np.bincount(place, weights=events, minlength=moments.size)
    at_risk, died = at_risk[died > 0], died[died > 0]
    n = at_risk.sum(axis=1)
    share = at_risk / n[:, None]
    spread = died * (n - died) / np.maximum(n - 1, 1)
    variance = np.diag((spread[:, None] * share).sum(axis=0)) - (share * spread[:, None]).T @ share
    return _Sums((died[:, None] * share).sum(axis=0), variance)


def _tested(table: pd.DataFrame, variance: Floats) -> LogRank:
    expected = table["expected"].to_numpy()
    used = np.flatnonzero(expected > 0)
    df = max(used.size - 1, 0)
    if table["observed"].sum() == 0:
        return _untested(NO_EVENT, df, table)
    if used.size < 2:
        return _untested(ONE_GROUP, df, table)
    kept = used[1:]
    inner = variance[np.ix_(kept, kept)]
    if np.linalg.matrix_rank(inner, hermitian=True) < kept.size:
        return _untested(NEVER_TOGETHER, df, table)
    difference = (table["observed"].to_numpy() - expected)[kept]
    statistic = float(difference @ np.linalg.solve(inner, difference))
    return LogRank(Estimate(statistic), Estimate(float(chi2.sf(statistic, df))), df, table)


def _untested(reason: str, df: int, table: pd.DataFrame) -> LogRank:
    return LogRank(missing(reason), missing(reason), df, table)
