"""Write a study's SDTM with every subject many times over, as Parquet.

`python benchmarks/replicate.py STUDY TIMES FOLDER` prints the number of records of each domain. The
copies are written one after the other, so memory holds the study once, whatever TIMES is.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from csrkit.sdtm import read
from csrkit.sdtm.formats.head import Head, head_of
from csrkit.sdtm.write import write_datasets
from csrkit.study import load_study

PILOT = Path(__file__).resolve().parent.parent / "studies" / "cdiscpilot01"
SUBJECT = ("USUBJID", "SUBJID")


def delivered(study: Path) -> dict[str, pd.DataFrame]:
    """The study's own SDTM; that of the pilot comes from its package."""
    if study.resolve().parent != PILOT:
        return read(load_study(study).path("data"))
    spec = importlib.util.spec_from_file_location("deliver", PILOT / "deliver.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with tempfile.TemporaryDirectory() as folder:
        module.deliver(Path(folder))
        return read(folder)


def blocks(table: pa.Table, times: int) -> Iterator[pa.Table]:
    """The records of every subject under as many names, a copy a block; others once."""
    yield table
    if SUBJECT[0] not in table.column_names:
        return
    named = [name for name in SUBJECT if name in table.column_names]
    subjects = table.filter(pc.is_valid(table[SUBJECT[0]]))
    for copy in range(1, times):
        block = subjects
        for name in named:
            renamed = pc.binary_join_element_wise(f"{copy:04}", block[name], "-")
            block = block.set_column(block.column_names.index(name), name, renamed)
        yield block


def datasets(
    domains: dict[str, pd.DataFrame], times: int, counts: dict[str, int]
) -> Iterator[tuple[Head, Iterator[pa.Table]]]:
    for name, frame in domains.items():
        head, table = head_of(frame, name, frame.attrs["label"], frame.attrs["labels"])
        once = int(frame[SUBJECT[0]].isna().sum()) if SUBJECT[0] in frame else len(frame)
        counts[name] = once + times * (len(frame) - once)
        yield head, blocks(table, times)


def main() -> None:
    study, times, folder = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    counts: dict[str, int] = {}
    write_datasets(datasets(delivered(study), times, counts), folder, "parquet")
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
