"""Analysis results data (ARD): one row a statistic, with its analysis, its method and its sets.

The statistics carry the names of the field's ARD packages (n, N, p, mean, sd, median, p25, p75,
min, max, estimate, conf.low, conf.high …), so that a reader of one reads the other.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from csrkit.results.formats import NOT_ESTIMABLE, format_value
from csrkit.results.methods import Method
from csrkit.stats.estimate import Estimate

DEPTH = 4
"""Number of grouping factors that a row has room for."""
GROUPINGS = tuple(f"{name}{place}" for place in range(1, DEPTH + 1) for name in ("GROUP", "LEVEL"))
FROM_SET = ("DATASET", "WHERE_TEXT", "WHERE_SQL", "N_RECORDS", "N_SUBJECTS")
"""Columns that repeat the row's set, for people and for programs that want one flat table."""

ARD_COLUMNS = (
    "OUTPUT",
    "NUMBER",
    "ANALYSIS",
    "METHOD",
    "ANALYSIS_SET",
    "ROW",
    "COLUMN",
    *GROUPINGS,
    "VARIABLE",
    "VARLEVEL",
    "STAT",
    "VALUE",
    "CONF_LEVEL",
    "FORMAT",
    "FORMATTED",
    "REASON",
    "SET_ID",
    "DENOM_ID",
    *FROM_SET,
)
NUMBERS = {"NUMBER": "int64", "N_RECORDS": "int64", "N_SUBJECTS": "int64"}
FRACTIONS = {"VALUE": "float64", "CONF_LEVEL": "float64"}

ANALYSIS_COLUMNS = (
    "ANALYSIS",
    "OUTPUT",
    "LABEL",
    "ANALYSIS_SET",
    "DATASET",
    "WHERE_TEXT",
    "WHERE_SQL",
    "GROUPINGS",
    "VARIABLE",
    "METHOD",
    "METHOD_TEXT",
    "SETTINGS",
    "CONF_LEVEL",
    "PURPOSE",
    "REASON",
)


@dataclass(frozen=True)
class Statistic:
    """One number of a result.

    Attributes
    ----------
    name
        `n`, `N`, `p`, `mean`, `estimate`, `conf.low`, …
    value
        The number, not rounded; None or NaN when it can't be given.
    format
        Name of a format in `csrkit.results.formats`.
    reason
        Why there is no value; obligatory then.
    shown_as
        What is shown instead of a value: NE (not estimable) or NR (not reached).
    word
        What is shown when the result is a word, not a number (a decision).
    """

    name: str
    value: float | None
    format: str
    reason: str = ""
    shown_as: str = NOT_ESTIMABLE
    word: str = ""

    @classmethod
    def of(
        cls, name: str, estimate: Estimate, written: str, shown_as: str = NOT_ESTIMABLE
    ) -> Statistic:
        """Return an estimate of `csrkit.stats` as a statistic written by a named format."""
        return cls(name, estimate.value, written, estimate.reason or "", shown_as)

    @classmethod
    def text(cls, name: str, word: str) -> Statistic:
        """Return a result that is a word."""
        return cls(name, None, "text", word=word)

    @property
    def missing(self) -> bool:
        """Whether there is neither a value nor a word."""
        return not self.word and (self.value is None or math.isnan(self.value))

    @property
    def formatted(self) -> str:
        """The number as text, or NE / NR."""
        if self.word:
            return self.word
        if self.value is None or math.isnan(self.value):
            return self.shown_as
        return format_value(self.format, self.value)


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """An analysis: what is computed of which records, by which method, and why.

    Attributes
    ----------
    id
        Unique in the report: `<output>.<name>`.
    label
        What it gives, in words.
    analysis_set
        Key of the analysis set.
    dataset, where_text, where_sql
        Dataset and condition of its records, beside the columns' own.
    groupings
        Grouping factors in order, the column groups first.
    variable
        Variable analysed.
    method
        How.
    settings
        Settings of the method.
    level
        Confidence level; None where there is no interval.
    purpose, reason
        Terms of ARS: what the analysis is for, and what asked for it.
    """

    id: str
    output: str
    label: str
    analysis_set: str
    dataset: str
    where_text: str
    where_sql: str
    groupings: tuple[str, ...]
    variable: str
    method: Method
    settings: str
    level: float | None
    purpose: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Result:
    """The statistics at one row and column of a display.

    Attributes
    ----------
    row, column
        Where they stand: keys of a row and a column of the display.
    statistics
        The numbers.
    levels
        Grouping factor → level, in order (the column group first).
    set_id
        The set that the numbers count or were fitted on.
    denominator
        The set that a share is of; N counts it. Empty where there is none.
    variable, level
        What was analysed; `level` is empty for a continuous variable.
    """

    row: str
    column: str
    statistics: Sequence[Statistic]
    levels: Mapping[str, str]
    set_id: str
    denominator: str = ""
    variable: str = ""
    level: str = ""


def rows_of(analysis: Analysis, result: Result) -> Iterable[dict[str, object]]:
    """Yield the ARD rows of a result; the columns of its sets stay open."""
    if len(result.levels) > DEPTH:
        raise ValueError(f"{analysis.id}: more than {DEPTH} grouping factors")
    shared = {
        "OUTPUT": analysis.output,
        "ANALYSIS": analysis.id,
        "METHOD": analysis.method.name,
        "ANALYSIS_SET": analysis.analysis_set,
        "ROW": result.row,
        "COLUMN": result.column,
        "VARIABLE": result.variable,
        "VARLEVEL": result.level,
    }
    for place, (name, level) in enumerate(result.levels.items(), start=1):
        shared |= {f"GROUP{place}": name, f"LEVEL{place}": level}
    for one in result.statistics:
        counts_denominator = one.name == "N" and result.denominator
        with_level = one.name.startswith("conf.") and analysis.level is not None
        yield {
            **shared,
            "STAT": one.name,
            "VALUE": math.nan if one.value is None else float(one.value),
            "CONF_LEVEL": analysis.level if with_level else math.nan,
            "FORMAT": one.format,
            "FORMATTED": one.formatted,
            "REASON": one.reason if one.missing else None,
            "SET_ID": result.denominator if counts_denominator else result.set_id,
            "DENOM_ID": "" if counts_denominator else result.denominator,
        }


def typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Give every column the type it has in an ARD frame, whatever the number of rows."""
    types = dict.fromkeys(ARD_COLUMNS, "object") | NUMBERS | FRACTIONS
    ordered = frame.reindex(columns=list(ARD_COLUMNS))
    texts = [*GROUPINGS, "VARLEVEL", "DENOM_ID", "VARIABLE"]
    ordered[texts] = ordered[texts].fillna("").astype("object")
    return ordered.astype(types)


def combine(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return ARD frames as one, numbered from 1 within each output (NUMBER)."""
    filled = [part for part in parts if len(part)]
    if not filled:
        return empty_ard()
    whole = pd.concat(filled, ignore_index=True)
    return typed(whole.assign(NUMBER=whole.groupby("OUTPUT", sort=False).cumcount() + 1))


def empty_ard() -> pd.DataFrame:
    """Return an ARD frame without rows."""
    return typed(pd.DataFrame(columns=list(ARD_COLUMNS)))
