"""Hold a derived frame against its specification: columns, order, types, lengths, terms, keys."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api import types

from csrkit.adam.common.ordering import Places, order_places, rank_values
from csrkit.adam.spec.codelists import codelists
from csrkit.adam.spec.model import DatasetSpec, Variable
from csrkit.errors import DerivationError

Values = npt.NDArray[Any]

REMEDY = "Correct the derivation or its specification, so that both say the same."


def conform(frame: pd.DataFrame, spec: DatasetSpec) -> pd.DataFrame:
    """Return `frame` with the columns, order, types and sorting of its specification.

    Parameters
    ----------
    frame
        Derived records, at least with the variables of the specification and no others.
    spec
        The dataset's specification, from `load_spec`.

    Returns
    -------
    DataFrame
        A new frame, sorted by the keys (missing last), index 0…n-1; the labels ride in `attrs`.

    Raises
    ------
    DerivationError
        When a variable is missing or unknown, a value has another type, is longer than allowed or
        outside its codelist, or two records have the same key.
    """
    _check_columns(frame, spec)
    columns = {
        variable.name: _convert(frame[variable.name], variable, spec, frame)
        for variable in spec.variables
    }
    keys = [rank_values(pd.Series(columns[name])) for name in spec.keys]
    places = order_places(keys)
    out = pd.DataFrame({name: values[places] for name, values in columns.items()}, copy=False)
    _check_keys(out, [key[places] for key in keys], spec)
    out.attrs = {
        "label": spec.label,
        "labels": {variable.name: variable.label for variable in spec.variables},
    }
    return out


def _check_columns(frame: pd.DataFrame, spec: DatasetSpec) -> None:
    missing = [name for name in spec.names if name not in frame.columns]
    extra = [str(name) for name in frame.columns if name not in spec.names]
    if missing or extra:
        found = [f"lacks {', '.join(missing)}"] if missing else []
        found += [f"has {', '.join(extra)}, which it doesn't describe"] if extra else []
        raise DerivationError(
            "A dataset departs from its specification",
            where=spec.dataset,
            found="; ".join(found),
            allowed="the variables of its specification",
            remedy=REMEDY,
        )


def _convert(
    column: pd.Series, variable: Variable, spec: DatasetSpec, frame: pd.DataFrame
) -> Values:
    """Return the values with the variable's type, or raise with an example record."""
    if variable.type == "text":
        return _text(column, variable, spec, frame)
    dates = variable.type in ("date", "datetime")
    empty = column.isna()
    if empty.all():
        nothing = np.datetime64("NaT", "ns") if dates else np.nan
        return np.full(len(column), nothing)
    if dates:
        return _date(column, variable, spec, frame)
    if not types.is_numeric_dtype(column.dtype) or types.is_bool_dtype(column.dtype):
        raise _departure_error(
            column, ~empty, variable, spec, frame, f"a number, not {column.dtype}"
        )
    numbers = column.astype("float64").to_numpy()
    bad = np.isinf(numbers)
    if variable.type == "integer":
        bad |= ~np.isnan(numbers) & (numbers != np.floor(numbers))
    if bad.any():
        raise _departure_error(column, bad, variable, spec, frame, f"a finite {variable.type}")
    return numbers


def _date(column: pd.Series, variable: Variable, spec: DatasetSpec, frame: pd.DataFrame) -> Values:
    if not types.is_datetime64_dtype(column.dtype):
        raise _departure_error(
            column, column.notna(), variable, spec, frame, f"datetime64[ns], not {column.dtype}"
        )
    dates = column.to_numpy().astype("datetime64[ns]")
    timed = ~np.isnat(dates) & (dates != dates.astype("datetime64[D]"))
    if variable.type == "date" and timed.any():
        raise _departure_error(column, timed, variable, spec, frame, "a date at midnight")
    return dates


def _text(column: pd.Series, variable: Variable, spec: DatasetSpec, frame: pd.DataFrame) -> Values:
    """Check each distinct value once; equal values become one object in memory."""
    coded = column.array if isinstance(column.dtype, pd.CategoricalDtype) else None
    values = pd.Series(coded.categories) if coded is not None else column.astype(object)
    if types.infer_dtype(values, skipna=True) not in ("string", "empty"):
        wrong = column.map(lambda value: not pd.isna(value) and not isinstance(value, str))
        raise _departure_error(column, wrong.eq(True), variable, spec, frame, "text")
    codes, distinct = (coded.codes, values) if coded is not None else pd.factorize(values)
    words = [str(word) for word in distinct]
    terms = codelists()[variable.codelist] if variable.codelist else None
    known = None if terms is None or terms.extensible else terms.terms
    checks = {
        "text, or None when missing": [word == "" for word in words],
        f"text of at most {variable.length} bytes": [
            len(word.encode()) > variable.length for word in words
        ],
        ", ".join(known or ()): [known is not None and word not in known for word in words],
    }
    for allowed, fails in checks.items():
        if any(fails):
            bad = np.append(fails, False)[codes]
            raise _departure_error(column, bad, variable, spec, frame, allowed)
    whole = np.empty(len(words) + 1, dtype=object)
    whole[:-1] = distinct
    return whole[codes]


def _check_keys(frame: pd.DataFrame, keys: list[Places], spec: DatasetSpec) -> None:
    """Stop at records with the same key, which in order of the keys stand side by side."""
    same = np.logical_and.reduce([key[1:] == key[:-1] for key in keys])
    if same.any():
        twice = frame.duplicated(list(spec.keys), keep=False)
        example = frame.loc[twice, list(spec.keys)].iloc[0]
        raise DerivationError(
            "Two records of a dataset have the same key",
            where=f"{spec.dataset}, {_record(example)}",
            found=f"{int(twice.sum())} records that share their key with another",
            allowed=f"one record for each {', '.join(spec.keys)}",
            remedy=REMEDY,
        )


def _departure_error(
    column: pd.Series,
    wrong: pd.Series | npt.NDArray[np.bool_],
    variable: Variable,
    spec: DatasetSpec,
    frame: pd.DataFrame,
    allowed: str,
) -> DerivationError:
    """Name dataset, variable and the first record that departs."""
    bad = np.asarray(wrong, dtype=bool)
    place = int(bad.argmax())
    keys = [key for key in spec.keys if key in frame.columns]
    more = f" ({int(bad.sum())} records)" if bad.sum() > 1 else ""
    return DerivationError(
        "A value departs from the dataset's specification",
        where=f"{spec.dataset}.{variable.name}, {_record(frame[keys].iloc[place])}",
        found=f"{column.iloc[place]!r}{more}",
        allowed=allowed,
        remedy=REMEDY,
    )


def _record(keys: pd.Series) -> str:
    return ", ".join(f"{name}={value}" for name, value in keys.items())
