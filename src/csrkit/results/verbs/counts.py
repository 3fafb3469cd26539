"""Counts of subjects and of records by column, by level, and nested to any depth."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from csrkit.conditions import Condition, both, equal
from csrkit.results.ard import Result, Statistic
from csrkit.results.bench import Bench
from csrkit.results.model import COLUMN, Declared
from csrkit.results.spread import NOTHING, Level, Tally

MISSING = "Missing"
NO_SUBJECTS = "The column has no subjects"
NO_DENOMINATOR = "No subject counts in the denominator"


def count_subjects(
    bench: Bench,
    declared: Declared,
    row: str,
    *more: Condition,
    percent: bool = True,
    events: bool = False,
) -> None:
    """Count the subjects with a record, and the records, by column.

    Adds n, N and p (both only with `percent`; N is the subjects of the column), and n_events
    (records, with `events`).

    Parameters
    ----------
    row
        Row key of the display.
    more
        Conditions beside that of the analysis.
    """
    scope = declared.scope
    spread = bench.spread(scope)
    chosen = bench.holds(spread.frame, both(*more), scope.dataset) if more else None
    tallies = spread.tally(chosen)
    for key in declared.keys:
        _add_count(bench, declared, row, key, tallies[key], more, percent=percent, events=events)


def count_levels(
    bench: Bench,
    declared: Declared,
    variable: str,
    *,
    prefix: str,
    levels: Sequence[Level] = (),
    by_frequency: bool = False,
    percent: bool = True,
    events: bool = False,
) -> list[Level]:
    """Count the subjects at each level of a variable, by column; return the levels, in order.

    Declared levels are counted even when nobody has them; others found follow by name, or by
    descending frequency in the last column, and missing values are counted as `Missing`.

    Adds rows as `count_subjects`, ROW = `<prefix>.<level name>`.
    """
    spread = bench.spread(declared.scope)
    tallies = spread.by([variable])
    found = [level for level in spread.levels_of(variable) if level not in levels]
    if by_frequency:
        last = declared.keys[-1]
        found.sort(key=lambda level: _less_frequent(tallies.get((last, level), NOTHING), level))
    for level in (ordered := [*levels, *found]):
        for key in declared.keys:
            _add_count(
                bench, declared, f"{prefix}.{level_name(level)}", key,
                tallies.get((key, level), NOTHING), [equal(variable, level)],
                percent=percent, events=events, variable=variable, level=level_name(level),
            )  # fmt: skip
    return ordered


def count_nested(
    bench: Bench,
    declared: Declared,
    variables: Sequence[str],
    tallies: Mapping[tuple[Level, ...], Tally],
    paths: Sequence[tuple[Level, ...]],
) -> None:
    """Add counts of paths of levels of nested variables (system organ class, term), by column.

    Adds n, N, p, n_events; ROW = the levels of the path joined by ` / `. A path is counted in
    every column, also where nobody has it.

    Parameters
    ----------
    variables
        Variables, outermost first.
    tallies
        (column, level, …) → count, of all depths.
    paths
        The paths to add, in order.
    """
    for path in paths:
        names = [level_name(level) for level in path]
        inside = dict(zip(variables, names, strict=False))
        conditions = [equal(name, level) for name, level in zip(variables, path, strict=False)]
        for key in declared.keys:
            _add_count(
                bench, declared, " / ".join(names), key, tallies.get((key, *path), NOTHING),
                conditions, percent=True, events=True,
                variable=variables[len(path) - 1], level=names[-1],
                above=dict(list(inside.items())[:-1]),
            )  # fmt: skip


def level_name(level: Level) -> str:
    """Return a level as row keys and labels show it; None is `Missing`."""
    if level is None:
        return MISSING
    return f"{level:g}" if isinstance(level, int | float) else level


def counted(tally: Tally, total: int | None, *, events: bool = False) -> list[Statistic]:
    """Return n, with a denominator N and p, and with `events` n_events."""
    count = len(tally.subjects)
    statistics = [Statistic("n", count, "count")]
    if total is not None:
        share = count / total if total else math.nan
        statistics += [
            Statistic("N", total, "count"),
            Statistic("p", share, "percent", reason=NO_DENOMINATOR),
        ]
    if events:
        statistics.append(Statistic("n_events", tally.records, "count"))
    return statistics


def _less_frequent(tally: Tally, level: Level) -> tuple[int, str]:
    """Return what sorts levels by descending frequency, then by name."""
    return -len(tally.subjects), level_name(level)


def _add_count(
    bench: Bench,
    declared: Declared,
    row: str,
    key: str,
    tally: Tally,
    more: Sequence[Condition],
    *,
    percent: bool,
    events: bool,
    variable: str = "",
    level: str = "",
    above: Mapping[str, str] | None = None,
) -> None:
    columns = declared.scope.columns
    bench.add(
        declared,
        Result(
            row=row,
            column=key,
            statistics=counted(tally, columns[key].total if percent else None, events=events),
            levels={COLUMN: key, **(above or {})},
            set_id=bench.set_of(declared.scope, key, tally, *more),
            denominator=bench.denominator(columns, key) if percent else "",
            variable=variable,
            level=level,
        ),
    )
