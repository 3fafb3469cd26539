"""Put the parts of a dataset under each other without letting an empty column change a type."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from pandas.api.types import is_bool_dtype, is_integer_dtype


def stack(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return the records of all parts, index 0…n-1, with every column that any part has.

    A column has the type that it has in the first part with a value in it, where whole numbers are
    float64 so that they can be missing; where a part lacks the column, or has nothing in it, it is
    missing.
    """
    frames = list(parts)
    columns = dict.fromkeys(column for frame in frames for column in frame.columns)
    empty = {column: _nothing(frames, column) for column in columns}
    return pd.concat([_whole(frame, empty) for frame in frames], ignore_index=True)


def _nothing(frames: list[pd.DataFrame], column: str) -> pd.Series:
    """Return no value of the column's type."""
    holders = [frame[column] for frame in frames if column in frame.columns]
    first = next((holder for holder in holders if holder.notna().any()), holders[0])
    if is_bool_dtype(first.dtype):
        return pd.Series([], dtype="object")
    return first.iloc[:0].astype("float64" if is_integer_dtype(first.dtype) else first.dtype)


def _whole(frame: pd.DataFrame, empty: dict[str, pd.Series]) -> pd.DataFrame:
    """Return the frame with every column; one without a value takes the column's type."""
    return pd.DataFrame(
        {
            column: frame[column]
            if column in frame.columns and frame[column].notna().any()
            else _missing(nothing, frame.index)
            for column, nothing in empty.items()
        },
        index=frame.index,
        copy=False,
    )


def _missing(nothing: pd.Series, index: pd.Index) -> pd.Series:
    """Return missing values: None for text, NaN or NaT otherwise."""
    values = nothing.reindex(range(len(index))).set_axis(index)
    return values.where(values.notna(), None) if values.dtype == "object" else values
