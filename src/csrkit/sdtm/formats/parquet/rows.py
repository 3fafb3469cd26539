"""Which records of a Parquet file are wanted: all, or those of some subjects."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from csrkit.sdtm.formats.content import SubjectRange

SUBJECT = "USUBJID"


@dataclass(frozen=True)
class Rows:
    """The records wanted: row groups, and which of their records (None for all)."""

    source: pq.ParquetFile
    groups: list[int]
    wanted: pa.ChunkedArray | None = None

    def of(self, name: str) -> pa.ChunkedArray:
        """Return a column's values of these records."""
        values = self.source.read_row_groups(self.groups, columns=[name], use_threads=False)[name]
        return values if self.wanted is None else values.filter(self.wanted)


def rows_of(source: pq.ParquetFile, subjects: SubjectRange | None) -> Rows:
    """Return the records of subjects; row groups that the file says hold none are left unread."""
    every = Rows(source, list(range(source.num_row_groups)))
    names = source.schema_arrow.names
    if subjects is None or SUBJECT not in names:
        return every
    place = names.index(SUBJECT)
    near = [n for n in every.groups if _may_hold(source.metadata.row_group(n), place, subjects)]
    found = Rows(source, near).of(SUBJECT).cast(pa.string())
    outside = pa.chunked_array([pa.repeat(False, len(found))])
    if subjects.after is not None:
        outside = pc.or_(outside, pc.less_equal(found, subjects.after))
    if subjects.up_to is not None:
        outside = pc.or_(outside, pc.greater(found, subjects.up_to))
    # A record of no subject compares as null, and is wanted.
    return Rows(source, near, pc.invert(outside.fill_null(False)))


def _may_hold(group: pq.RowGroupMetaData, place: int, subjects: SubjectRange) -> bool:
    """Whether a row group may hold records of these subjects, or of none."""
    statistics = group.column(place).statistics
    if (
        statistics is None
        or not statistics.has_min_max
        or not statistics.has_null_count
        or statistics.null_count
    ):
        return True
    before = subjects.after is not None and statistics.max <= subjects.after
    beyond = subjects.up_to is not None and statistics.min > subjects.up_to
    return not (before or beyond)
