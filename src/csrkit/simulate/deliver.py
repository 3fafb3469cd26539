"""Deliver the spooled domains as XPT v5, Dataset-JSON 1.1, Parquet or CSV, block by block."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from numpy.typing import NDArray

from csrkit.sdtm.write import XptVariable, XptWriter
from csrkit.simulate.rows import Schema
from csrkit.simulate.spool import Spool
from csrkit.study import Study


def deliver(spool: Spool, schema: Schema, study: Study, out: Path, fmt: str) -> list[Path]:
    """Write every spooled domain into a folder in one format; return the files."""
    writer = {"xpt": _xpt, "json": _json, "parquet": _parquet, "csv": _csv}[fmt]
    out.mkdir(parents=True, exist_ok=True)
    files = []
    for domain in spool.domains():
        file = out / f"{domain.lower()}.{fmt}"
        writer(spool, schema, study, domain, file)
        files.append(file)
    return files


def _stamp(study: Study) -> dt.datetime:
    """Return the stamp of the files: the database lock, never a clock."""
    return dt.datetime.combine(study.cuts.final, dt.time())


def _xpt(spool: Spool, schema: Schema, study: Study, domain: str, file: Path) -> None:
    labels, widths = schema.labels(domain), spool.widths[domain]
    variables = [
        XptVariable(name, label, schema.numeric(domain, name), _width(schema, domain, name, widths))
        for name, label in labels.items()
    ]
    with XptWriter(file, domain, schema.specs[domain].label, variables, _stamp(study)) as writer:
        for block in spool.blocks(domain):
            writer.write({name: _cells(block[name]) for name in labels})


def _width(schema: Schema, domain: str, name: str, widths: dict[str, int]) -> int:
    return 8 if schema.numeric(domain, name) else widths[name]


def _cells(column: pa.ChunkedArray) -> NDArray[np.generic]:
    if pa.types.is_string(column.type):
        filled = pc.fill_null(column, "").to_pylist()
        return np.array([text.encode() for text in filled], dtype=np.bytes_)
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)


def _parquet(spool: Spool, schema: Schema, study: Study, domain: str, file: Path) -> None:
    shutil.copyfile(spool.path(domain), file)


def _csv(spool: Spool, schema: Schema, study: Study, domain: str, file: Path) -> None:
    with file.open("wb") as sink:
        for number, block in enumerate(spool.blocks(domain)):
            options = pa_csv.WriteOptions(include_header=number == 0, quoting_style="needed")
            pa_csv.write_csv(block, sink, options)


def _json(spool: Spool, schema: Schema, study: Study, domain: str, file: Path) -> None:
    """Write Dataset-JSON 1.1: the metadata, then the rows block by block."""
    head = _json_head(spool, schema, study, domain)
    text = json.dumps(head, ensure_ascii=False, indent=1)
    with file.open("w", encoding="utf-8", newline="\n") as sink:
        sink.write(text[: text.rindex("\n}")] + ',\n "rows": [')
        first = True
        for block in spool.blocks(domain):
            columns = [column.to_pylist() for column in block.columns]
            for row in zip(*columns, strict=True):
                sink.write("\n" if first else ",\n")
                sink.write(json.dumps([_whole(cell) for cell in row], ensure_ascii=False))
                first = False
        sink.write("\n]}\n")


def _whole(cell: object) -> object:
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _json_head(spool: Spool, schema: Schema, study: Study, domain: str) -> dict[str, object]:
    stamp = _stamp(study).isoformat()
    columns = [
        {
            "itemOID": f"IT.{domain}.{name}",
            "name": name,
            "label": label,
            **(
                {"dataType": "float"}
                if schema.numeric(domain, name)
                else {"dataType": "string", "length": spool.widths[domain][name]}
            ),
        }
        for name, label in schema.labels(domain).items()
    ]
    return {
        "datasetJSONCreationDateTime": stamp,
        "datasetJSONVersion": "1.1.0",
        "dbLastModifiedDateTime": stamp,
        "originator": study.study.sponsor,
        "sourceSystem": {"name": "csrkit simulate", "version": "1"},
        "studyOID": study.study.id,
        "metaDataVersionOID": f"MDV.{study.study.id}.SDTM",
        "itemGroupOID": f"IG.{domain}",
        "isReferenceData": "USUBJID" not in schema.names(domain),
        "records": spool.counts[domain],
        "name": domain,
        "label": schema.specs[domain].label,
        "columns": columns,
    }
