"""One parameter of many profiles: its values, and the reasons of those that are missing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.object_]


class Column(NamedTuple):
    """Values by profile, NaN where there is a reason; reasons by profile, None where a value."""

    value: Array
    reason: Texts

    def where(self, keep: Flags, reason: str) -> Column:
        """Return the column with the values outside `keep` made missing for a reason."""
        reasons = self.reason.copy()
        reasons[~keep] = reason
        return column(self.value, reasons)

    def over(self, below: Column) -> Column:
        """Return this column divided by another; the first reason found goes on."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return column(self.value / below.value, first(self.reason, below.reason))

    def times(self, factor: Column) -> Column:
        """Return this column multiplied by another; the first reason found goes on."""
        return column(self.value * factor.value, first(self.reason, factor.reason))

    def minus(self, amount: Array) -> Column:
        """Return this column less a known amount."""
        return Column(self.value - amount, self.reason)


def column(value: Array, reason: Texts) -> Column:
    """Return a column whose values are missing wherever there is a reason."""
    return Column(np.where(has(reason), np.nan, value), reason)


def no_reasons(size: int) -> Texts:
    """Return reasons for `size` profiles, none of them given."""
    return np.full(size, None, dtype=object)


def has(reason: Texts) -> Flags:
    """Say where a reason is given."""
    return np.asarray(pd.notna(reason), dtype=np.bool_)


def given(flags: Flags, words: str) -> Texts:
    """Return a reason for the profiles that are flagged."""
    reason = no_reasons(len(flags))
    reason[flags] = words
    return reason


def prefixed(words: str, reason: Texts) -> Texts:
    """Return the reasons that are given with words before them."""
    known = has(reason)
    longer = no_reasons(len(reason))
    longer[known] = words + reason[known]
    return longer


def first(reason: Texts, other: Texts) -> Texts:
    """Return the first reason where it is given, else the other."""
    return np.asarray(np.where(has(reason), reason, other), dtype=object)
