"""Counts of subjects and of records by column and level."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from csrkit.results.ard import Analysis, Result, Statistic, ard
from csrkit.results.where import EVERY_RECORD, Where, equals

Level = str | int | float

MISSING = "Missing"
NO_SUBJECTS = "The column has no subjects"
NO_DENOMINATOR = "No subject counts in the denominator"


def count_subjects(
    analysis: Analysis,
    records: pd.DataFrame,
    row: str,
    where: Where = EVERY_RECORD,
    *,
    totals: Mapping[str, int] | None = None,
    percent: bool = True,
    events: bool = False,
) -> pd.DataFrame:
    """Count the subjects with a record, and the records, by column.

    Parameters
    ----------
    analysis
        Output, dataset, columns and filter.
    records
        The dataset, one row a record, with USUBJID.
    row
        Row key of the display.
    where
        Filter of the records counted in this row.
    totals
        Denominator by column; the columns' numbers of subjects when left out.
    percent
        Whether a percentage of the denominator makes sense.
    events
        Whether the records are counted as well.

    Returns
    -------
    pandas.DataFrame
        ARD rows n, N and p (both only with `percent`), and n_events (records, with `events`).
    """
    found = subjects_by_column(analysis.narrowed(where), records)
    denominators = totals or analysis.groups.totals
    results = [
        Result(
            row,
            key,
            _count_statistics(found[key], denominators[key] if percent else None, events=events),
            where=where,
            records=len(found[key]),
            subjects=found[key],
        )
        for key in analysis.groups.keys
    ]
    return ard(analysis, results)


def count_levels(
    analysis: Analysis,
    records: pd.DataFrame,
    variable: str,
    *,
    levels: Sequence[Level] = (),
    row: str = "",
    totals: Mapping[str, int] | None = None,
    percent: bool = True,
    events: bool = False,
) -> pd.DataFrame:
    """Count the subjects at each level of a variable, by column.

    Declared levels are counted even when nobody has them; values found beside them follow in
    order, and missing values are counted as `Missing` when there are any.

    Parameters
    ----------
    analysis, records, totals, percent, events
        As of `count_subjects`.
    variable
        Text or numeric variable.
    levels
        Values, in order, as they stand in the data.
    row
        Beginning of the row keys; the variable when left out.

    Returns
    -------
    pandas.DataFrame
        ARD rows as of `count_subjects`, ROW = `<row>.<level name>`.
    """
    parts = [
        count_subjects(
            analysis,
            records,
            f"{row or variable}.{level_name(level)}",
            equals(variable, level),
            totals=totals,
            percent=percent,
            events=events,
        ).assign(VARIABLE=variable, LEVEL=level_name(level))
        for level in present_levels(analysis, records, variable, levels)
    ]
    return pd.concat(parts, ignore_index=True) if parts else ard(analysis, [])


def present_levels(
    analysis: Analysis, records: pd.DataFrame, variable: str, levels: Sequence[Level] = ()
) -> list[Level | None]:
    """Return declared levels, then others found in the analysis, then None when one is missing."""
    values = analysis.records(records)[variable]
    found = sorted(set(values.dropna().unique().tolist()) - set(levels))
    return [*levels, *found, *([None] if values.isna().any() else [])]


def level_name(level: Level | None) -> str:
    """Return a level as row keys and labels show it; None is `Missing`."""
    if level is None:
        return MISSING
    return f"{level:g}" if isinstance(level, int | float) else level


def count_nested(
    analysis: Analysis,
    records: pd.DataFrame,
    outer: str,
    inner: str,
) -> pd.DataFrame:
    """Count subjects and records by an outer and an inner variable (system organ class, term).

    Returns
    -------
    pandas.DataFrame
        ARD rows n, N, p, n_events; ROW = `<outer level>` or `<outer level> / <inner level>`. A
        level is counted in every column, also where nobody has it.
    """
    expanded = analysis.records(records)
    shown = expanded.assign(
        **{name: expanded[name].astype("object").where(expanded[name].notna(), MISSING)
           for name in (outer, inner)}
    )  # fmt: skip
    results = [
        *_nested_results(analysis, shown, (outer,)),
        *_nested_results(analysis, shown, (outer, inner)),
    ]
    return ard(analysis, results)


def _nested_results(
    analysis: Analysis, expanded: pd.DataFrame, variables: tuple[str, ...]
) -> Iterable[Result]:
    """Count each combination of levels in each column; absent combinations count nobody."""
    subjects = {
        key: list(found)
        for key, found in expanded.groupby([*variables, "COLUMN"], sort=True)["USUBJID"]
    }
    for levels in dict.fromkeys(key[:-1] for key in subjects):
        where = EVERY_RECORD
        for variable, level in zip(variables, levels, strict=True):
            where = where & equals(variable, None if level == MISSING else level)
        for column, total in analysis.groups.totals.items():
            found = subjects.get((*levels, column), [])
            yield Result(
                " / ".join(map(str, levels)),
                column,
                _count_statistics(found, total, events=True),
                variable=variables[-1],
                level=str(levels[-1]),
                where=where,
                records=len(found),
                subjects=found,
                groups=dict(zip(variables[:-1], map(str, levels[:-1]), strict=True)),
            )


def subjects_by_column(analysis: Analysis, records: pd.DataFrame) -> dict[str, list[str]]:
    """Return, by column, the subject of each record (a subject stands once a record)."""
    grouped = analysis.records(records).groupby("COLUMN")["USUBJID"]
    found = {str(key): list(subjects) for key, subjects in grouped}
    return {key: found.get(key, []) for key in analysis.groups.keys}


def _count_statistics(
    subjects: Sequence[str], total: int | None, *, events: bool
) -> list[Statistic]:
    count = len(set(subjects))
    statistics = [Statistic("n", count, "count")]
    if total is not None:
        share = count / total if total else math.nan
        statistics += [
            Statistic("N", total, "count"),
            Statistic("p", share, "percent", reason=NO_DENOMINATOR),
        ]
    if events:
        statistics.append(Statistic("n_events", len(subjects), "count"))
    return statistics
