"""Proportions of subjects with an exact confidence interval, by column."""

from __future__ import annotations

from csrkit.conditions import Condition, both
from csrkit.results.ard import Result, Statistic
from csrkit.results.bench import Bench
from csrkit.results.model import COLUMN, Declared
from csrkit.results.verbs.counts import NO_DENOMINATOR, counted
from csrkit.stats.proportions import clopper_pearson


def estimate_proportion(bench: Bench, declared: Declared, row: str, *more: Condition) -> None:
    """Estimate the proportion of a column's subjects that have a record.

    Adds n, N, p, conf.low and conf.high (proportions, written in percent; exact interval of
    Clopper and Pearson at the level of the analysis).
    """
    scope, level = declared.scope, declared.level
    spread = bench.spread(scope)
    chosen = bench.holds(spread.frame, both(*more), scope.dataset) if more else None
    for key, tally in spread.tally(chosen).items():
        total = scope.columns[key].total
        lower, upper = clopper_pearson(len(tally.subjects), total, level)
        bench.add(
            declared,
            Result(
                row=row,
                column=key,
                statistics=[
                    *counted(tally, total),
                    Statistic("conf.low", lower, "percent1", reason=NO_DENOMINATOR),
                    Statistic("conf.high", upper, "percent1", reason=NO_DENOMINATOR),
                ],
                levels={COLUMN: key},
                set_id=bench.set_of(scope, key, tally, *more),
                denominator=bench.denominator(scope.columns, key),
            ),
        )
