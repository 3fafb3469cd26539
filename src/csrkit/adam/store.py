"""ADaM datasets on disk: one Parquet file each, equal frames giving equal bytes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from csrkit.errors import DataError


def write_datasets(datasets: Mapping[str, pd.DataFrame], folder: Path) -> list[Path]:
    """Write `<dataset>.parquet` (lower case) for each dataset; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, frame in datasets.items():
        file = folder / f"{name.lower()}.parquet"
        frame.to_parquet(file, index=False)
        files.append(file)
    return files


def read_datasets(folder: Path) -> dict[str, pd.DataFrame]:
    """Return the datasets of a folder by upper-case name.

    Raises
    ------
    DataError
        When the folder holds none.
    """
    files = sorted(folder.glob("*.parquet"))
    if not files:
        raise DataError(
            "There are no ADaM datasets",
            where=str(folder),
            remedy="Run csr derive, or csr run, to make them.",
        )
    return {file.stem.upper(): pd.read_parquet(file) for file in files}
