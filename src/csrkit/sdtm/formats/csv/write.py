"""Write CSV, and beside it the `types.yml` that says what CSV can't."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import yaml

from csrkit.sdtm.formats.csv.types import TYPES_FILE
from csrkit.sdtm.formats.head import Head, Variable


def write_csv(path: Path, head: Head, blocks: Iterable[pa.Table]) -> None:
    """Write the records in UTF-8 under a header line; a missing value is an empty field."""
    names = [variable.name for variable in head.variables]
    with path.open("wb") as sink:
        sink.write((",".join(f'"{name}"' for name in names) + "\n").encode())
        options = pa_csv.WriteOptions(include_header=False, quoting_style="needed")
        for block in blocks:
            pa_csv.write_csv(block.select(names), sink, options)


def write_types(folder: Path, heads: Iterable[Head]) -> Path:
    """Write labels, types and numbers of records of a folder's CSV files; return the file."""
    described = {
        head.name: {
            "label": head.label,
            "records": head.records,
            "variables": {variable.name: _variable(variable) for variable in head.variables},
        }
        for head in heads
    }
    file = folder / TYPES_FILE
    text = yaml.safe_dump(described, sort_keys=False, allow_unicode=True, width=100)
    file.write_text("# Labels and types of the CSV files of this folder.\n" + text, "utf-8")
    return file


def _variable(variable: Variable) -> dict[str, str]:
    described = {"type": "number" if variable.numeric else "text", "label": variable.label}
    return described | ({"format": variable.format} if variable.format else {})
