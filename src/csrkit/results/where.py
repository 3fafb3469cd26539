"""Which records a result counts, in words and as an expression that runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from csrkit.errors import StudyError


@dataclass(frozen=True)
class Where:
    """A filter of records.

    Attributes
    ----------
    text
        The filter in words, for a reader.
    expr
        The filter as a `pandas.DataFrame.query` expression; empty for all records.
    """

    text: str = ""
    expr: str = ""

    def __and__(self, other: Where) -> Where:
        """Return the filter that asks for both."""
        words = "; ".join(part for part in (self.text, other.text) if part)
        if not (self.expr and other.expr):
            return Where(words, self.expr or other.expr)
        return Where(words, f"{_closed(self.expr)} and {_closed(other.expr)}")

    def select(self, frame: pd.DataFrame, dataset: str) -> pd.DataFrame:
        """Return the records of `frame` that the filter lets through.

        Raises
        ------
        StudyError
            When the expression can't be run on this dataset (an unknown variable, a typing error).
        """
        if not self.expr:
            return frame
        try:
            return frame.query(self.expr, engine="python")
        except Exception as fault:
            raise StudyError(
                "A filter can't be run on its dataset",
                where=f"dataset {dataset}, filter {self.expr}",
                found=str(fault),
                allowed=f"variables of {dataset}: {', '.join(map(str, frame.columns))}",
                remedy="Mend the filter in study.yml or in report/tlf.yml.",
            ) from None


EVERY_RECORD = Where()


def equals(variable: str, level: object, label: str = "") -> Where:
    """Return the filter that asks for one value of a variable (None: a missing value)."""
    name = label or variable
    if level is None:
        return Where(f"{name} is missing", f"{variable}.isna()")
    return Where(f"{name} = {level}", f"{variable} == {level!r}")


def among(variable: str, levels: Iterable[object]) -> Where:
    """Return the filter that asks for one of several values of a variable."""
    values = list(levels)
    return Where(f"{variable} in ({', '.join(map(str, values))})", f"{variable} in {values!r}")


def _closed(expr: str) -> str:
    """Return an expression that can stand beside `and`."""
    return f"({expr})" if " or " in expr else expr
