"""Bring what a file holds to the form that SDTM has everywhere here, and note what stands out."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

import pandas as pd

from csrkit.errors import DataError
from csrkit.sdtm.formats.content import Column, Content, Note, Request

NAME = re.compile(r"^[A-Z_][A-Z0-9_]{0,31}$")
# A date written without hyphens, or a SAS date kept as text; a year alone is four digits.
DIGITS = re.compile(r"^(?:\d{5,}(?:\.\d*)?|\d{8}T.*)$")

# What XPT version 5 can hold (bytes), and with it a submission.
LIMITS = {"label": 40, "name": 8, "text": 200}


def standardise(content: Content, request: Request, notes: Sequence[Note] = ()) -> pd.DataFrame:
    """Return the records: upper-case names, text or float64; labels, formats and notes in `attrs`.

    Raises
    ------
    DataError
        When a name can't be a variable's, two differ only in case, or a date isn't text.
    """
    columns = {column.name.upper(): column for column in content.columns}
    _require_names(content, request)
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


def _require_names(content: Content, request: Request) -> None:
    names = [column.name.upper() for column in content.columns]
    wrong = [name for name in names if not NAME.match(name)]
    if wrong:
        raise DataError(
            "A name can't be that of a variable",
            where=str(request.file),
            found=", ".join(repr(name) for name in wrong[:5]),
            allowed="a letter, then letters, digits and _, at most 32",
            remedy="Rename the variable, or leave it out.",
        )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DataError(
            "Two variables of a dataset differ only in case",
            where=str(request.file),
            found=", ".join(twice),
            remedy="Keep one of them.",
        )


def _values(name: str, column: Column, request: Request) -> pd.Series:
    """Return the values; a date without any value is text, whatever type the file gave it."""
    if column.is_text or not name.endswith("DTC"):
        return pd.Series(column.values)
    values = pd.Series(column.values)
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
