"""Summaries of continuous variables by column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from csrkit.conditions import Condition, both, present
from csrkit.results.ard import Result, Statistic
from csrkit.results.bench import COLUMN, Bench, Declared
from csrkit.results.formats import fixed
from csrkit.results.spread import tally_of
from csrkit.stats.descriptive import summarise
from csrkit.stats.estimate import Estimate

CONTINUOUS = ("n", "mean", "sd", "median", "p25", "p75", "min", "max")
PHARMACOKINETIC = ("n", "mean", "sd", "cv", "geom_mean", "geom_cv", "median", "min", "max")

# Decimals beyond those of the data: the convention of the displays.
EXTRA_DECIMALS = {"mean": 1, "sd": 2, "se": 2, "median": 1, "p25": 1, "p75": 1, "min": 0, "max": 0}
IN_PERCENT = {"cv": "fixed1", "geom_cv": "fixed1"}
COUNTED = ("n", "n_missing")


def continuous_formats(decimals: int) -> dict[str, str]:
    """Return the format of each statistic of a variable that is recorded with `decimals`."""
    formats = {name: fixed(decimals + extra) for name, extra in EXTRA_DECIMALS.items()}
    return formats | dict.fromkeys(COUNTED, "count") | IN_PERCENT


def significant_formats(digits: int = 3) -> dict[str, str]:
    """Return the format of each statistic with a number of significant digits (PK)."""
    names = (*EXTRA_DECIMALS, "geom_mean", "geom_sd")
    formats = dict.fromkeys(names, f"significant{digits}")
    return formats | dict.fromkeys(COUNTED, "count") | IN_PERCENT


def summarise_values(
    bench: Bench,
    declared: Declared,
    variable: str,
    *more: Condition,
    row: str,
    formats: Mapping[str, str],
    statistics: Sequence[str] = CONTINUOUS,
    levels: Mapping[str, str] | None = None,
    column: str = "{column}",
) -> None:
    """Summarise a numeric variable by column, one record a subject.

    Parameters
    ----------
    variable
        Numeric variable.
    more
        Conditions beside that of the analysis (a parameter, a visit).
    row, column
        Row key, and key of the display's column, in which `{column}` is that of the column group.
    formats
        Format by statistic: `continuous_formats(decimals)` or `significant_formats(digits)`.
    statistics
        Names as `csrkit.stats.descriptive.summarise` gives them; `n_missing` counts the column's
        subjects without a value, whether or not they have a record.
    levels
        Further grouping factors and levels.

    Raises
    ------
    ValueError
        When a subject has more than one record: a mean of them would weigh subjects unequally.
    """
    scope, known = declared.scope, present(variable)
    spread = bench.spread(scope)
    chosen = bench.holds(spread.frame, both(*more, known), scope.dataset)
    for key, used in spread.frames(chosen).items():
        _require_one_each(declared, used, variable)
        found = summarise(used[variable].astype("float64"))
        found["n_missing"] = Estimate(float(scope.columns[key].total - len(used)))
        bench.add(
            declared,
            Result(
                row=row.format(column=key),
                column=column.format(column=key),
                statistics=[Statistic.of(name, found[name], formats[name]) for name in statistics],
                levels={COLUMN: key, **(levels or {})},
                set_id=bench.set_of(scope, key, tally_of(used), *more, known),
                denominator=bench.denominator(scope.columns, key),
                variable=variable,
            ),
        )


def _require_one_each(declared: Declared, used: pd.DataFrame, variable: str) -> None:
    double = used.loc[used["USUBJID"].duplicated(), "USUBJID"]
    if len(double):
        raise ValueError(
            f"{declared.analysis.id}: subject {double.iloc[0]} has more than one record of "
            f"{variable} for {declared.analysis.dataset} where {declared.analysis.where_sql}"
        )
