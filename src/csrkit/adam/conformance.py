"""Hold a derived frame against its specification: columns, order, types, lengths, terms, keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pandas.api import types

from csrkit.errors import DerivationError

if TYPE_CHECKING:
    from csrkit.adam.spec import DatasetSpec, Variable

REMEDY = "Mend the derivation or its specification, so that both say the same."


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
    out = pd.DataFrame(
        {
            variable.name: _typed(frame[variable.name], variable, spec, frame)
            for variable in spec.variables
        },
        columns=spec.names,
        index=frame.index,
    )
    out = out.sort_values(list(spec.keys), kind="stable", na_position="last", ignore_index=True)
    _check_keys(out, spec)
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


def _typed(
    column: pd.Series, variable: Variable, spec: DatasetSpec, frame: pd.DataFrame
) -> pd.Series:
    """Return the column with the variable's type, or raise with an example record."""
    if variable.type == "text":
        return _text(column, variable, spec, frame)
    empty = column.isna()
    if empty.all():
        dates = variable.type in ("date", "datetime")
        return pd.Series(pd.NaT if dates else np.nan, index=column.index).astype(
            "datetime64[ns]" if dates else "float64"
        )
    if variable.type in ("date", "datetime"):
        return _date(column, variable, spec, frame)
    if not types.is_numeric_dtype(column.dtype) or types.is_bool_dtype(column.dtype):
        raise _departure(column, ~empty, variable, spec, frame, f"a number, not {column.dtype}")
    numbers = column.astype("float64")
    bad = numbers.abs().eq(np.inf)
    if variable.type == "integer":
        bad |= numbers.notna() & (numbers % 1 != 0)
    if bad.any():
        raise _departure(column, bad, variable, spec, frame, f"a finite {variable.type}")
    return numbers


def _date(
    column: pd.Series, variable: Variable, spec: DatasetSpec, frame: pd.DataFrame
) -> pd.Series:
    if not types.is_datetime64_dtype(column.dtype):
        raise _departure(
            column, column.notna(), variable, spec, frame, f"datetime64[ns], not {column.dtype}"
        )
    dates = column.astype("datetime64[ns]")
    timed = dates.notna() & (dates != dates.dt.normalize())
    if variable.type == "date" and timed.any():
        raise _departure(column, timed, variable, spec, frame, "a date at midnight")
    return dates


def _text(
    column: pd.Series, variable: Variable, spec: DatasetSpec, frame: pd.DataFrame
) -> pd.Series:
    from csrkit.adam.spec import codelists

    values = column.astype(object)
    present = values.notna()
    words = values[present]
    if types.infer_dtype(words) not in ("string", "empty"):
        wrong = present & ~values.map(lambda value: isinstance(value, str)).astype(bool)
        raise _departure(column, wrong, variable, spec, frame, "text")
    blank = present & values.eq("")
    if blank.any():
        raise _departure(column, blank, variable, spec, frame, "text, or None when missing")
    size = words.map(lambda word: len(word.encode())).astype("float64")
    long = size.reindex(values.index, fill_value=0.0) > variable.length
    if long.any():
        raise _departure(
            column, long, variable, spec, frame, f"text of at most {variable.length} bytes"
        )
    terms = codelists()[variable.codelist] if variable.codelist else None
    if terms and not terms.extensible:
        other = present & ~values.isin(list(terms.terms))
        if other.any():
            raise _departure(column, other, variable, spec, frame, ", ".join(terms.terms))
    return values.where(present, None)


def _check_keys(frame: pd.DataFrame, spec: DatasetSpec) -> None:
    twice = frame.duplicated(list(spec.keys), keep=False)
    if twice.any():
        example = frame.loc[twice, list(spec.keys)].iloc[0]
        raise DerivationError(
            "Two records of a dataset have the same key",
            where=f"{spec.dataset}, {_record(example)}",
            found=f"{int(twice.sum())} records that share their key with another",
            allowed=f"one record for each {', '.join(spec.keys)}",
            remedy=REMEDY,
        )


def _departure(
    column: pd.Series,
    bad: pd.Series,
    variable: Variable,
    spec: DatasetSpec,
    frame: pd.DataFrame,
    allowed: str,
) -> DerivationError:
    """Name dataset, variable and the first record that departs."""
    place = int(bad.to_numpy().argmax())
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
