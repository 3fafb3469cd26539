"""What a file says of its dataset before the records come: names, labels, types, widths."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from csrkit.errors import DataError
from csrkit.sdtm.formats.sas_dates import DATE_FORMAT, DATETIME_FORMAT, EPOCH

FIXED_TIME = dt.datetime(2000, 1, 1)


@dataclass(frozen=True)
class Variable:
    """One variable: `length` is its width in bytes, `format` a SAS format such as DATE9."""

    name: str
    label: str
    numeric: bool
    length: int
    format: str = ""


@dataclass(frozen=True)
class Origin:
    """Where the data comes from: STUDYID, sponsor, and the stamp that files bear (no clock)."""

    study: str = ""
    sponsor: str = ""
    stamp: dt.datetime = FIXED_TIME
    source: str = "csrkit"


@dataclass(frozen=True)
class Head:
    """A dataset's name, label, variables in order, number of records, and origin."""

    name: str
    label: str
    variables: tuple[Variable, ...]
    records: int
    origin: Origin = Origin()


def head_of(
    frame: pd.DataFrame,
    name: str,
    label: str = "",
    labels: Mapping[str, str] | None = None,
    formats: Mapping[str, str] | None = None,
    origin: Origin | None = None,
) -> tuple[Head, pa.Table]:
    """Return a frame as head and table of text and doubles.

    Parameters
    ----------
    frame
        Shape (records, variables). Text columns hold str or a missing value; datetime64 columns
        become SAS datetimes when their format says so or a time of day isn't midnight, else SAS
        dates; the rest are doubles.
    name, label, labels, formats
        Of the dataset and its variables; a variable without a label has an empty one. Dates have
        the format DATE9. and datetimes DATETIME20. where none is given.

    Raises
    ------
    DataError
        When a text column holds something else than text.
    """
    given = formats or {}
    arrays, variables = [], []
    for column, values in frame.items():
        variable = str(column)
        array, standard = _array(values, given.get(variable, ""), f"{name}, {variable}")
        numeric = not pa.types.is_string(array.type)
        width = 8 if numeric else max(pc.max(pc.binary_length(array)).as_py() or 1, 1)
        fmt = given.get(variable) or standard
        arrays.append(array)
        variables.append(Variable(variable, (labels or {}).get(variable, ""), numeric, width, fmt))
    table = pa.table(arrays, names=[variable.name for variable in variables])
    return Head(name, label, tuple(variables), len(frame), origin or Origin()), table


def _array(values: pd.Series, fmt: str, where: str) -> tuple[pa.Array, str]:
    """Return a column as text or doubles, and the SAS format that goes with it."""
    if pd.api.types.is_datetime64_any_dtype(values):
        gone = values - EPOCH
        days_only = bool((values.dropna() == values.dropna().dt.normalize()).all())
        if not fmt.startswith("DATETIME") and days_only:
            return _doubles(gone / pd.Timedelta(days=1)), DATE_FORMAT
        return _doubles(gone / pd.Timedelta(seconds=1)), DATETIME_FORMAT
    if pd.api.types.is_numeric_dtype(values):
        return _doubles(values), ""
    try:
        return pa.array(values, type=pa.string(), from_pandas=True), ""
    except (pa.ArrowException, UnicodeError, TypeError) as fault:
        raise DataError(
            "A text variable holds something that is no text",
            where=where,
            found=" ".join(str(fault).split())[:100],
            allowed="text, or missing",
            remedy="Make the variable all text or all numbers.",
        ) from None


def _doubles(values: pd.Series) -> pa.Array:
    numbers = values.to_numpy(np.float64, na_value=np.nan)
    return pa.array(numbers, type=pa.float64(), from_pandas=True)
