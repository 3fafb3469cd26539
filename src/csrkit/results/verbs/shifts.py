"""Shifts: subjects by value at baseline and worst value, everybody in one cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from csrkit.conditions import Condition, Or, both, equal, one_of
from csrkit.errors import StudyError
from csrkit.index.settings.common import Level
from csrkit.index.settings.findings import Direction
from csrkit.results.ard import Result, Statistic
from csrkit.results.bench import Bench
from csrkit.results.model import COLUMN, Declared
from csrkit.results.spread import NOTHING, Tally
from csrkit.results.verbs.counts import MISSING, level_name


@dataclass(frozen=True)
class Shifted:
    """A shift of one parameter: its records, the levels in order, and the key of its rows.

    Attributes
    ----------
    bench, declared
        The analysis.
    direction
        Variables of the value, of the value at baseline, and of the flag, with its mark.
    parameter
        PARAMCD.
    levels
        Levels of the value, in order.
    row
        Beginning of the row keys.
    """

    bench: Bench
    declared: Declared
    direction: Direction
    parameter: str
    levels: tuple[Level, ...]
    row: str

    @property
    def own(self) -> Condition:
        """The records of the parameter."""
        return equal("PARAMCD", self.parameter)

    @property
    def flagged(self) -> Condition:
        """The records whose value counts."""
        return equal(self.direction.flag, self.direction.mark)

    @property
    def valued(self) -> Condition:
        """The records that count and have a value."""
        return both(self.flagged, one_of(self.direction.value, self.levels))

    @property
    def placed(self) -> Condition:
        """The records that have a value at baseline, or count and have a value."""
        return Or((one_of(self.direction.baseline, self.levels), self.valued))

    def tally(self, key: str, *conditions: Condition) -> Tally:
        """Count the records of the parameter in a column that meet conditions."""
        spread = self.bench.spread(self.declared.scope)
        dataset = self.declared.scope.dataset
        chosen = self.bench.holds(spread.frame, both(self.own, *conditions), dataset)
        return spread.tally(chosen)[key]

    def set_of(self, key: str, tally: Tally, *conditions: Condition) -> str:
        """Keep the set of these records."""
        return self.bench.set_of(self.declared.scope, key, tally, self.own, *conditions)


def cross_shift(shift: Shifted) -> None:
    """Cross the value at baseline with the flagged one, of one parameter.

    Adds n a cell: ROW = `<row>.<baseline>`, COLUMN = `<column>.<value>`. A subject without a
    flagged value stands in the column `Missing`, one without a value at baseline in the row
    `Missing`. Those without a flagged value are the subjects of a denominator (those with that
    value at baseline; of the column) who have no record of the set: n_missing.

    Raises
    ------
    StudyError
        When a subject has several flagged records, or a value isn't among the levels: the cells
        wouldn't add up.
    """
    spread = shift.bench.spread(shift.declared.scope)
    dataset, direction = shift.declared.scope.dataset, shift.direction
    chosen = shift.bench.holds(spread.frame, both(shift.own, shift.flagged), dataset)
    _require_one_each(shift, spread.frame[chosen])
    _require_levels(shift, spread.frame[shift.bench.holds(spread.frame, shift.own, dataset)])
    found = spread.by([direction.baseline, direction.value], chosen)
    for key in shift.declared.keys:
        everyone = shift.bench.denominator(shift.declared.scope.columns, key)
        for base in [*shift.levels, None]:
            for value in shift.levels:
                tally = found.get((key, base, value), NOTHING)
                same = [equal(direction.baseline, base), equal(direction.value, value)]
                own = shift.set_of(key, tally, shift.flagged, *same)
                counted = Statistic("n", len(tally.subjects), "count")
                _add(shift, key, base, value, counted, own, everyone)
            _add_missing(shift, key, base)


def _require_one_each(shift: Shifted, flagged: pd.DataFrame) -> None:
    double = flagged.loc[flagged["USUBJID"].duplicated(), "USUBJID"]
    if len(double):
        raise StudyError(
            "The flag of a shift doesn't mark one record of each subject",
            where=f"display {shift.bench.entry.key}, settings.directions, {shift.row}",
            found=f"{shift.direction.flag}, subjects {', '.join(sorted(set(double))[:5])}",
            allowed="at most one flagged record a subject and parameter",
            remedy="Name a flag of one record (WGRLFL), or narrow the condition of the display.",
        )


def _require_levels(shift: Shifted, records: pd.DataFrame) -> None:
    for variable in (shift.direction.baseline, shift.direction.value):
        other = sorted(set(records[variable].dropna()) - set(shift.levels))
        if other:
            raise StudyError(
                "A shift has a value that isn't among its levels",
                where=f"display {shift.bench.entry.key}, settings.levels, {shift.row}",
                found=f"{variable}: {', '.join(map(str, other[:5]))}",
                allowed=", ".join(map(str, shift.levels)),
                remedy="Add the value to the levels, or leave it out by the display's condition.",
            )


def _add_missing(shift: Shifted, key: str, base: Level | None) -> None:
    """Count the subjects with a value at baseline, or without one, who have no flagged value."""
    columns = shift.declared.scope.columns
    if base is None:
        everyone: Sequence[str] = columns[key].subjects
        denominator = shift.bench.denominator(columns, key)
        conditions = [shift.placed]
    else:
        at_base = equal(shift.direction.baseline, base)
        based = shift.tally(key, at_base)
        everyone, denominator = based.subjects, shift.set_of(key, based, at_base)
        conditions = [at_base, shift.valued]
    having = shift.tally(key, *conditions)
    left = len(set(everyone) - set(having.subjects))
    statistic = Statistic("n_missing", left, "count")
    own = shift.set_of(key, having, *conditions)
    _add(shift, key, base, None, statistic, own, denominator)


def _add(
    shift: Shifted,
    key: str,
    base: Level | None,
    value: Level | None,
    statistic: Statistic,
    own: str,
    denominator: str,
) -> None:
    at = {"PARAMCD": shift.parameter, shift.direction.baseline: level_name(base)}
    shift.bench.add(
        shift.declared,
        Result(
            row=f"{shift.row}.{level_name(base)}",
            column=f"{key}.{MISSING if value is None else level_name(value)}",
            statistics=[statistic],
            levels={COLUMN: key, **at},
            set_id=own,
            denominator=denominator,
            variable=shift.direction.value,
            level=level_name(value),
        ),
    )
