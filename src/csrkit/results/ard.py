"""Analysis results data (ARD): one row a statistic, with where it came from.

The statistics carry the names of the field's ARD packages (n, N, p, mean, sd, median, p25, p75,
min, max, estimate, conf.low, conf.high …), so that a reader of one reads the other.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from csrkit.results.formats import NOT_ESTIMABLE, format_value
from csrkit.results.groups import Groups
from csrkit.results.where import EVERY_RECORD, Where
from csrkit.stats.estimate import Estimate

ARD_COLUMNS = (
    "OUTPUT",
    "NUMBER",
    "ROW",
    "COLUMN",
    "ANALYSIS_SET",
    "GROUPS",
    "VARIABLE",
    "LEVEL",
    "STAT",
    "VALUE",
    "FORMAT",
    "FORMATTED",
    "REASON",
    "DATASET",
    "FILTER_TEXT",
    "FILTER_EXPR",
    "N_RECORDS",
    "N_SUBJECTS",
    "SUBJECTS",
)
COUNTS = ("NUMBER", "N_RECORDS", "N_SUBJECTS")
SUBJECTS_LISTED = 20
"""Largest number of subjects whose keys are written into a row."""


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
    absent
        What is shown instead of a value: NE (not estimable) or NR (not reached).
    text
        What is shown when the result is a word, not a number (a decision).
    """

    name: str
    value: float | None
    format: str
    reason: str = ""
    absent: str = NOT_ESTIMABLE
    text: str = ""

    @classmethod
    def of(
        cls, name: str, estimate: Estimate, written: str, absent: str = NOT_ESTIMABLE
    ) -> Statistic:
        """Return an estimate of `csrkit.stats` as a statistic written by a named format."""
        return cls(name, estimate.value, written, estimate.reason or "", absent)

    @classmethod
    def word(cls, name: str, text: str) -> Statistic:
        """Return a result that is a word."""
        return cls(name, None, "text", text=text)

    @property
    def missing(self) -> bool:
        """Whether there is neither a value nor a word."""
        return not self.text and (self.value is None or math.isnan(self.value))

    @property
    def formatted(self) -> str:
        """The number as text, or NE / NR."""
        if self.text:
            return self.text
        if self.value is None or math.isnan(self.value):
            return self.absent
        return format_value(self.format, self.value)


@dataclass(frozen=True)
class Result:
    """The statistics at one row and column of a display.

    Attributes
    ----------
    row, column
        Where they stand: a row key of the display, and the key of a column in `study.yml`.
    statistics
        The numbers.
    variable, level
        What was analysed; `level` is empty for a continuous variable.
    where
        Filter added to that of the analysis.
    records
        Number of records used.
    subjects
        Keys of the subjects used.
    groups
        Further grouping values, beside the column (a visit, a system organ class).
    at
        Column of the display, where it has others than the column groups (a grade within a group).
    """

    row: str
    column: str
    statistics: Sequence[Statistic]
    variable: str = ""
    level: str = ""
    where: Where = EVERY_RECORD
    records: int = 0
    subjects: Sequence[str] = ()
    groups: Mapping[str, str] = field(default_factory=dict)
    at: str = ""


@dataclass(frozen=True)
class Analysis:
    """What the results of one display have in common.

    Attributes
    ----------
    output
        Key of the display in `tlf.yml`.
    dataset
        Dataset the records come from.
    groups
        Columns and their subjects.
    where
        Filter of the records.
    """

    output: str
    dataset: str
    groups: Groups
    where: Where = EVERY_RECORD

    def narrowed(self, where: Where) -> Analysis:
        """Return this analysis with one filter more."""
        return Analysis(self.output, self.dataset, self.groups, self.where & where)

    def records(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the records of the analysis once a column (COLUMN), filtered."""
        return self.groups.expand(self.where.select(frame, self.dataset))


def ard(analysis: Analysis, results: Iterable[Result]) -> pd.DataFrame:
    """Return results as ARD rows, in the order given."""
    rows = [row for result in results for row in _rows(analysis, result)]
    return _typed(pd.DataFrame(rows, columns=list(ARD_COLUMNS)))


def combine(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return ARD frames as one, numbered from 1 within each output (NUMBER)."""
    filled = [part for part in parts if len(part)]
    if not filled:
        return empty_ard()
    whole = pd.concat(filled, ignore_index=True)
    return _typed(whole.assign(NUMBER=whole.groupby("OUTPUT", sort=False).cumcount() + 1))


def empty_ard() -> pd.DataFrame:
    """Return an ARD frame without rows."""
    return _typed(pd.DataFrame(columns=list(ARD_COLUMNS)))


def _rows(analysis: Analysis, result: Result) -> list[dict[str, object]]:
    where = analysis.groups[result.column].where & analysis.where & result.where
    subjects = sorted(set(result.subjects))
    shared = {
        "OUTPUT": analysis.output,
        "NUMBER": 0,
        "ROW": result.row,
        "COLUMN": result.at or result.column,
        "ANALYSIS_SET": analysis.groups.analysis_set,
        "GROUPS": json.dumps({"COLUMN": result.column, **result.groups}, ensure_ascii=False),
        "VARIABLE": result.variable,
        "LEVEL": result.level,
        "DATASET": analysis.dataset,
        "FILTER_TEXT": where.text,
        "FILTER_EXPR": where.expr,
        "N_RECORDS": result.records,
        "N_SUBJECTS": len(subjects),
        "SUBJECTS": json.dumps(subjects) if len(subjects) <= SUBJECTS_LISTED else None,
    }
    return [
        {
            **shared,
            "STAT": one.name,
            "VALUE": math.nan if one.value is None else float(one.value),
            "FORMAT": one.format,
            "FORMATTED": one.formatted,
            "REASON": one.reason if one.missing else None,
        }
        for one in result.statistics
    ]


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Give every column the type it has in an ARD frame, whatever the number of rows."""
    types = dict.fromkeys(ARD_COLUMNS, "object")
    types |= dict.fromkeys(COUNTS, "int64")
    types["VALUE"] = "float64"
    return frame.astype(types)
