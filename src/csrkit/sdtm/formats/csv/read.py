"""Read comma-separated values with a header line; types come from define.xml or types.yml."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from csrkit.errors import DataError
from csrkit.sdtm.formats.arrow import column_of
from csrkit.sdtm.formats.content import (
    Column,
    Content,
    Floats,
    Note,
    Request,
    damaged_error,
    require_few_values,
    require_whole,
)
from csrkit.sdtm.formats.csv.types import TYPES_FILE, DatasetTypes, VariableType, types_of
from csrkit.sdtm.formats.encoding import decode_file, find_doubts

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def read_csv(request: Request) -> Content:
    """Return the dataset of a CSV file; an empty field is a missing value.

    Raises
    ------
    DataError
        When the file's text isn't in the encoding set, a record has too few or too many fields, a
        variable's type is nowhere said, or a number isn't one.
    """
    file = request.file
    types = types_of(file, request.dataset, request.domain)
    raw = file.read_bytes()
    text, encoding = decode_file(raw, request.override or request.encoding, file)
    fields = text.count(",") + text.count("\n")
    require_few_values(request, fields, f"up to {fields:,} values, by its commas and lines")
    table = _parse(file, text)
    _require_types(file, table.column_names, types)
    if types.records is not None and types.records != table.num_rows:
        raise damaged_error(
            file, f"{TYPES_FILE} states {types.records} records, it holds {table.num_rows}"
        )
    columns = [
        _column(file, name, table[name], types.variables[name.upper()])
        for name in table.column_names
        if request.wants(name)
    ]
    notes = find_doubts([raw], [text], encoding, "")
    if text and not text.endswith("\n") and types.records is None:
        what = "The file's last line has no end: the file may be cut short"
        notes.append(Note("READ-RECORDS", "warning", "", what, repr(text[-40:])))
    return Content(tuple(columns), types.label, tuple(notes))


def _parse(file: Path, text: str) -> pa.Table:
    """Return every field as text, missing where empty."""
    if text.count('"') % 2:
        raise damaged_error(file, "an odd number of quotation marks: a field has no end")
    names = _header(file, text)
    try:
        return pa_csv.read_csv(
            pa.BufferReader(text.encode()),
            read_options=pa_csv.ReadOptions(use_threads=False),
            # An empty line is a record only where a record is a single field.
            parse_options=pa_csv.ParseOptions(
                newlines_in_values=True, ignore_empty_lines=len(names) > 1
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid as fault:
        raise damaged_error(file, " ".join(str(fault).split())[:200]) from None


def _header(file: Path, text: str) -> list[str]:
    """Return the names of the header line, which differ in more than case and blanks."""
    try:
        names = next(csv.reader(io.StringIO(text)), [])
    except csv.Error as fault:
        raise damaged_error(file, f"its header line: {fault}") from None
    alike = Counter(name.strip().upper() for name in names)
    twice = [name for name, times in alike.items() if times > 1]
    if twice:
        raise DataError(
            "A variable stands twice in the header line of a CSV file",
            where=f"{file}, header line",
            found=", ".join(repr(name) for name in names if name.strip().upper() == twice[0])[:200],
            allowed="each name once, whatever its case",
            remedy="Keep one of them, or rename it.",
        )
    return names


def _require_types(file: Path, names: list[str], types: DatasetTypes) -> None:
    unknown = [name for name in names if name.upper() not in types.variables]
    if unknown:
        raise DataError(
            "Nothing says the type of a CSV file's variable",
            where=f"{file}, header line",
            found=", ".join(unknown[:10]),
            allowed=sorted(types.variables),
            remedy=f"Complete the define.xml or {TYPES_FILE} beside the file; fields must be "
            "separated by commas.",
        )


def _column(file: Path, name: str, values: pa.ChunkedArray, described: VariableType) -> Column:
    text, _ = column_of(file, name, values, described.label, described.format)
    if described.type == "text":
        return text
    numbers = _numbers(file, text)
    if described.type == "integer":
        require_whole(file, name, numbers)
    return Column(name, numbers, described.label, described.format)


def _numbers(file: Path, text: Column) -> Floats:
    """Return the numbers that a column's texts are; each different text is looked at once."""
    known: dict[str | None, float] = {None: np.nan}
    for found in text.distinct or ():
        if not NUMBER.fullmatch(found.strip()):
            # As an object: numpy drops zero bytes at the end of a text of its own.
            record = int(np.flatnonzero(text.values == np.array(found, dtype=object))[0]) + 1
            raise DataError(
                "A value is not of the type that its variable is said to have",
                where=f"{file}, variable {text.name}, record {record}",
                found=repr(found[:40]),
                allowed="numbers with a decimal point, such as 12.5 or 1e-3; empty where missing",
                remedy=f"Correct the value, or let {text.name} be text.",
            )
        known[found] = float(found)
    return np.array([known[value] for value in text.values], dtype=np.float64)
