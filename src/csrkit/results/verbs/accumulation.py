"""Accumulation over repeated doses: as observed, and as linear kinetics foretell it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from csrkit.conditions import Named, missing, one_of
from csrkit.results.ard import Result, Statistic
from csrkit.results.bench import Bench
from csrkit.results.model import COLUMN, Declared
from csrkit.results.spread import tally_of
from csrkit.stats.geometric import (
    Ratio,
    accumulation_ratio,
    expected_accumulation,
    geometric_mean,
)


def estimate_accumulation(
    bench: Bench, declared: Declared, row: str, number: str, first: int, later: int
) -> None:
    """Estimate the ratio of geometric means of a later to the first profile, by column.

    Adds n (subjects with both), estimate, conf.low, conf.high. The analysis holds the values of
    both profiles; the set those of the subjects who have both, whom it names, as no variable does.

    Parameters
    ----------
    number
        Variable of the profile's number.
    first, later
        Numbers of the profiles.

    Raises
    ------
    ValueError
        When a subject has two values of a profile.
    """
    scope, level = declared.scope, declared.level
    for key, records in bench.spread(scope).frames().items():
        values = _by_profile(declared, records, number).reindex(columns=[first, later]).dropna()
        paired = tuple(sorted(map(str, values.index)))
        found = accumulation_ratio(values[first], values[later], level)
        used = tally_of(records[records["USUBJID"].isin(paired)])
        named = one_of("USUBJID", paired) if paired else missing("USUBJID")
        bench.add(
            declared,
            Result(
                row=row,
                column=key,
                statistics=_statistics(found),
                levels={COLUMN: key},
                set_id=bench.set_of(scope, key, used, Named("with a value of both", named)),
                variable="AVAL",
            ),
        )


def expect_accumulation(bench: Bench, declared: Declared, row: str, interval: float) -> None:
    """Give the accumulation expected from each subject's terminal rate constant, by column.

    Adds n, estimate (geometric mean), conf.low, conf.high.

    Parameters
    ----------
    interval
        Dosing interval, in hours when the rate constant is per hour.

    Raises
    ------
    ValueError
        When a subject has two rate constants.
    """
    scope, level = declared.scope, declared.level
    for key, records in bench.spread(scope).frames().items():
        if records["USUBJID"].duplicated().any():
            raise ValueError(f"{declared.analysis.id}: a subject has two rate constants")
        rates = records["AVAL"].to_numpy(dtype=float)
        expected = [expected_accumulation(rate, interval).value for rate in rates]
        bench.add(
            declared,
            Result(
                row=row,
                column=key,
                statistics=_statistics(geometric_mean(np.asarray(expected), level)),
                levels={COLUMN: key},
                set_id=bench.set_of(scope, key, tally_of(records)),
                variable="AVAL",
            ),
        )


def _by_profile(declared: Declared, records: pd.DataFrame, number: str) -> pd.DataFrame:
    """Return the values, a row a subject and a column a profile."""
    double = records[records.duplicated(["USUBJID", number])]
    if len(double):
        subject = double["USUBJID"].iloc[0]
        raise ValueError(f"{declared.analysis.id}: subject {subject} has two values of a profile")
    return records.set_index(["USUBJID", number])["AVAL"].unstack()  # noqa: PD010 - nothing is pooled


def _statistics(found: Ratio) -> list[Statistic]:
    return [
        Statistic("n", found.n, "count"),
        Statistic.of("estimate", found.estimate, "fixed2"),
        Statistic.of("conf.low", found.lower, "fixed2"),
        Statistic.of("conf.high", found.upper, "fixed2"),
    ]
