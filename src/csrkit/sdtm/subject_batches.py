"""A study larger than memory, by subjects: all records of some subjects at a time.

ADaM derivations work subject by subject, so datasets derived of parts, put together, are those of
the whole study. Parts are ranges of USUBJID in its order, which reads little twice from files that
are sorted by subject, as deliveries are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq

from csrkit.sdtm.dataset_files import CUT_LOG, DatasetFile, find_dataset_files
from csrkit.sdtm.formats.content import Request, SubjectRange
from csrkit.sdtm.formats.parquet.read import read_parquet
from csrkit.sdtm.formats.parquet.rows import SUBJECT
from csrkit.sdtm.standardise import standardise

RECORDS = 150_000
"""Records of a part, of all domains together: some 500 MB while they are derived."""


def read_batches(folder: str | Path, records: int = RECORDS) -> Iterator[dict[str, pd.DataFrame]]:
    """Return the domains of a folder of Parquet files, as `csrkit.sdtm.read` does, in parts.

    Parameters
    ----------
    folder
        Cut domains, from `csrkit.sdtm.cut.files.write_cut`.
    records
        About how many records a part has; more where one subject has more.

    Yields
    ------
    dict[str, DataFrame]
        Every domain with the records of a range of subjects. Records that belong to no subject
        (trial design, relations of whole datasets) are in every part. A study without subjects is
        one part.

    Raises
    ------
    DataError
        When the folder holds no dataset, or a file can't be read.
    """
    files = {file.domain: file for file in find_dataset_files(Path(folder), None)}
    files.pop(CUT_LOG, None)
    for subjects in split_subjects((file.path for file in files.values()), records):
        yield {name: _records(file, subjects) for name, file in sorted(files.items())}


def _records(file: DatasetFile, subjects: SubjectRange) -> pd.DataFrame:
    request = Request(file.path, file.dataset, file.domain, subjects=subjects)
    return standardise(read_parquet(request), request)


def split_subjects(files: Iterable[Path], records: int) -> list[SubjectRange]:
    """Return ranges that hold every subject once, each of about so many records."""
    counts = _records_of_subjects(files)
    if counts.empty:
        return [SubjectRange()]
    part = (counts.cumsum().to_numpy() - 1) // records
    ends = np.array(counts.index)[np.flatnonzero(np.diff(part))].tolist()
    return [
        SubjectRange(after, up_to)
        for after, up_to in zip([None, *ends], [*ends, None], strict=True)
    ]


def _records_of_subjects(files: Iterable[Path]) -> pd.Series:
    """Return the number of records of each subject in all files, by USUBJID in its order."""
    counted = [pd.Series(dtype="int64", index=pd.Index([], dtype=object))]
    for file in files:
        if SUBJECT in pq.read_schema(file).names:
            values = pq.read_table(file, columns=[SUBJECT], use_threads=False)[SUBJECT]
            found = pc.value_counts(values.drop_null())
            subjects, numbers = found.field("values"), found.field("counts")
            counted.append(pd.Series(numbers.to_numpy(), subjects.to_numpy(zero_copy_only=False)))
    together: pd.Series = pd.concat(counted).groupby(level=0).sum()
    return together.sort_index()
