"""Write SAS transport files (XPT), version 5 or 8: the same bytes for the same data.

Numbers are IBM doubles, text is UTF-8, everything is padded with blanks. No clock is read.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from csrkit.errors import DataError
from csrkit.sdtm.formats.head import Head, Variable
from csrkit.sdtm.formats.xpt.headers import (
    CARD,
    VERSION5,
    VERSION8,
    format_headers,
    lowest_version,
    require_room,
)
from csrkit.sdtm.formats.xpt.numbers import ibm_doubles


class XptWriter:
    """Write a transport file block by block; variables and widths are known beforehand.

    Parameters
    ----------
    path
        The file.
    head
        What the dataset is.
    version
        5 or 8; None for 5 unless a name, label or text needs 8.

    Raises
    ------
    DataError
        When a name, label or text is longer than the version allows.
    """

    def __init__(self, path: str | Path, head: Head, version: Literal[5, 8] | None = None) -> None:
        self.path = Path(path)
        chosen = {5: VERSION5, 8: VERSION8, None: lowest_version(head)}[version]
        require_room(head, chosen, self.path.name)
        self._head = format_headers(head, chosen)
        self._variables = head.variables
        self._row = np.dtype([(v.name, f"S{v.length}") for v in head.variables])
        self._bytes = 0

    def __enter__(self) -> XptWriter:
        """Open the file and write its headers."""
        self._file: BinaryIO = self.path.open("wb")
        self._file.write(self._head)
        return self

    def write(self, block: pa.Table) -> None:
        """Append records: text columns as strings, numbers as doubles, null where missing."""
        if not block.num_rows:
            return
        rows = np.empty(block.num_rows, dtype=self._row)
        for variable in self._variables:
            rows[variable.name] = self._cells(variable, block[variable.name])
        data = rows.tobytes()
        self._file.write(data)
        self._bytes += len(data)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Pad the last record to 80 bytes and close the file."""
        self._file.write(b" " * (-self._bytes % CARD))
        self._file.close()

    def _cells(self, variable: Variable, values: pa.ChunkedArray) -> NDArray[np.bytes_]:
        where = f"{self.path.name}, {variable.name}"
        if variable.numeric:
            numbers = np.asarray(values.to_numpy(zero_copy_only=False), dtype=np.float64)
            return ibm_doubles(numbers, where=where)
        coded = values.fill_null("").dictionary_encode().unify_dictionaries().combine_chunks()
        chunks = coded.chunks if isinstance(coded, pa.ChunkedArray) else [coded]
        return np.concatenate([_text_cells(chunk, variable, where) for chunk in chunks])


def _text_cells(coded: pa.DictionaryArray, variable: Variable, where: str) -> NDArray[np.bytes_]:
    texts = [text.encode() for text in coded.dictionary.to_pylist()]
    for text in texts:
        if len(text) > variable.length:
            raise DataError(
                "A text is wider than its variable in the XPT file",
                where=where,
                found=f"{len(text)} bytes",
                allowed=f"at most {variable.length} bytes",
                remedy="Shorten the text, or give the variable a greater length.",
            )
        if b"\0" in text:
            raise DataError(
                "A text holds a zero byte, which an XPT file can't hold",
                where=where,
                found=f"{text[:40]!r}",
                remedy="Correct the text.",
            )
    padded = np.array([text.ljust(variable.length) for text in texts], f"S{variable.length}")
    return np.asarray(padded[coded.indices.to_numpy()])
