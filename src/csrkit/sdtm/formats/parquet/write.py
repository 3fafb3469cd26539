"""Write Parquet with labels and formats in its metadata, one row group a block."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from csrkit.sdtm.formats.head import Head, Variable


def write_parquet(path: Path, head: Head, blocks: Iterable[pa.Table]) -> None:
    """Write a dataset: text as strings, numbers as doubles; the same bytes for the same data."""
    schema = schema_of(head)
    with pq.ParquetWriter(path, schema, compression="zstd") as sink:
        for block in blocks:
            sink.write_table(block.select(schema.names).cast(schema))


def schema_of(head: Head) -> pa.Schema:
    """Return the Arrow schema of a dataset."""
    fields = [_field(variable) for variable in head.variables]
    return pa.schema(fields, metadata={"label": head.label})


def _field(variable: Variable) -> pa.Field:
    attributes = {"label": variable.label, "format": variable.format}
    kind = pa.float64() if variable.numeric else pa.string()
    return pa.field(
        variable.name, kind, metadata={key: text for key, text in attributes.items() if text}
    )
