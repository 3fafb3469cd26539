"""Read a SAS transport file (XPT), version 5 or 8, column by column.

Only the bytes of the variables wanted are looked at, and each different text is decoded once.
The format says nothing of the encoding of its text, so the study's settings do.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from csrkit.sdtm.formats.content import (
    Column,
    Content,
    Note,
    Request,
    damaged_error,
    require_room,
    text_column,
)
from csrkit.sdtm.formats.encoding import decode, find_doubts
from csrkit.sdtm.formats.xpt.layout import Bytes, Layout, read_layout
from csrkit.sdtm.formats.xpt.numbers import from_ibm
from csrkit.sdtm.formats.xpt.variable import Variable


def read_xpt(request: Request) -> Content:
    """Return the one dataset of a transport file.

    Raises
    ------
    DataError
        When the file is damaged, cut short, holds several datasets, or its text isn't in the
        encoding that the study's settings say.
    """
    layout = read_layout(request.file)
    encoding = request.override or request.encoding
    wanted = [variable for variable in layout.variables if request.wants(variable.name)]
    require_room(request, layout.records, len(wanted))
    columns, notes = [], _note_padding(layout)
    for variable in wanted:
        column, noted = _column(request.file, layout, variable, encoding)
        columns.append(column)
        notes += noted
    label = decode([layout.label], encoding, request.file, "label of the dataset")[0]
    return Content(tuple(columns), label, tuple(notes))


def _note_padding(layout: Layout) -> list[Note]:
    if not layout.padding:
        return []
    what = "Blank records at the end of the file were taken for padding, though longer than any"
    return [Note("READ-RECORDS", "warning", "", what, f"{layout.padding} after {layout.records}")]


def _column(
    file: Path, layout: Layout, variable: Variable, encoding: str
) -> tuple[Column, list[Note]]:
    label = decode([variable.label], encoding, file, f"label of {variable.name}")[0]
    cells = _cells(layout, variable)
    if variable.is_text:
        return _text(file, layout, variable, label, cells, encoding)
    values, special = from_ibm(cells)
    column = Column(variable.name, values, label, variable.format)
    if not special.any():
        return column, []
    codes = sorted({f".{chr(code)}" for code in cells[special, 0]})
    what = "Special missing values were read as missing: what they tell apart is lost"
    found = f"{', '.join(codes)} in {int(special.sum())} records"
    return column, [Note("READ-MISSING", "warning", variable.name, what, found)]


def _cells(layout: Layout, variable: Variable) -> Bytes:
    """Return the bytes of one variable, shape (records, bytes), side by side in memory."""
    if not layout.records:
        return np.zeros((0, variable.length), dtype=np.uint8)
    record = np.dtype(
        {
            "names": ["cell"],
            "formats": [f"V{variable.length}"],
            "offsets": [variable.start],
            "itemsize": layout.record_length,
        }
    )
    table = np.frombuffer(layout.data, dtype=record, count=layout.records)
    cells = np.ascontiguousarray(table["cell"])
    return cells.view(np.uint8).reshape(layout.records, variable.length)


def _text(
    file: Path, layout: Layout, variable: Variable, label: str, cells: Bytes, encoding: str
) -> tuple[Column, list[Note]]:
    width = pa.binary(variable.length)
    array = pa.FixedSizeBinaryArray.from_buffers(width, len(cells), [None, pa.py_buffer(cells)])
    coded = array.dictionary_encode()
    codes = coded.indices.to_numpy()
    padded = coded.dictionary.to_pylist()
    notes = _note_unfilled(layout, variable, codes, padded, file)
    texts = [text.rstrip(b"\0").rstrip(b" ") for text in padded]
    decoded = decode(texts, encoding, file, variable.name)
    column = text_column(variable.name, codes, decoded, label, variable.format)
    return column, [*notes, *find_doubts(texts, decoded, encoding, variable.name)]


def _note_unfilled(
    layout: Layout, variable: Variable, codes: NDArray[np.int32], texts: list[bytes], file: Path
) -> list[Note]:
    """Tell zero bytes that fill up a text from those that an interrupted copy leaves behind.

    Some programs fill with zero bytes instead of blanks, and then do so throughout. Zero bytes
    before other text, beside texts filled with blanks, or in place of a whole record are damage.
    """
    zeros = [code for code, text in enumerate(texts) if b"\0" in text]
    if not zeros:
        return []
    record = int(np.flatnonzero(np.isin(codes, zeros))[0]) + 1
    filled = [text.rstrip(b"\0") for text in texts]
    within = any(b"\0" in text for text in filled)
    blanks = any(text.endswith(b" ") for text in texts)
    if within or blanks or _has_zero_record(layout):
        raise damaged_error(file, f"zero bytes in the text of {variable.name}, record {record}")
    what = "Text is filled up with zero bytes where SAS has blanks; they were left out"
    return [Note("READ-FILL", "note", variable.name, what, f"first in record {record}")]


def _has_zero_record(layout: Layout) -> bool:
    size = layout.records * layout.record_length
    return bool((~layout.data[:size].reshape(layout.records, -1).any(axis=1)).any())
