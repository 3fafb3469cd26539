"""Order records by several columns through the places of their distinct values."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

Places = npt.NDArray[np.intp]


def rank_values(values: pd.Series, *, missing_first: bool = False) -> Places:
    """Return the place of each value among the distinct ones, from 1; missing values are equal."""
    codes, distinct = pd.factorize(values, sort=True)
    return np.where(codes < 0, 0 if missing_first else len(distinct) + 1, codes + 1)


def order_places(keys: Sequence[Places]) -> Places:
    """Return the places of the records in order of the keys, equal ones as they stood."""
    return np.lexsort(tuple(reversed(keys)))


def sort_records(
    frame: pd.DataFrame, by: Sequence[str], *, missing_first: bool = False
) -> pd.DataFrame:
    """Return the records in order of some columns, equal ones as they stood, index 0…n-1."""
    places = order_places([rank_values(frame[name], missing_first=missing_first) for name in by])
    out = frame.take(places)
    out.index = pd.RangeIndex(len(out))
    return out
