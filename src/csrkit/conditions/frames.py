"""A condition asked of the records of a DataFrame."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_numeric_dtype

from csrkit.conditions.tree import ALL_RECORDS, And, Comparison, Condition, Not, Value, unnamed

Mask = npt.NDArray[np.bool_]


class UnusableConditionError(ValueError):
    """A condition that can't be asked of these records.

    Attributes
    ----------
    allowed
        What could be asked.
    remedy
        What the writer of the condition, or of the records, can do.
    """

    def __init__(self, what: str, allowed: str, remedy: str) -> None:
        super().__init__(what)
        self.allowed, self.remedy = allowed, remedy


def mask(frame: pd.DataFrame, condition: Condition) -> Mask:
    """Return, for each record, whether a condition is true of it (never unknown).

    Raises
    ------
    UnusableConditionError
        When the condition names a variable that the frame lacks, or compares text with numbers,
        or a date with either.
    """
    bare = unnamed(condition)
    if isinstance(bare, Comparison):
        return _compared(frame, bare)
    if isinstance(bare, Not):
        return ~mask(frame, bare.part)
    combine = np.logical_and if isinstance(bare, And) else np.logical_or
    found = np.full(len(frame), isinstance(bare, And))
    for part in bare.parts:
        found = combine(found, mask(frame, part))
    return found


def select(frame: pd.DataFrame, condition: Condition) -> pd.DataFrame:
    """Return the records that a condition is true of, in their order."""
    if condition == ALL_RECORDS:
        return frame
    return frame[mask(frame, condition)]


def _compared(frame: pd.DataFrame, one: Comparison) -> Mask:
    if one.variable not in frame.columns:
        raise UnusableConditionError(
            f"no variable {one.variable}",
            f"variables {', '.join(map(str, frame.columns))}",
            f"Name one of these variables, or deliver {one.variable}.",
        )
    values = frame[one.variable]
    known = _known(values)
    if one.comparator in ("MISSING", "PRESENT"):
        return known if one.comparator == "PRESENT" else ~known
    if known.any():
        _check_kind(one, values)
    if one.comparator in ("EQ", "IN"):
        return _array(values.isin(list(one.values)))
    if one.comparator in ("NE", "NOTIN"):
        return ~_array(values.isin(list(one.values)))
    found = np.zeros(len(frame), dtype=bool)
    if known.any():
        found[known] = _array(_ORDERED[one.comparator](values[known], one.values[0]))
    return found


def _check_kind(one: Comparison, values: pd.Series) -> None:
    """Refuse to compare what isn't alike; a variable without any value may be of either kind."""
    kind = _kind(values)
    other = "text" if isinstance(one.values[0], str) else "numbers"
    if kind == other:
        return
    asked = f"{one.variable} is missing, {one.variable} is not missing"
    if kind in ("text", "numbers"):
        asked = f"{one.variable} compared with {kind}, or {asked}"
    quotes = "without quotes" if kind == "numbers" else "in quotes"
    raise UnusableConditionError(
        f"{one.variable} holds {kind}, and is compared with {other}",
        asked,
        f"Write the value {quotes}, or deliver {one.variable} as {other}."
        if kind in ("text", "numbers")
        else f"Ask only whether {one.variable} is missing.",
    )


def _kind(values: pd.Series) -> str:
    if is_datetime64_any_dtype(values):
        return "dates"
    if is_bool_dtype(values):
        return "truth values"
    return "numbers" if is_numeric_dtype(values) else "text"


def _known(values: pd.Series) -> Mask:
    """Return where a variable has a value; an empty text is none."""
    known = _array(values.notna())
    return known & ~_array(values.isin([""])) if _kind(values) == "text" else known


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
