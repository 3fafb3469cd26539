"""Put the parts of a dataset under each other without letting an empty column change a type."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_integer_dtype


def stack_records(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return the records of all parts, index 0…n-1, with every column that any part has.

    A column has the type that it has in the first part with a value in it, where whole numbers are
    float64 so that they can be missing; where a part lacks the column, or has nothing in it, it is
    missing.
    """
    frames = list(parts)
    columns = dict.fromkeys(column for frame in frames for column in frame.columns)
    rows = pd.RangeIndex(sum(map(len, frames)))
    # Column by column: on whole frames, pandas looks at every text value by itself.
    return pd.DataFrame(
        {name: _stack_column(frames, name) for name in columns}, index=rows, copy=False
    )


def _stack_column(frames: list[pd.DataFrame], column: str) -> pd.Series:
    """Return the values of one column of all parts."""
    own = [frame[column] for frame in frames if column in frame.columns]
    nothing = _nothing(own)
    pieces = [
        frame[column]
        if column in frame.columns and _has_value(frame[column])
        else _missing(nothing, frame.index)
        for frame in frames
        if len(frame)
    ]
    return pd.concat(pieces, ignore_index=True) if pieces else nothing.reset_index(drop=True)


def _nothing(columns: list[pd.Series]) -> pd.Series:
    """Return no value of the type of the first column with a value."""
    first = next((column for column in columns if _has_value(column)), columns[0])
    if is_bool_dtype(first.dtype):
        return pd.Series([], dtype="object")
    return first.iloc[:0].astype("float64" if is_integer_dtype(first.dtype) else first.dtype)


def _has_value(column: pd.Series) -> bool:
    """Return whether any value isn't missing; the first mostly tells."""
    return len(column) > 0 and (bool(pd.notna(column.iloc[0])) or bool(column.notna().any()))


def _missing(nothing: pd.Series, index: pd.Index) -> pd.Series:
    """Return missing values: None for text, NaN or NaT otherwise."""
    if nothing.dtype == "object":
        return pd.Series(np.full(len(index), None, dtype=object), index=index)
    return pd.Series(None, index=index, dtype=nothing.dtype)
