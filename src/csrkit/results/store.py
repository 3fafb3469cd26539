"""The ARD on disk: `ard.parquet` and `ard.csv`, the same bytes for the same results."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from csrkit.errors import RunError
from csrkit.results.ard import ARD_COLUMNS, COUNTS

_TEXT = pa.string()
_TYPES = {"VALUE": pa.float64()} | dict.fromkeys(COUNTS, pa.int64())
SCHEMA = pa.schema([(name, _TYPES.get(name, _TEXT)) for name in ARD_COLUMNS])


def write_ard(ard: pd.DataFrame, folder: Path) -> tuple[Path, Path]:
    """Write the results of a run; return the paths of ard.parquet and ard.csv."""
    folder.mkdir(parents=True, exist_ok=True)
    ordered = ard[list(ARD_COLUMNS)].sort_values(["OUTPUT", "NUMBER"], kind="stable")
    parquet, csv = folder / "ard.parquet", folder / "ard.csv"
    table = pa.Table.from_pandas(ordered, schema=SCHEMA, preserve_index=False)
    pq.write_table(table.replace_schema_metadata(None), parquet, compression="zstd")
    ordered.to_csv(csv, index=False, encoding="utf-8", lineterminator="\n")
    return parquet, csv


def read_ard(file: Path) -> pd.DataFrame:
    """Return the results in an ard.parquet.

    Raises
    ------
    RunError
        When the file is missing.
    """
    if not file.is_file():
        raise RunError(
            "The results of a run are missing",
            where=str(file),
            remedy="Make the displays again with csr run.",
        )
    frame: pd.DataFrame = pq.read_table(file).to_pandas()
    return frame
