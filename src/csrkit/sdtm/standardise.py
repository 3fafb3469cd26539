"""Bring what a file holds to the form that SDTM has everywhere here, and note what stands out."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from csrkit.errors import DataError
from csrkit.sdtm.formats.content import Column, Content, Floats, Note, Request
from csrkit.sdtm.formats.names import require_names

# A date written without hyphens, or a SAS date kept as text; a year alone is four digits.
DIGITS = re.compile(r"^(?:\d{5,}(?:\.\d*)?|\d{8}T.*)$")

# What XPT version 5 can hold (bytes), and with it a submission.
SHOWN = 40
LIMITS = {"label": 40, "name": 8, "text": 200}
# What XPT version 8, and any SAS dataset, can hold of a text (bytes).
LONGEST = 32_767


def standardise(content: Content, request: Request, notes: Sequence[Note] = ()) -> pd.DataFrame:
    """Return the records: upper-case names, text or float64; labels, formats and notes in `attrs`.

    Raises
    ------
    DataError
        When a name can't be a variable's, two differ at most in case, a date isn't text, a number
        is infinite, or a text holds a zero byte.
    """
    columns = {column.name.upper(): column for column in content.columns}
    require_names([column.name for column in content.columns], request.file)
    for text in [content.label, *(column.label for column in content.columns)]:
        _require_label(text, request)
    frame = pd.DataFrame(
        {name: _values(name, column, request) for name, column in columns.items()},
        index=pd.RangeIndex(_length(content)),
        copy=False,
    )
    found = [*notes, *content.notes, *_limits("", content.label, "", ())]
    for name, column in columns.items():
        found += _limits(name, column.label, name, column.distinct or ())
        found += _dates(name, column)
    frame.attrs = {
        "label": content.label,
        "labels": {name: column.label for name, column in columns.items()},
        "formats": {name: column.format for name, column in columns.items() if column.format},
        "files": [str(request.file)],
        "notes": tuple(note._replace(variable=note.variable.upper()) for note in found),
    }
    return frame


def _length(content: Content) -> int:
    return len(content.columns[0].values) if content.columns else 0


def _require_label(text: str, request: Request) -> None:
    try:
        text.encode()
        unfit = "\0" in text
    except UnicodeEncodeError:
        unfit = True
    if unfit:
        raise DataError(
            "A label holds what is no character",
            where=str(request.file),
            found=ascii(text[:SHOWN]),
            allowed="text of Unicode characters, without zero bytes",
            remedy="Correct the label.",
        )


def _values(name: str, column: Column, request: Request) -> pd.Series:
    """Return the values; a date without any value is text, whatever type the file gave it."""
    if column.distinct is not None:
        _require_no_zero_bytes(name, column, request)
        return pd.Series(column.values)
    values = pd.Series(_finite(name, column, request))
    if not name.endswith("DTC"):
        return values
    if values.notna().any():
        raise DataError(
            "A date of SDTM is delivered as numbers",
            where=f"{request.file}, variable {name}",
            found=f"{values.dropna().iloc[0]:g}"
            + (f" with format {column.format}" if column.format else ""),
            allowed="ISO 8601 text, such as 2025-06-09 or 2025-06-09T10:30",
            remedy=f"Export {name} as text (in SAS: format E8601DA. or E8601DT.).",
        )
    return pd.Series([None] * len(values), dtype=object)


def _require_no_zero_bytes(name: str, column: Column, request: Request) -> None:
    unfit = [text for text in column.distinct or () if "\0" in text]
    if unfit:
        records = np.flatnonzero(np.isin(column.values, np.array(unfit, dtype=object)))
        raise DataError(
            "A text holds a zero byte",
            where=f"{request.file}, variable {name}, record {records[0] + 1}",
            found=f"{column.values[records[0]][:SHOWN]!r}, and {len(records) - 1} more records",
            allowed="text without zero bytes, which no transport file holds",
            remedy="Deliver the file again; a copy may be broken, or its encoding be UTF-16.",
        )


def _finite(name: str, column: Column, request: Request) -> Floats:
    """Return numbers, zero without a sign; none is infinite."""
    values = np.asarray(column.values, dtype=np.float64)
    infinite = np.flatnonzero(np.isinf(values))
    if len(infinite):
        raise DataError(
            "A number is infinite, or larger than can be kept",
            where=f"{request.file}, variable {name}, record {infinite[0] + 1}",
            found=f"{values[infinite[0]]}, in {len(infinite)} records",
            allowed="finite numbers below 1.8e308; empty where missing",
            remedy="Correct the value, or leave it missing.",
        )
    return values + 0.0 if (np.signbit(values) & (values == 0)).any() else values


def _limits(variable: str, label: str, name: str, texts: Collection[str]) -> list[Note]:
    """Return a note for each thing that XPT version 5 can't hold."""
    widest = max(texts, key=_bytes, default="")
    called = f"of {variable}" if variable else "of the dataset"
    remedy = "so only XPT version 8 can hold it" if variable else "so XPT can't hold it"
    found = [
        ("READ-LABEL", "label", f"The label {called}", label),
        ("READ-NAME", "name", f"The name {called}", name),
        ("READ-LENGTH", "text", f"A text {called}", widest),
    ]
    if _bytes(widest) > LONGEST:
        what = f"A text {called} is longer than {LONGEST} bytes, so no transport file can hold it"
        shown = f"{_bytes(widest)} bytes: {widest[:60]}"
        return [Note("READ-LENGTH", "critical", variable, what, shown)]
    return [
        Note(
            code,
            "note",
            variable,
            f"{what} is longer than {LIMITS[limit]} bytes, {remedy}",
            f"{_bytes(text)} bytes: {text[:60]}",
        )
        for code, limit, what, text in found
        if _bytes(text) > LIMITS[limit]
    ]


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def _dates(name: str, column: Column) -> list[Note]:
    if not name.endswith("DTC"):
        return []
    numbers = sorted(text for text in column.distinct or () if DIGITS.match(text))
    if not numbers:
        return []
    what = f"{name} holds numbers where a date in ISO 8601 text is needed"
    found = f"{', '.join(numbers[:3])} ({len(numbers)} different values)"
    return [Note("READ-DATE", "critical", name, what, found)]
