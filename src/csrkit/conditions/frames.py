"""A condition asked of the records of a DataFrame."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from csrkit.conditions.tree import And, Comparison, Condition, Named, Not, Or, Value

Mask = np.ndarray


class UnusableConditionError(ValueError):
    """A condition that can't be asked of these records: what it names isn't there, or unlike it."""


def mask(frame: pd.DataFrame, condition: Condition) -> Mask:
    """Return, for each record, whether a condition is true of it (never unknown).

    Raises
    ------
    UnusableConditionError
        When the condition names a variable that the frame lacks, or compares text with numbers.
    """
    if isinstance(condition, Comparison):
        return _compared(frame, condition)
    if isinstance(condition, Named):
        return mask(frame, condition.part)
    if isinstance(condition, Not):
        return ~mask(frame, condition.part)
    found = np.full(len(frame), isinstance(condition, And))
    for part in condition.parts:
        found = found & mask(frame, part) if isinstance(condition, And) else found | mask(frame, part)
    return found


def select(frame: pd.DataFrame, condition: Condition) -> pd.DataFrame:
    """Return the records that a condition is true of, in their order."""
    if condition == And():
        return frame
    return frame[mask(frame, condition)]


def _compared(frame: pd.DataFrame, one: Comparison) -> Mask:
    if one.variable not in frame.columns:
        raise UnusableConditionError(f"there is no variable {one.variable}")
    values = frame[one.variable]
    if one.comparator in ("MISSING", "PRESENT"):
        absent = _absent(values)
        return absent if one.comparator == "MISSING" else ~absent
    _check_types(one, values)
    if one.comparator in ("IN", "EQ"):
        return _array(values.isin(list(one.values)))
    if one.comparator in ("NOTIN", "NE"):
        return ~_array(values.isin(list(one.values)))
    known = ~_absent(values)
    found = np.zeros(len(frame), dtype=bool)
    found[known] = _array(_ORDERED[one.comparator](values[known], one.values[0]))
    return found


def _check_types(one: Comparison, values: pd.Series) -> None:
    """Refuse to compare text with numbers; a variable without any value takes either."""
    is_text = isinstance(one.values[0], str)
    numeric = is_numeric_dtype(values) and not is_bool_dtype(values)
    if is_text == numeric and values.notna().any():
        kind, other = ("numbers", "text") if numeric else ("text", "numbers")
        raise UnusableConditionError(f"{one.variable} holds {kind}, and is compared with {other}")


def _absent(values: pd.Series) -> Mask:
    absent = _array(values.isna())
    return absent | _array(values == "") if values.dtype == object else absent


def _array(found: pd.Series) -> Mask:
    return found.fillna(False).to_numpy(dtype=bool)


def _contains(values: pd.Series, part: Value) -> pd.Series:
    return values.astype(str).str.contains(str(part), regex=False)


_ORDERED: dict[str, Callable[[pd.Series, Value], pd.Series]] = {
    "LT": lambda values, limit: values < limit,
    "LE": lambda values, limit: values <= limit,
    "GT": lambda values, limit: values > limit,
    "GE": lambda values, limit: values >= limit,
    "CONTAINS": _contains,
}
