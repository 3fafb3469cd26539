"""Read a SAS dataset (SAS7BDAT), which declares the encoding of its text."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from csrkit.errors import DataError
from csrkit.sdtm.formats.content import (
    Column,
    Content,
    Note,
    Request,
    damaged_error,
    require_room,
    text_column,
)

# Where the header declares the encoding of text, and what stands there when it doesn't.
DECLARED_AT = 70
UNDECLARED = (b"\x00", b"\xcc")


def read_sas7bdat(request: Request) -> Content:
    """Return a SAS dataset; dates stay the numbers they are.

    Raises
    ------
    DataError
        When the file is damaged or cut short, or its text isn't in the encoding in force.
    """
    import pyreadstat

    encoding, notes = _encoding(request)
    try:
        _, meta = _read(request, encoding, metadataonly=True)
        names = [name for name in meta.column_names if request.wants(name)]
        require_room(request, meta.number_rows or 0, len(names))
        values: dict[str, Any] = {}
        if names:
            options = {"usecols": names, "output_format": "dict", "user_missing": True}
            values, meta = _read(request, encoding, **options)
    except UnicodeDecodeError as fault:
        raise _unreadable(request, encoding, f"the bytes {bytes(fault.object)[:40]!r}") from None
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as fault:
        if "convert" in str(fault):
            raise _unreadable(request, encoding, str(fault)) from None
        raise damaged_error(request.file, f"the reader says: {fault}") from None
    for name in names:
        if len(values[name]) != meta.number_rows:
            found = f"it states {meta.number_rows} records and holds {len(values[name])}"
            raise damaged_error(request.file, found)
    columns = tuple(_column(name, values[name], meta) for name in names)
    notes += [_special(name, codes) for name, codes in meta.missing_user_values.items()]
    return Content(columns, meta.file_label or "", tuple(notes))


def _encoding(request: Request) -> tuple[str | None, list[Note]]:
    """Return the encoding to read with; None for the one that the file declares."""
    with request.file.open("rb") as stream:
        stream.seek(DECLARED_AT)
        declared = stream.read(1)
    if declared in UNDECLARED:
        return request.override or request.encoding, []
    if request.override is None:
        return None, []
    what = f"Text was read as {request.override}, as set, not as the file declares"
    found = f"SAS encoding number {declared[0]}" if declared else ""
    return request.override, [Note("READ-ENCODING", "note", "", what, found)]


def _special(name: str, codes: list[str]) -> Note:
    what = "Special missing values were read as missing: what they tell apart is lost"
    return Note("READ-MISSING", "warning", name, what, ", ".join(f".{code}" for code in codes))


def _read(request: Request, encoding: str | None, **options: Any) -> tuple[Any, Any]:
    import pyreadstat

    return pyreadstat.read_sas7bdat(
        str(request.file), encoding=encoding, disable_datetime_conversion=True, **options
    )


def _column(name: str, values: Any, meta: Any) -> Column:
    label = meta.column_names_to_labels.get(name) or ""
    fmt = meta.original_variable_types.get(name) or ""
    if meta.readstat_variable_types[name] != "string":
        if name in meta.missing_user_values:
            values = [None if isinstance(value, str) else value for value in values]
        return Column(name, np.array(values, dtype=np.float64), label, _point(fmt))
    coded = pa.array(values, type=pa.string(), from_pandas=True).dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy()
    return text_column(name, codes, coded.dictionary.to_pylist(), label, _point(fmt))


def _point(fmt: str) -> str:
    """Return a SAS format with its point (DATE9.); the reader's NULL is none."""
    if fmt in ("", "NULL", "$", "BEST"):
        return ""
    return fmt if "." in fmt else f"{fmt}."


def _unreadable(request: Request, encoding: str | None, found: str) -> DataError:
    called = encoding or "the encoding that the file declares"
    return DataError(
        f"Text in a file is not {'in ' if encoding is None else ''}{called}",
        where=str(request.file),
        found=found,
        allowed=called,
        remedy=f"Say the encoding of {request.dataset} in study.yml (reading.encodings), "
        "or export the domain again in UTF-8.",
    )
