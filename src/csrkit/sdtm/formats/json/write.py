"""Write CDISC Dataset-JSON 1.1, as one object (.json) or as NDJSON, block by block."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa

from csrkit.errors import DataError
from csrkit.sdtm.formats.head import Head, Variable
from csrkit.sdtm.formats.sas_dates import kind_of, to_iso

EXACT = 2**53


def write_json(path: Path, head: Head, blocks: Iterable[pa.Table], lines: bool = False) -> None:
    """Write a dataset; `lines` for NDJSON: the metadata, then a line a record.

    Raises
    ------
    DataError
        When a number is infinite, which JSON can't hold.
    """
    described = _metadata(head)
    text = json.dumps(described, ensure_ascii=False, indent=None if lines else 1)
    with path.open("w", encoding="utf-8", newline="\n") as sink:
        sink.write(text + "\n" if lines else text[: text.rindex("\n}")] + ',\n "rows": [\n')
        between = ""
        for block in blocks:
            rows = _rows(path, head, block)
            if rows:
                sink.write(between + ("\n" if lines else ",\n").join(rows))
                between = "\n" if lines else ",\n"
        sink.write("\n" if lines else "\n]}\n")


def _rows(path: Path, head: Head, block: pa.Table) -> list[str]:
    columns = [_cells(path, variable, block[variable.name]) for variable in head.variables]
    return [json.dumps(row, ensure_ascii=False) for row in zip(*columns, strict=True)]


def _cells(path: Path, variable: Variable, values: pa.ChunkedArray) -> list[object]:
    if not variable.numeric:
        texts: list[object] = values.to_pylist()
        return texts
    numbers = np.asarray(values.to_numpy(zero_copy_only=False), dtype=np.float64)
    if np.isinf(numbers).any():
        raise DataError(
            "JSON can't hold an infinite number",
            where=f"{path.name}, {variable.name}",
            found=str(numbers[np.isinf(numbers)][0]),
            allowed="finite numbers",
            remedy="Correct the number, or leave it missing.",
        )
    if kind := kind_of(variable.format):
        return list(to_iso(numbers, kind))
    return [_plain(number) for number in numbers.tolist()]


def _plain(number: float) -> float | int | None:
    """Return 5.0 as 5 and NaN as null."""
    if number != number:
        return None
    return int(number) if abs(number) < EXACT and number.is_integer() else number


def _metadata(head: Head) -> dict[str, object]:
    stamp, study = head.origin.stamp.isoformat(), head.origin.study
    return {
        "datasetJSONCreationDateTime": stamp,
        "datasetJSONVersion": "1.1.0",
        "dbLastModifiedDateTime": stamp,
        "originator": head.origin.sponsor,
        "sourceSystem": {"name": head.origin.source, "version": "1"},
        "studyOID": study,
        "metaDataVersionOID": f"MDV.{study}",
        "itemGroupOID": f"IG.{head.name}",
        "records": head.records,
        "name": head.name,
        "label": head.label,
        "columns": [_column(head.name, variable) for variable in head.variables],
    }


def _column(dataset: str, variable: Variable) -> dict[str, object]:
    described: dict[str, object] = {
        "itemOID": f"IT.{dataset}.{variable.name}",
        "name": variable.name,
        "label": variable.label,
    }
    if not variable.numeric:
        described |= {"dataType": "string", "length": variable.length}
    elif kind := kind_of(variable.format):
        described |= {"dataType": kind, "targetDataType": "integer"}
    else:
        described |= {"dataType": "float"}
    return described | ({"displayFormat": variable.format} if variable.format else {})
