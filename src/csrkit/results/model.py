"""What the results of a display are, and what an analysis is about."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from csrkit.conditions import Condition
from csrkit.results.ard import ANALYSIS_COLUMNS, FROM_SET, Analysis, combine, empty_ard
from csrkit.results.columns import Columns

COLUMN = "COLUMN"
"""Name of the grouping factor of the columns of `study.yml`."""
HEADER = "columns"
"""ROW of the results that head the columns."""


@dataclass(frozen=True)
class Results:
    """The results of one display.

    Attributes
    ----------
    ard
        One row a statistic (`csrkit.results.ard`).
    sets, subjects
        The sets that it counts, and their subjects (`csrkit.results.sets`).
    analyses
        The analyses, as declared (ANALYSIS_COLUMNS).
    listed
        Records of a listing, in order, with the variables that it shows; None for others.
    """

    ard: pd.DataFrame
    sets: pd.DataFrame
    subjects: pd.DataFrame
    analyses: pd.DataFrame
    listed: pd.DataFrame | None = None


@dataclass(frozen=True)
class Scope:
    """The records of an analysis.

    Attributes
    ----------
    dataset, where
        The records.
    columns
        The columns they are spread over.
    variables
        Variables that the analysis looks at; those that the dataset lacks are taken from ADSL.
    """

    dataset: str
    where: Condition
    columns: Columns
    variables: tuple[str, ...] = ()


@dataclass(frozen=True)
class Declared:
    """An analysis as declared on a bench, with the records it is about."""

    analysis: Analysis
    scope: Scope

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the columns."""
        return self.scope.columns.keys

    @property
    def level(self) -> float:
        """Confidence level of the analysis, which one with intervals has to be declared with."""
        if self.analysis.level is None:
            raise ValueError(f"{self.analysis.id} is declared without a confidence level")
        return self.analysis.level


def rows_with_sets(rows: list[dict[str, Any]], sets: pd.DataFrame) -> pd.DataFrame:
    """Return rows as an ARD frame, each with what its set says."""
    if not rows:
        return empty_ard()
    named = sets[["SET_ID", *FROM_SET]]
    return combine(
        [pd.DataFrame(rows).merge(named, on="SET_ID", how="left", validate="many_to_one")]
    )


def analyses_frame(found: Iterable[Analysis]) -> pd.DataFrame:
    """Return analyses as a frame, a row each (ANALYSIS_COLUMNS)."""
    rows = [
        (
            one.id, one.output, one.label, one.analysis_set, one.dataset, one.where_text,
            one.where_sql, json.dumps(one.groupings), one.variable, one.method.name,
            one.method.description, one.settings, one.level, one.purpose, one.reason,
        )
        for one in found
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(ANALYSIS_COLUMNS), dtype=object)
    return frame.astype({"CONF_LEVEL": "float64"})
