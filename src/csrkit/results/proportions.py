"""Proportions of subjects with an exact confidence interval, by column."""

from __future__ import annotations

import math

import pandas as pd

from csrkit.results.ard import Analysis, Result, Statistic, ard
from csrkit.results.counts import NO_DENOMINATOR, subjects_by_column
from csrkit.results.where import EVERY_RECORD, Where
from csrkit.stats.proportions import clopper_pearson


def proportion(
    analysis: Analysis,
    records: pd.DataFrame,
    row: str,
    where: Where = EVERY_RECORD,
    *,
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate the proportion of a column's subjects that have a record.

    Returns
    -------
    pandas.DataFrame
        ARD rows n, N, p, conf.low and conf.high (proportions, written in percent; exact interval
        of Clopper and Pearson).
    """
    found = subjects_by_column(analysis.narrowed(where), records)
    results = []
    for key, total in analysis.groups.totals.items():
        count = len(set(found[key]))
        lower, upper = clopper_pearson(count, total, level)
        share = count / total if total else math.nan
        statistics = [
            Statistic("n", count, "count"),
            Statistic("N", total, "count"),
            Statistic("p", share, "percent", reason=NO_DENOMINATOR),
            Statistic("conf.low", lower, "percent1", reason=NO_DENOMINATOR),
            Statistic("conf.high", upper, "percent1", reason=NO_DENOMINATOR),
        ]
        results.append(
            Result(row, key, statistics, where=where, records=len(found[key]), subjects=found[key])
        )
    return ard(analysis, results)
