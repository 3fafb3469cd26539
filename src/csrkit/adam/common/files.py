"""ADaM datasets on disk: one Parquet file each, equal records giving equal bytes."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from csrkit.adam.spec import DatasetSpec, load_spec
from csrkit.errors import DataError
from csrkit.files.folders import temporary_folder

TYPES = {"text": pa.string(), "date": pa.timestamp("ns"), "datetime": pa.timestamp("ns")}
"""Arrow types of a specification's types; the others are float64."""


def write_datasets(datasets: Iterable[tuple[str, pd.DataFrame]], folder: Path) -> list[Path]:
    """Write `<dataset>.parquet` (lower case) for each dataset; return the files.

    Nothing is put into the folder before everything is written.

    Parameters
    ----------
    datasets
        Name and records, conforming to the dataset's specification; a dataset may come in several
        parts, in their order. Each is let go before the next is asked for.
    folder
        Made when it isn't there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with temporary_folder(folder, "adam") as place:
        made: dict[str, _Sink] = {}
        with ExitStack() as stack:
            for name, frame in datasets:
                if name not in made:
                    file = place / f"{name.lower()}.parquet"
                    made[name] = stack.enter_context(_Sink(file, load_spec(name), frame))
                made[name].add(frame)
                del frame
        for sink in made.values():
            sink.file.replace(folder / sink.file.name)
        _remove_others(folder, {sink.file.name for sink in made.values()})
    return [folder / sink.file.name for sink in made.values()]


def _remove_others(folder: Path, made: set[str]) -> None:
    """Remove what an earlier derivation made and this one doesn't: it is of other data."""
    for file in folder.glob("ad*.parquet"):
        if file.name not in made:
            file.unlink()


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


class _Sink:
    """One dataset on its way to disk, a row group a part."""

    def __init__(self, file: Path, spec: DatasetSpec, first: pd.DataFrame) -> None:
        self.file = file
        # The types don't hang on what the first part holds.
        typed = pa.Table.from_pandas(first.head(0), schema_of(spec), preserve_index=False)
        self._schema = typed.schema
        self._writer = pq.ParquetWriter(file, self._schema)

    def __enter__(self) -> _Sink:
        return self

    def __exit__(self, kind: object, fault: object, trace: object) -> None:
        self._writer.close()

    def add(self, frame: pd.DataFrame) -> None:
        """Append the records of a part."""
        table = pa.Table.from_pandas(frame, self._schema, preserve_index=False)
        self._writer.write_table(table.cast(self._schema))


def schema_of(spec: DatasetSpec) -> pa.Schema:
    """Return the Arrow types of a dataset's variables."""
    return pa.schema([(each.name, TYPES.get(each.type, pa.float64())) for each in spec.variables])
