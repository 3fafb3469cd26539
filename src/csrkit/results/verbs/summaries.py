"""Summaries of continuous variables by column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from csrkit.conditions import Condition, both, present
from csrkit.conditions.words import to_words
from csrkit.errors import StudyError
from csrkit.results.ard import Result, Statistic
from csrkit.results.bench import Bench
from csrkit.results.formats import fixed
from csrkit.results.model import COLUMN, Declared
from csrkit.results.spread import Tally
from csrkit.stats.descriptive import summarise
from csrkit.stats.estimate import Estimate

CONTINUOUS = ("n", "mean", "sd", "median", "p25", "p75", "min", "max")
PHARMACOKINETIC = ("n", "mean", "sd", "cv", "geom_mean", "geom_cv", "median", "min", "max")

# Decimals beyond those of the data: the convention of the displays.
EXTRA_DECIMALS = {"mean": 1, "sd": 2, "se": 2, "median": 1, "p25": 1, "p75": 1, "min": 0, "max": 0}
IN_PERCENT = {"cv": "fixed1", "geom_cv": "fixed1"}
COUNTED = ("n", "n_missing")
NO_PLACES = np.empty(0, dtype=int)


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
    StudyError
        When the variable holds text.
    """
    scope, known = declared.scope, present(variable)
    spread = bench.spread(scope)
    if not is_numeric_dtype(spread.frame[variable]) and spread.frame[variable].notna().any():
        raise StudyError(
            "A display summarises a variable that holds text",
            where=f"tlf.yml, key displays.{bench.entry.key}.settings",
            found=f"{variable} of {scope.dataset}",
            allowed="a variable of numbers",
            remedy="Leave out decimals to count its levels, or name a variable of numbers.",
        )
    places = spread.places([], bench.holds(spread.frame, both(*more, known), scope.dataset))
    for key in scope.columns.keys:
        used = places.get((key,), NO_PLACES)
        add_summary(
            bench, declared, key, used, variable, [*more, known],
            row=row.format(column=key), column=column.format(column=key),
            formats=formats, statistics=statistics, levels=levels or {},
        )  # fmt: skip


def add_summary(
    bench: Bench,
    declared: Declared,
    key: str,
    places: np.ndarray,
    variable: str,
    more: Sequence[Condition],
    *,
    row: str,
    column: str,
    formats: Mapping[str, str],
    statistics: Sequence[str],
    levels: Mapping[str, str],
) -> None:
    """Add the summary of a variable on some records of one column, at their places in the frame.

    Raises
    ------
    ValueError
        When a subject has more than one record.
    """
    scope = declared.scope
    frame = bench.spread(scope).frame
    subjects = frame["USUBJID"].to_numpy()[places]
    tally = Tally(len(places), tuple(sorted(set(subjects))))
    if len(tally.subjects) < tally.records:
        double = pd.Series(subjects)[pd.Series(subjects).duplicated()].iloc[0]
        raise ValueError(
            f"{declared.analysis.id}: subject {double} has more than one record of "
            f"{variable} for {scope.dataset} where {to_words(both(scope.where, *more))}"
        )
    found = summarise(frame[variable].to_numpy(dtype="float64")[places])
    found["n_missing"] = Estimate(float(scope.columns[key].total - tally.records))
    bench.add(
        declared,
        Result(
            row=row,
            column=column,
            statistics=[Statistic.of(name, found[name], formats[name]) for name in statistics],
            levels={COLUMN: key, **levels},
            set_id=bench.set_of(scope, key, tally, *more),
            denominator=bench.denominator(scope.columns, key),
            variable=variable,
        ),
    )
