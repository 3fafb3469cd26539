"""Arrow columns as variables: of Parquet files, and of CSV once its text is read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from csrkit.errors import DataError
from csrkit.sdtm.formats.content import Column, Floats, Note, text_column
from csrkit.sdtm.formats.sas_dates import FORMATS, Kind

# Days and seconds from 1960-01-01 (SAS) to 1970-01-01 (Arrow).
DAYS, SECONDS = 3653.0, 3653.0 * 86400
UNITS = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}


def is_text(kind: pa.DataType) -> bool:
    """Whether an Arrow type is text, coded or not."""
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_string_view(kind)
        or (pa.types.is_dictionary(kind) and is_text(kind.value_type))
    )


def is_number(kind: pa.DataType) -> bool:
    """Whether an Arrow type is a number."""
    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    )


def column_of(
    file: Path, name: str, values: pa.ChunkedArray, label: str = "", fmt: str = ""
) -> tuple[Column, tuple[Note, ...]]:
    """Return a variable and what to tell of it.

    Raises
    ------
    DataError
        When the type is none that SDTM has, or an integer is too large to be exact.
    """
    kind = values.type
    if is_text(kind):
        return _text(name, values, label, fmt), ()
    if pa.types.is_null(kind):
        what = "The file gives the variable no type, since it has no value: it was read as text"
        empty = np.full(len(values), None, dtype=object)
        note = Note("READ-TYPE", "note", name, what, f"{len(values)} missing values")
        return Column(name, empty, label, fmt, frozenset()), (note,)
    if is_number(kind):
        notes: tuple[Note, ...] = ()
        if pa.types.is_float32(kind) or pa.types.is_float16(kind):
            what = "Numbers are kept in single precision: 0.1 comes as 0.10000000149"
            notes = (Note("READ-PRECISION", "warning", name, what, str(kind)),)
        return Column(name, _numbers(file, name, values), label, fmt), notes
    if moment := _moment(kind):
        return Column(name, _sas_numbers(values, moment), label, fmt or FORMATS[moment]), ()
    raise DataError(
        "A variable is of a type that SDTM doesn't have",
        where=f"{file}, variable {name}",
        found=str(kind),
        allowed="text, numbers, dates, times",
        remedy="Export it as text (ISO 8601 for dates; Y or N for yes or no) or as numbers.",
    )


def _text(name: str, values: pa.ChunkedArray, label: str, fmt: str) -> Column:
    if not pa.types.is_dictionary(values.type):
        values = values.dictionary_encode()
    coded = values.unify_dictionaries().combine_chunks()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.chunk(0) if coded.num_chunks else pa.array([], values.type)
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return text_column(name, codes.astype(np.int64), coded.dictionary.to_pylist(), label, fmt)


def _numbers(file: Path, name: str, values: pa.ChunkedArray) -> Floats:
    try:
        numbers = values.cast(pa.float64())
    except pa.ArrowInvalid as fault:
        raise DataError(
            "A number has more digits than can be kept exactly",
            where=f"{file}, variable {name}",
            found=" ".join(str(fault).split())[:100],
            allowed="whole numbers up to 9007199254740992",
            remedy=f"Export {name} as text.",
        ) from None
    return _floats(numbers)


def _floats(numbers: pa.ChunkedArray) -> Floats:
    filled = pc.fill_null(numbers, float("nan"))
    return np.array(filled.to_numpy(), dtype=np.float64)


def _moment(kind: pa.DataType) -> Kind | None:
    if pa.types.is_date(kind):
        return "date"
    if pa.types.is_timestamp(kind) and kind.tz is None:
        return "datetime"
    return "time" if pa.types.is_time(kind) else None


def _sas_numbers(values: pa.ChunkedArray, moment: Kind) -> Floats:
    if moment == "date":
        return _floats(values.cast(pa.date32()).cast(pa.int32()).cast(pa.float64())) + DAYS
    unit = UNITS[values.type.unit]
    whole = pa.int32() if values.type.bit_width == 32 else pa.int64()
    seconds = _floats(values.cast(whole).cast(pa.float64(), safe=False)) / unit
    return seconds + (SECONDS if moment == "datetime" else 0.0)
