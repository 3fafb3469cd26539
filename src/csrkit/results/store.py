"""Results on disk: `ard.parquet` and `.csv`, sets, their subjects, and analyses.

The same results give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from csrkit.errors import RunError
from csrkit.results.ard import ANALYSIS_COLUMNS, ARD_COLUMNS, FRACTIONS, NUMBERS, combine, typed
from csrkit.results.model import Results
from csrkit.results.sets import SET_COLUMNS, SUBJECT_COLUMNS

_TYPES = dict.fromkeys(NUMBERS, pa.int64()) | dict.fromkeys(FRACTIONS, pa.float64())


def _schema(columns: Iterable[str]) -> pa.Schema:
    return pa.schema([(name, _TYPES.get(name, pa.string())) for name in columns])


SCHEMAS = {
    "ard": _schema(ARD_COLUMNS),
    "sets": _schema(SET_COLUMNS),
    "set_subjects": _schema(SUBJECT_COLUMNS),
    "analyses": _schema(ANALYSIS_COLUMNS),
}
"""Name of the file → its columns."""


def combine_results(parts: Iterable[Results]) -> Results:
    """Return the results of several displays as one, every set once."""
    found = list(parts)
    return Results(
        ard=combine(one.ard for one in found),
        sets=_each_once([one.sets for one in found], ["SET_ID"], SET_COLUMNS),
        subjects=_each_once(
            [one.subjects for one in found], list(SUBJECT_COLUMNS), SUBJECT_COLUMNS
        ),
        analyses=_stacked([one.analyses for one in found], ANALYSIS_COLUMNS),
    )


def write_results(results: Results, folder: Path) -> None:
    """Write the results of a run: a Parquet file a table, and the ARD as CSV too."""
    folder.mkdir(parents=True, exist_ok=True)
    ard = results.ard[list(ARD_COLUMNS)].sort_values(["OUTPUT", "NUMBER"], kind="stable")
    tables = {
        "ard": ard,
        "sets": results.sets,
        "set_subjects": results.subjects,
        "analyses": results.analyses.sort_values("OUTPUT", kind="stable"),
    }
    for name, frame in tables.items():
        table = pa.Table.from_pandas(frame, schema=SCHEMAS[name], preserve_index=False)
        file = folder / f"{name}.parquet"
        pq.write_table(table.replace_schema_metadata(None), file, compression="zstd")
    ard.to_csv(folder / "ard.csv", index=False, encoding="utf-8", lineterminator="\n")


def read_results(folder: Path) -> Results:
    """Return the results that a folder holds.

    Raises
    ------
    RunError
        When a file is missing or can't be read.
    """
    frames = {name: _read(folder / f"{name}.parquet") for name in SCHEMAS}
    return Results(
        ard=typed(frames["ard"]),
        sets=frames["sets"],
        subjects=frames["set_subjects"],
        analyses=frames["analyses"],
    )


def _read(file: Path) -> pd.DataFrame:
    try:
        frame: pd.DataFrame = pq.read_table(file).to_pandas()
    except (OSError, pa.ArrowInvalid) as fault:
        raise RunError(
            "The results of a run are missing or damaged",
            where=str(file),
            found=str(fault).splitlines()[0],
            remedy="Make the displays again with csr run, or the results with csr analyse.",
        ) from None
    return frame


def _stacked(parts: list[pd.DataFrame], columns: Iterable[str]) -> pd.DataFrame:
    filled = [part for part in parts if len(part)]
    if not filled:
        return parts[0] if parts else pd.DataFrame(columns=list(columns))
    return pd.concat(filled, ignore_index=True)


def _each_once(parts: list[pd.DataFrame], keys: list[str], columns: Iterable[str]) -> pd.DataFrame:
    whole = _stacked(parts, columns).drop_duplicates(keys)
    return whole.sort_values(keys).reset_index(drop=True)
