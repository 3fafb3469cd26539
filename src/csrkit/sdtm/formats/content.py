"""What a file format's reader gives: columns as delivered, and what to tell of them."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from csrkit.errors import DataError
from csrkit.study.reading import MOST_VALUES

Texts = NDArray[np.object_]
Floats = NDArray[np.float64]


class Note(NamedTuple):
    """Something about a delivered file that a person should know; validation makes it a finding.

    `severity` is critical, warning or note; `variable` is empty when the whole file is meant.
    """

    id: str
    severity: str
    variable: str
    what: str
    found: str


@dataclass(frozen=True)
class Column:
    """A variable as delivered.

    Attributes
    ----------
    name, label, format
        As written in the file; `format` is a SAS format such as DATE9.
    values
        float64 (NaN missing), or str without trailing blanks (None missing); one a record.
    distinct
        The different texts among the values; None for numbers.
    """

    name: str
    values: Texts | Floats
    label: str = ""
    format: str = ""
    distinct: Collection[str] | None = None

    @property
    def is_text(self) -> bool:
        """Whether the variable holds text."""
        return self.distinct is not None


@dataclass(frozen=True)
class Content:
    """A dataset as delivered: its label, its columns in the order of the file, and notes."""

    columns: tuple[Column, ...]
    label: str = ""
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class SubjectRange:
    """Subjects after one USUBJID, up to and including another; None for no limit."""

    after: str | None = None
    up_to: str | None = None


@dataclass(frozen=True)
class Request:
    """What is wanted of a file.

    Attributes
    ----------
    file
        The file.
    dataset, domain
        Its name (LBCH) and the domain it is a part of (LB), upper-case.
    columns
        Upper-case names of the variables wanted; None for all.
    encoding
        Encoding of text where the file doesn't declare it.
    override
        Encoding that replaces a declared one; None to believe the file.
    subjects
        Whose records are wanted, beside those of no subject; None for all. Parquet only.
    most_values
        Most values that may be read of it.
    """

    file: Path
    dataset: str
    domain: str
    columns: frozenset[str] | None = None
    encoding: str = "utf-8"
    override: str | None = None
    subjects: SubjectRange | None = None
    most_values: int = MOST_VALUES

    def wants(self, name: str) -> bool:
        """Whether a variable is wanted."""
        return self.columns is None or name.upper() in self.columns


def require_room(request: Request, records: int, variables: int) -> None:
    """Stop before more is read of a file than memory may hold.

    Parameters
    ----------
    request
        What is wanted, and the most that may be.
    records, variables
        How many of them the file states.

    Raises
    ------
    DataError
        When it holds more values than `most_values`.
    """
    stated = f"{records:,} records of {variables} variables"
    require_few_values(request, records * variables, stated)


def require_few_values(request: Request, values: int, stated: str) -> None:
    """Stop before more values are read of a file than memory may hold; `stated` tells of them.

    Raises
    ------
    DataError
        When there are more than `most_values`.
    """
    if values > request.most_values:
        raise DataError(
            "A file holds more than may be read",
            where=f"{request.file} ({request.file.stat().st_size:,} bytes)",
            found=stated,
            allowed=f"{request.most_values:,} values",
            remedy="If the file is right, and the memory large enough, raise reading.most_values "
            "in study.yml.",
        )


def tidy(text: str | None) -> str | None:
    """Return a text without trailing blanks, which SAS can't hold; None when nothing is left."""
    return (text.rstrip(" ") or None) if text else None


def coded_text(codes: NDArray[np.integer[Any]], texts: Sequence[str | None]) -> Texts:
    """Return the texts that codes stand for; code -1 is a missing text."""
    table = np.empty(len(texts) + 1, dtype=object)
    table[: len(texts)] = texts
    table[-1] = None
    picked: Texts = table[codes]
    return picked


def text_column(
    name: str,
    codes: NDArray[np.integer[Any]],
    texts: Sequence[str | None],
    label: str = "",
    fmt: str = "",
) -> Column:
    """Return a text variable from codes and the texts they stand for."""
    tidied = [tidy(text) for text in texts]
    distinct = {text for text in tidied if text is not None}
    return Column(name, coded_text(codes, tidied), label, fmt, distinct)


def damaged_error(file: Path, found: str) -> DataError:
    """Return the error that a file is damaged, and how that shows."""
    return DataError(
        "A file is damaged or cut short",
        where=str(file),
        found=found,
        remedy="Deliver the file again; compare its size and checksum with the sender's.",
    )


def find_first_misfit(values: Sequence[Hashable], allowed: tuple[type, ...]) -> tuple[int, object]:
    """Return record number and value of the first value that is none of the allowed types."""
    return next(
        (number, value)
        for number, value in enumerate(values, start=1)
        if value is not None and (not isinstance(value, allowed) or isinstance(value, bool))
    )


def require_whole(file: Path, name: str, numbers: Floats) -> None:
    """Stop at a fraction in a variable that is declared to hold whole numbers.

    Raises
    ------
    DataError
        Naming the record.
    """
    with np.errstate(invalid="ignore"):
        fractions = np.flatnonzero(numbers % 1 > 0)
    if len(fractions):
        raise DataError(
            "A value is not of the type that its variable declares",
            where=f"{file}, variable {name}, record {fractions[0] + 1}",
            found=f"{numbers[fractions[0]]}, in {len(fractions)} records",
            allowed="whole numbers, since the variable is declared integer",
            remedy=f"Correct the value, or declare {name} as a number with decimals (float).",
        )
