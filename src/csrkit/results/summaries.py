"""Summaries of continuous variables by column."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from csrkit.results.ard import Analysis, Result, Statistic, ard
from csrkit.results.formats import fixed
from csrkit.results.where import EVERY_RECORD, Where
from csrkit.stats.descriptive import summarise
from csrkit.stats.estimate import Estimate

CONTINUOUS = ("n", "mean", "sd", "median", "p25", "p75", "min", "max")
PHARMACOKINETIC = ("n", "mean", "sd", "cv", "median", "min", "max", "geom_mean", "geom_cv")

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
    analysis: Analysis,
    records: pd.DataFrame,
    variable: str,
    *,
    formats: dict[str, str],
    row: str = "",
    where: Where = EVERY_RECORD,
    statistics: Sequence[str] = CONTINUOUS,
    groups: dict[str, str] | None = None,
) -> pd.DataFrame:
    """Summarise a numeric variable by column, one record a subject.

    Parameters
    ----------
    analysis
        Output, dataset, columns and filter.
    records
        The dataset; after filtering, a subject may have one record only.
    variable
        Numeric variable.
    formats
        Format by statistic: `continuous_formats(decimals)` or `significant_formats(digits)`.
    row
        Row key of the display; the variable when left out.
    where
        Filter added to that of the analysis (a parameter, a visit).
    statistics
        Names as `csrkit.stats.descriptive.summarise` gives them; `n_missing` counts the column's
        subjects without a value, whether or not they have a record.
    groups
        Further grouping values of the rows.

    Raises
    ------
    ValueError
        When a subject has more than one record: a mean of them would weigh subjects unequally.
    """
    chosen = analysis.narrowed(where).records(records)
    present = chosen[chosen[variable].notna()]
    if present.duplicated(["COLUMN", "USUBJID"]).any():
        double = present.loc[present.duplicated(["COLUMN", "USUBJID"]), "USUBJID"].iloc[0]
        raise ValueError(
            f"{analysis.output}: subject {double} has more than one record of {variable} "
            f"for {analysis.dataset} where {(analysis.where & where).expr}"
        )
    by_column = dict(iter(present.groupby("COLUMN")))
    results = []
    for key, total in analysis.groups.totals.items():
        used = by_column.get(key, present.iloc[:0])
        found = summarise(used[variable].astype("float64"))
        found["n_missing"] = Estimate(float(total - len(used)))
        results.append(
            Result(
                row or variable,
                key,
                [Statistic.of(name, found[name], formats[name]) for name in statistics],
                variable=variable,
                where=where & Where(expr=f"{variable}.notna()"),
                records=len(used),
                subjects=list(used["USUBJID"]),
                groups=groups or {},
            )
        )
    return ard(analysis, results)
