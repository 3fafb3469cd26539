"""Cut domains on disk: `<domain>.parquet` (lower case) and `cut_log.parquet`.

The same data gives the same bytes.
"""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from csrkit.errors import DataError
from csrkit.sdtm.cut import CutResult

CUT_LOG = "cut_log"
METADATA = b"csrkit"


def write(result: CutResult, folder: str | Path) -> tuple[Path, ...]:
    """Write cut domains and the cut log; return the files written, in the order of their names.

    The folder is made when it isn't there. Labels ride in the file's metadata.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    frames = {name.lower(): frame for name, frame in result.domains.items()}
    frames[CUT_LOG] = result.log
    return tuple(_write(frames[name], folder / f"{name}.parquet") for name in sorted(frames))


def read(folder: str | Path) -> CutResult:
    """Return the cut domains and cut log that `write` left in a folder.

    Raises
    ------
    DataError
        When the folder holds no cut domains, or a file can't be read.
    """
    folder = Path(folder)
    frames = {file.stem: _read(file) for file in sorted(folder.glob("*.parquet"))}
    if CUT_LOG not in frames:
        raise DataError(
            "The folder holds no cut domains",
            where=str(folder),
            found=f"no {CUT_LOG}.parquet",
            remedy="Give a folder made by csr cut or csr run.",
        )
    log = frames.pop(CUT_LOG)
    return CutResult({name.upper(): frame for name, frame in frames.items()}, log)


def _write(frame: pd.DataFrame, file: Path) -> Path:
    types = [
        pa.field(str(name), pa.float64() if pd.api.types.is_numeric_dtype(values) else pa.string())
        for name, values in frame.items()
    ]
    attrs = {name: frame.attrs.get(name) for name in ("label", "labels", "formats")}
    metadata = {METADATA: json.dumps(attrs, sort_keys=True, ensure_ascii=False).encode()}
    table = pa.Table.from_pandas(frame, schema=pa.schema(types), preserve_index=False)
    pq.write_table(table.replace_schema_metadata(metadata), file, compression="zstd")
    return file


def _read(file: Path) -> pd.DataFrame:
    try:
        table = pq.read_table(file)
    except (pa.ArrowInvalid, OSError) as fault:
        raise DataError(
            "A parquet file can't be read",
            where=str(file),
            found=" ".join(str(fault).split())[:200],
            remedy="Make it again with csr cut or csr run.",
        ) from None
    frame: pd.DataFrame = table.to_pandas()
    metadata = json.loads((table.schema.metadata or {}).get(METADATA, b"{}"))
    frame.attrs = {name: value for name, value in metadata.items() if value is not None}
    return frame
