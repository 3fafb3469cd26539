"""Read CDISC Dataset-JSON 1.1, as one JSON object or as NDJSON (metadata, then a line a record).

Dates that the file wants as numbers (`targetDataType: integer`) become SAS dates, as they would be
in a transport file; SDTM's own --DTC are text. Decimals may come as numbers or as text.
"""

from __future__ import annotations

import gc
import json
import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from csrkit.errors import DataError
from csrkit.files.json import refuse_constant, take_each_key_once
from csrkit.sdtm.formats.content import (
    Column,
    Content,
    Floats,
    Note,
    Request,
    damaged_error,
    find_first_misfit,
    require_few_values,
    require_whole,
    text_column,
)
from csrkit.sdtm.formats.sas_dates import FORMATS, from_iso

NUMBERS = frozenset({"integer", "float", "double", "decimal"})
TEXTS = frozenset({"string", "URI"})
MOMENTS = frozenset({"date", "datetime", "time"})
TYPES = tuple(sorted(NUMBERS | TEXTS | MOMENTS))


def read_json(request: Request) -> Content:
    """Return the dataset of a Dataset-JSON file.

    Raises
    ------
    DataError
        When the file is damaged, cut short or of another version, or a value isn't of the type
        that its column declares.
    """
    file = request.file
    head, rows = _parse(request)
    described = _columns(file, head)
    notes = _check_records(file, head, rows, len(described))
    values = list(chain.from_iterable(rows))
    columns = tuple(
        _column(file, column, values[place :: len(described)])
        for place, column in enumerate(described)
        if request.wants(column["name"])
    )
    return Content(columns, str(head.get("label") or ""), notes)


def _parse(request: Request) -> tuple[dict[str, Any], list[Any]]:
    """Return the metadata and the rows."""
    file = request.file
    content = file.read_bytes()
    commas = content.count(b",")
    require_few_values(request, commas, f"up to {commas:,} values, by its commas")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        raise damaged_error(file, f"line {line} isn't UTF-8, as Dataset-JSON must be") from None
    try:
        with _no_collection():
            head, rows = _parse_text(file, text)
    except json.JSONDecodeError as fault:
        raise damaged_error(
            file,
            f"it is no JSON: {fault.msg}, {len(text) - fault.pos} characters "
            f"before its end (line {fault.lineno})",
        ) from None
    except RecursionError:
        raise damaged_error(file, "lists or objects too deep within each other") from None
    except ValueError as fault:
        raise damaged_error(file, f"{fault}"[:200]) from None
    if not isinstance(head, dict) or not isinstance(rows, list):
        raise damaged_error(file, "it is no Dataset-JSON: no object of metadata with rows")
    return head, rows


def _load(text: str) -> Any:
    return json.loads(text, parse_constant=refuse_constant, object_pairs_hook=take_each_key_once)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Parse without looking for garbage: the many lists of a large file set it off for nothing."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _parse_text(file: Path, text: str) -> tuple[Any, Any]:
    """Tell NDJSON by its first line, which is a whole object with more lines after it."""
    first, _, rest = text.lstrip().partition("\n")
    if rest.strip():
        try:
            head = _load(first)
        except json.JSONDecodeError:
            pass
        else:
            return head, _lines(file, rest)
    whole = _load(text)
    if not isinstance(whole, dict):
        return whole, None
    if "rows" not in whole and not whole.get("records"):
        return whole, []
    return whole, whole.pop("rows", None)


def _lines(file: Path, text: str) -> list[Any]:
    lines = [line for line in text.split("\n") if line.strip()]
    try:
        rows: list[Any] = _load(f"[{','.join(lines)}]")
    except json.JSONDecodeError:
        rows = []
    if len(rows) == len(lines):
        return rows
    for number, line in enumerate(lines, start=1):
        try:
            json.loads(line)
        except json.JSONDecodeError as fault:
            raise damaged_error(file, f"record {number} is no JSON: {fault.msg}") from None
    raise damaged_error(file, "a line holds more than one record")


