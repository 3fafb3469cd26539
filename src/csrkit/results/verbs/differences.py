"""Differences of proportions between each column and a reference column."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from csrkit.conditions import Condition, both
from csrkit.results.ard import Result, Statistic
from csrkit.results.bench import Bench
from csrkit.results.methods import MIETTINEN_NURMINEN, NEWCOMBE
from csrkit.results.model import COLUMN, Declared
from csrkit.results.spread import tally_of
from csrkit.results.verbs.pairs import columns_against
from csrkit.stats.estimate import Numbers
from csrkit.stats.proportion_difference import miettinen_nurminen, newcombe

INTERVALS: Mapping[str, Callable[[int, int, int, int, float], Numbers[float]]] = {
    NEWCOMBE.id: newcombe,
    MIETTINEN_NURMINEN.id: miettinen_nurminen,
}
NAMES = ("estimate", "conf.low", "conf.high")


def estimate_difference(
    bench: Bench, declared: Declared, row: str, reference: str, *more: Condition
) -> None:
    """Estimate by how much the proportions of subjects with a record differ.

    Adds estimate, conf.low and conf.high (column less reference, written in percent) by the method
    of the analysis. The set holds the records of both columns, the denominator their subjects.

    Raises
    ------
    StudyError
        When the reference is no column of the display, or shares subjects with another.
    """
    scope, level = declared.scope, declared.level
    spread, columns = bench.spread(scope), scope.columns
    chosen = bench.holds(spread.frame, both(*more), scope.dataset)
    counts = {key: len(tally.subjects) for key, tally in spread.tally(chosen).items()}
    interval = INTERVALS[declared.analysis.method.id]
    for key in columns_against(bench, columns, reference):
        compared = (key, reference)
        places = spread.together(compared)
        tally = tally_of(spread.frame.iloc[places[chosen[places]]])
        found = interval(
            counts[key], columns[key].total, counts[reference], columns[reference].total, level
        )
        bench.add(
            declared,
            Result(
                row=row,
                column=key,
                statistics=[
                    Statistic(name, value, "percent1", reason or "")
                    for name, value, reason in zip(NAMES, found, found.reasons, strict=True)
                ],
                levels={COLUMN: key, "REFERENCE": reference},
                set_id=bench.set_of_all(scope, compared, tally, *more),
                denominator=bench.denominator_of_all(columns, compared),
            ),
        )
