"""Read Parquet; labels and formats ride in the file's metadata.

Understood are `label` and `format` of each field and `label` of the table (as `parquet_write`
leaves them), the JSON object under `csrkit` that cut domains carry, and the `attrs` of pandas.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from csrkit.sdtm.formats.arrow import column_of, is_text
from csrkit.sdtm.formats.content import (
    Column,
    Content,
    Note,
    Request,
    damaged_error,
    require_few_values,
    require_room,
)
from csrkit.sdtm.formats.names import require_names
from csrkit.sdtm.formats.parquet.rows import rows_of

# A number in memory.
VALUE_BYTES = 8
# The row numbers that pandas adds where a frame has been sorted or filtered.
PANDAS_INDEX = re.compile(r"^__index_level_\d+__$")


def read_parquet(request: Request) -> Content:
    """Return the dataset of a Parquet file; only the columns wanted are read.

    Raises
    ------
    DataError
        When the file is damaged or cut short, or a column is of a type that SDTM doesn't have.
    """
    try:
        with pq.ParquetFile(request.file) as source:
            schema, metadata = source.schema_arrow, source.metadata
        names = [
            name for name in schema.names if request.wants(name) and not PANDAS_INDEX.match(name)
        ]
        _require_room(request, metadata, len(names))
        require_names([name for name in schema.names if not PANDAS_INDEX.match(name)], request.file)
        coded = [name for name in names if is_text(schema.field(name).type)]
        kept = _attributes(schema.metadata or {})
        columns: list[Column] = []
        notes: list[Note] = []
        with pq.ParquetFile(request.file, read_dictionary=coded) as source:
            rows = rows_of(source, request.subjects)
            for name in names:
                # One by one, so that a variable is in memory twice, but never the whole dataset.
                values = rows.of(name)
                # Of a damaged file, codes may stand for no text at all.
                values.validate(full=True)
                column, noted = column_of(
                    request.file, name, values, *_read_attributes(schema, kept, name)
                )
                columns.append(column)
                notes += noted
    except (pa.ArrowException, OSError, ValueError) as fault:
        raise damaged_error(request.file, " ".join(str(fault).split())[:200]) from None
    return Content(tuple(columns), kept.get("label", ""), tuple(notes))


def _require_room(request: Request, metadata: pq.FileMetaData, variables: int) -> None:
    """Stop at a file that says it holds more than may be read; of our own only parts are read.

    Row groups are asked, not their columns: asking these of a damaged file ends the process.
    """
    if request.subjects is not None:
        return
    require_room(request, metadata.num_rows, variables)
    size = sum(metadata.row_group(n).total_byte_size for n in range(metadata.num_row_groups))
    require_few_values(request, size // VALUE_BYTES, f"{size:,} bytes of values")


def _read_attributes(schema: pa.Schema, kept: Mapping[str, Any], name: str) -> tuple[str, str]:
    """Return label and format of a variable."""
    own = schema.field(name).metadata or {}
    label = own.get(b"label", b"").decode() or kept.get("labels", {}).get(name, "")
    return label, own.get(b"format", b"").decode() or kept.get("formats", {}).get(name, "")


def _attributes(metadata: Mapping[bytes, bytes]) -> dict[str, Any]:
    """Return label, labels and formats of the whole table; others may keep other things there.

    Raises
    ------
    ValueError
        When what is kept isn't JSON, or a label isn't text.
    """
    kept: dict[str, Any] = {}
    for key, inner in ((b"pandas", "attributes"), (b"csrkit", "")):
        given = _json_object(metadata.get(key, b"{}"))
        kept |= _texts(given.get(inner) if inner else given)
    if b"label" in metadata:
        kept["label"] = metadata[b"label"].decode()
    return kept


def _json_object(text: bytes) -> dict[str, Any]:
    try:
        given = json.loads(text)
    except RecursionError:
        raise ValueError("its metadata nests too deep") from None
    return given if isinstance(given, dict) else {}


def _texts(given: Any) -> dict[str, Any]:
    """Return label, labels and formats, as far as they are texts."""
    kept: dict[str, Any] = {}
    for key, value in given.items() if isinstance(given, dict) else ():
        if key == "label" and isinstance(value, str) and value:
            kept[key] = value
        if key in ("labels", "formats") and isinstance(value, dict):
            kept[key] = {name: one for name, one in value.items() if isinstance(one, str)}
    return kept