def _columns(file: Path, head: dict[str, Any]) -> list[dict[str, Any]]:
    version = str(head.get("datasetJSONVersion", ""))
    if version != "1.1" and not version.startswith("1.1."):
        old = "clinicalData" in head or "referenceData" in head
        raise DataError(
            "A JSON file is not Dataset-JSON version 1.1",
            where=str(file),
            found=version or ("version 1.0" if old else "no datasetJSONVersion"),
            allowed="datasetJSONVersion 1.1",
            remedy="Export the domain again as Dataset-JSON 1.1, or move the file elsewhere.",
        )
    columns = head.get("columns")
    if not isinstance(columns, list) or not all(map(_is_described, columns)):
        raise damaged_error(file, "its columns are not described by name and dataType")
    oids = Counter(str(column["itemOID"]) for column in columns if "itemOID" in column)
    twice = [oid for oid, times in oids.items() if times > 1]
    if twice:
        raise damaged_error(file, f"its columns share the itemOID {twice[0]}")
    for column in columns:
        if column["dataType"] not in TYPES:
            raise DataError(
                "A variable is of a type that SDTM doesn't have",
                where=f"{file}, variable {column['name']}",
                found=str(column["dataType"]),
                allowed=TYPES,
                remedy="Export it as string or as a number.",
            )
    return columns


def _is_described(column: Any) -> bool:
    return isinstance(column, dict) and all(
        isinstance(column.get(key), str) for key in ("name", "dataType")
    )


def _check_records(
    file: Path, head: dict[str, Any], rows: list[Any], width: int
) -> tuple[Note, ...]:
    wrong = next(
        (n for n, row in enumerate(rows, 1) if not isinstance(row, list) or len(row) != width),
        None,
    )
    if wrong:
        raise damaged_error(file, f"record {wrong} doesn't have the {width} values of its columns")
    stated = head.get("records")
    if stated is None:
        what = "The number of records isn't stated, so a shortened file can't be told"
        return (Note("READ-RECORDS", "warning", "", what, f"{len(rows)} records"),)
    if stated != len(rows) or type(stated) is not int:
        found = f"it states {json.dumps(stated)[:40]} records and holds {len(rows)}"
        raise damaged_error(file, found)
    return ()


def _column(file: Path, described: dict[str, Any], values: list[Any]) -> Column:
    name, kind = str(described["name"]), described["dataType"]
    label = str(described.get("label") or "")
    fmt = str(described.get("displayFormat") or "")
    if kind in NUMBERS:
        numbers = _numbers(file, name, values, kind == "decimal")
        if kind == "integer":
            require_whole(file, name, numbers)
        return Column(name, numbers, label, fmt)
    try:
        coded = pa.array(values, type=pa.string()).dictionary_encode()
    except UnicodeError as fault:
        raise _wrong(file, name, "", str(fault)[:100], "text of Unicode characters") from None
    except pa.ArrowException:
        raise _misfit(file, name, values, (str,), "text") from None
    if kind in MOMENTS and described.get("targetDataType") == "integer":
        try:
            return Column(name, from_iso(values, kind), label, fmt or FORMATS[kind])
        except ValueError as fault:
            raise _wrong(file, name, "", str(fault)[:100], f"whole ISO 8601 {kind}s") from None
    codes = coded.indices.fill_null(-1).to_numpy()
    return text_column(name, codes, coded.dictionary.to_pylist(), label, fmt)


def _numbers(file: Path, name: str, values: list[Any], decimal: bool) -> Floats:
    kinds = set(map(type, values)) - {type(None)}
    allowed: tuple[type, ...] = (int, float)
    if decimal and kinds == {str}:
        allowed = (str,)
        try:
            values = [None if value is None else _finite(value) for value in values]
        except ValueError as fault:
            raise _wrong(file, name, "", str(fault)[:100], "numbers") from None
    if not kinds <= set(allowed):
        raise _misfit(file, name, values, allowed, "numbers")
    try:
        numbers = pa.array(values, type=pa.float64())
    except pa.ArrowException as fault:
        raise _wrong(file, name, "", str(fault)[:100], "numbers that a double holds") from None
    return np.array(numbers.to_numpy(zero_copy_only=False), dtype=np.float64)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is no number")
    return number


def _misfit(
    file: Path, name: str, values: list[Any], allowed: tuple[type, ...], called: str
) -> DataError:
    record, value = find_first_misfit(values, allowed)
    return _wrong(file, name, f", record {record}", json.dumps(value)[:100], called)


def _wrong(file: Path, name: str, place: str, found: str, allowed: str) -> DataError:
    return DataError(
        "A value is not of the type that its variable declares",
        where=f"{file}, variable {name}{place}",
        found=found,
        allowed=allowed,
        remedy=f"Correct the value, or export {name} with the type that it has.",
    )
