"""Write datasets: XPT, Dataset-JSON, Parquet or CSV; the same bytes for the same data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal, get_args

import pandas as pd
import pyarrow as pa

from csrkit.errors import UsageError
from csrkit.sdtm.formats.csv.write import write_csv, write_types
from csrkit.sdtm.formats.head import FIXED_TIME, Head, Origin, head_of
from csrkit.sdtm.formats.json.write import write_json
from csrkit.sdtm.formats.parquet.write import write_parquet
from csrkit.sdtm.formats.xpt.write import XptWriter
from csrkit.study import Study
from csrkit.study.data_cut import day_of

Format = Literal["xpt", "json", "ndjson", "parquet", "csv"]
FORMATS: tuple[Format, ...] = get_args(Format)

# Records a block, of which some formats make Python objects.
BLOCK = 100_000

# A dataset to be written: what it is, and its records in blocks.
Dataset = tuple[Head, Iterable[pa.Table]]


def write_xpt(
    frame: pd.DataFrame,
    path: str | Path,
    name: str,
    label: str,
    labels: Mapping[str, str],
    formats: Mapping[str, str] | None = None,
    modified: dt.datetime = FIXED_TIME,
    version: Literal[5, 8] | None = None,
) -> Path:
    """Write a frame as one transport file and return its path.

    Parameters
    ----------
    frame, name, label, labels, formats
        As `csrkit.sdtm.formats.head.head_of` takes them.
    modified
        Creation and modification stamp.
    version
        5 or 8; None for 5 unless a name, label or text needs 8.

    Raises
    ------
    DataError
        When a name, label or text is longer than the version allows, or a number out of its range.
    """
    head, table = head_of(frame, name, label, labels, formats, Origin(stamp=modified))
    with XptWriter(path, head, version) as writer:
        writer.write(table)
    return Path(path)


def write_domains(
    domains: Mapping[str, pd.DataFrame], folder: str | Path, fmt: str, study: Study
) -> tuple[Path, ...]:
    """Write domains, as `csrkit.sdtm.read` gives them, and return the files.

    Labels and formats are those of their `attrs`; files bear the date of the database lock.

    Raises
    ------
    UsageError
        When the format isn't one of `FORMATS`.
    DataError
        When the format can't hold what a domain holds.
    """
    origin = origin_of(study)
    each = (make_dataset(name, frame, origin) for name, frame in sorted(domains.items()))
    return write_datasets(each, folder, fmt)


def make_dataset(name: str, frame: pd.DataFrame, origin: Origin) -> Dataset:
    """Return a domain as a dataset to be written, with the labels and formats of its `attrs`."""
    attrs = frame.attrs
    head, table = head_of(
        frame, name, attrs.get("label", ""), attrs.get("labels"), attrs.get("formats"), origin
    )
    return head, (table.slice(start, BLOCK) for start in range(0, table.num_rows, BLOCK))


def write_datasets(datasets: Iterable[Dataset], folder: str | Path, fmt: str) -> tuple[Path, ...]:
    """Write datasets as `<name>.<format>`, lower-case, and for CSV a `types.yml` as well.

    Raises
    ------
    UsageError
        When the format isn't one of `FORMATS`.
    DataError
        When the format can't hold what a dataset holds.
    """
    if fmt not in FORMATS:
        raise UsageError(
            "There is no such format",
            where="--format",
            found=fmt,
            allowed=FORMATS,
            remedy="Use one of the allowed values.",
        )
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    files, heads = [], []
    for head, blocks in datasets:
        file = folder / f"{head.name.lower()}.{fmt}"
        _write(file, head, blocks, fmt)
        files.append(file)
        heads.append(head)
        # Not held while the next dataset is made.
        del blocks
    return (*files, write_types(folder, heads)) if fmt == "csv" else tuple(files)


def _write(file: Path, head: Head, blocks: Iterable[pa.Table], fmt: str) -> None:
    if fmt == "xpt":
        with XptWriter(file, head) as writer:
            for block in blocks:
                writer.write(block)
    elif fmt == "parquet":
        write_parquet(file, head, blocks)
    elif fmt == "csv":
        write_csv(file, head, blocks)
    else:
        write_json(file, head, blocks, lines=fmt == "ndjson")


def origin_of(study: Study, source: str = "csrkit") -> Origin:
    """Return what files say of their origin: the study, and its database lock as their date."""
    lock = dt.datetime.combine(day_of(study.cuts.final), dt.time())
    return Origin(study.study.id, study.study.sponsor, lock, source)
