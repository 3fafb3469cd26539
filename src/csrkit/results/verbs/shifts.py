"""Shifts: subjects by value at baseline and worst value, everybody in one cell."""

from __future__ import annotations

from collections.abc import Sequence

from csrkit.conditions import Condition, Or, both, equal, one_of
from csrkit.index.settings.findings import Direction
from csrkit.results.ard import Result, Statistic
from csrkit.results.bench import COLUMN, Bench, Declared
from csrkit.results.spread import NOTHING, Level, Spread, Tally
from csrkit.results.verbs.counts import MISSING, level_name


def cross_shift(
    bench: Bench,
    declared: Declared,
    direction: Direction,
    parameter: str,
    levels: Sequence[Level],
    row: str,
) -> None:
    """Cross the value at baseline with the flagged one, of one parameter.

    Adds n a cell: ROW = `<row>.<baseline>`, COLUMN = `<column>.<value>`. A subject without a
    flagged value stands in the column `Missing`, one without a value at baseline in the row
    `Missing`. Those without a flagged value are the subjects of a denominator (those with that
    value at baseline; of the column) who have no record of the set: n_missing.
    """
    parts = _Parts(bench, declared, direction, equal("PARAMCD", parameter))
    flagged = parts.tallies([direction.baseline, direction.value], parts.flagged)
    based = parts.tallies([direction.baseline])
    for key in declared.keys:
        for base in [*levels, None]:
            for value in levels:
                tally = flagged.get((key, base, value), NOTHING)
                same = [equal(direction.baseline, base), equal(direction.value, value)]
                own = parts.set_of(key, tally, parts.flagged, *same)
                parts.add(row, key, base, value, Statistic("n", len(tally.subjects), "count"), own)
        for base in levels:
            everyone = based.get((key, base), NOTHING)
            own = equal(direction.baseline, base)
            worst = parts.among(key, flagged, [base], levels)
            parts.add_missing(
                row, key, base, everyone.subjects, parts.set_of(key, everyone, own),
                worst, parts.set_of(key, worst, parts.flagged, own, parts.valued(levels)),
            )  # fmt: skip
        known = parts.known(key, levels)
        columns = declared.scope.columns
        parts.add_missing(
            row, key, None, columns[key].subjects, bench.denominator(columns, key),
            known, parts.set_of(key, known, parts.either(levels)),
        )  # fmt: skip


class _Parts:
    """The records of one parameter, and the conditions on them."""

    def __init__(
        self, bench: Bench, declared: Declared, direction: Direction, parameter: Condition
    ) -> None:
        self.bench = bench
        self.declared = declared
        self.direction = direction
        self.parameter = parameter
        self.flagged = equal(direction.flag, "Y")
        self.spread: Spread = bench.spread(declared.scope)

    def holds(self, *conditions: Condition):  # type: ignore[no-untyped-def]
        dataset = self.declared.scope.dataset
        return self.bench.holds(self.spread.frame, both(self.parameter, *conditions), dataset)

    def tallies(self, variables: Sequence[str], *conditions: Condition):  # type: ignore[no-untyped-def]
        return self.spread.by(variables, self.holds(*conditions))

    def valued(self, levels: Sequence[Level]) -> Condition:
        return one_of(self.direction.value, [level for level in levels if level is not None])

    def either(self, levels: Sequence[Level]) -> Condition:
        """A value at baseline, or a flagged one."""
        known = [level for level in levels if level is not None]
        flagged = both(self.flagged, self.valued(levels))
        return Or((one_of(self.direction.baseline, known), flagged))

    def known(self, key: str, levels: Sequence[Level]) -> Tally:
        return self.spread.tally(self.holds(self.either(levels)))[key]

    def among(self, key, flagged, bases, levels) -> Tally:  # type: ignore[no-untyped-def]
        found = [flagged.get((key, base, value), NOTHING) for base in bases for value in levels]
        subjects = sorted({subject for tally in found for subject in tally.subjects})
        return Tally(sum(tally.records for tally in found), tuple(subjects))

    def set_of(self, key: str, tally: Tally, *conditions: Condition) -> str:
        return self.bench.set_of(self.declared.scope, key, tally, self.parameter, *conditions)

    def add_missing(
        self,
        row: str,
        key: str,
        base: Level,
        everyone: Sequence[str],
        denominator: str,
        having: Tally,
        own: str,
    ) -> None:
        left = len(set(everyone) - set(having.subjects))
        self.add(row, key, base, None, Statistic("n_missing", left, "count"), own, denominator)

    def add(
        self,
        row: str,
        key: str,
        base: Level,
        value: Level,
        statistic: Statistic,
        own: str,
        denominator: str = "",
    ) -> None:
        parameter = row.partition(".")[0]
        levels = {COLUMN: key, "PARAMCD": parameter, self.direction.baseline: level_name(base)}
        self.bench.add(
            self.declared,
            Result(
                row=f"{row}.{level_name(base)}",
                column=f"{key}.{MISSING if value is None else level_name(value)}",
                statistics=[statistic],
                levels=levels,
                set_id=own,
                denominator=denominator,
                variable=self.direction.value,
                level=level_name(value),
            ),
        )
