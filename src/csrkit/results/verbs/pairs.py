"""Two columns compared: which, and the records of both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from csrkit.errors import StudyError
from csrkit.results.bench import Bench
from csrkit.results.columns import Columns
from csrkit.results.model import Declared


@dataclass(frozen=True)
class Pair:
    """A column and the reference column, with the records of both.

    Attributes
    ----------
    column, reference
        Keys of the columns.
    records
        The records of both.
    compared
        Whether each record belongs to the column, not to the reference.
    """

    column: str
    reference: str
    records: pd.DataFrame
    compared: np.ndarray

    @property
    def keys(self) -> tuple[str, str]:
        """Keys of both columns, the compared one first."""
        return self.column, self.reference


def columns_against(bench: Bench, columns: Columns, reference: str) -> tuple[str, ...]:
    """Return the keys of the columns that are compared with a reference.

    Raises
    ------
    StudyError
        When the reference is no column of the display, or shares subjects with another.
    """
    where = f"display {bench.entry.key}, reference column {reference}"
    if reference not in columns.keys:
        raise StudyError(
            "The reference is no column of the display",
            where=where,
            found=reference,
            allowed=columns.keys,
            remedy="Add it to the columns of the display in tlf.yml, or name one of them.",
        )
    others = tuple(key for key in columns.keys if key != reference)
    own = set(columns[reference].subjects)
    for key in others:
        shared = sorted(own & set(columns[key].subjects))
        if shared:
            raise StudyError(
                "A column shares subjects with the reference, so they can't be compared",
                where=where,
                found=f"{len(shared)} subjects in {key} too: {', '.join(shared[:5])}",
                allowed="columns without a subject of the reference",
                remedy="Name other columns of the display in tlf.yml.",
            )
    return others


def pairs(bench: Bench, declared: Declared, reference: str) -> Iterator[Pair]:
    """Yield each column of an analysis with the reference, and the records of both.

    Raises
    ------
    StudyError
        As `columns_against`.
    """
    spread = bench.spread(declared.scope)
    records = spread.frames()
    for key in columns_against(bench, declared.scope.columns, reference):
        parts = [records[key], records[reference]]
        compared = np.repeat([True, False], [len(part) for part in parts])
        yield Pair(key, reference, pd.concat(parts, ignore_index=True), compared)
