"""Domains kept on disk block by block while subjects are made, so that memory stays bounded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from csrkit.simulate.records.rows import Schema


class Spool:
    """One Parquet file a domain, one row group a block; knows text widths and counts."""

    def __init__(self, folder: Path, schema: Schema) -> None:
        self.folder = folder
        self._schema = schema
        self._writers: dict[str, pq.ParquetWriter] = {}
        self.widths: dict[str, dict[str, int]] = {}
        self.counts: dict[str, int] = {}

    def append(self, tables: Mapping[str, pa.Table]) -> None:
        """Append a block of records to each domain."""
        for domain, table in tables.items():
            if not table.num_rows:
                continue
            if domain not in self._writers:
                path = self.path(domain)
                self._writers[domain] = pq.ParquetWriter(path, self._labelled(domain, table).schema)
                self.widths[domain] = dict.fromkeys(table.column_names, 1)
                self.counts[domain] = 0
            self._writers[domain].write_table(self._labelled(domain, table))
            self.counts[domain] += table.num_rows
            self._widen(domain, table)

    def close(self) -> None:
        """Finish the files."""
        for writer in self._writers.values():
            writer.close()

    def domains(self) -> list[str]:
        """Return the domains that have records, by name."""
        return sorted(self._writers)

    def path(self, domain: str) -> Path:
        """Return the file of a domain."""
        return self.folder / f"{domain.lower()}.parquet"

    def blocks(self, domain: str) -> Iterator[pa.Table]:
        """Yield a domain's records block by block."""
        with pq.ParquetFile(self.path(domain)) as file:
            for number in range(file.num_row_groups):
                yield file.read_row_group(number)

    def _widen(self, domain: str, table: pa.Table) -> None:
        widths = self.widths[domain]
        for name in table.column_names:
            if pa.types.is_string(table.schema.field(name).type):
                width = pc.max(pc.binary_length(table[name])).as_py() or 1
                widths[name] = max(widths[name], width)

    def _labelled(self, domain: str, table: pa.Table) -> pa.Table:
        """Return the table with the labels of the domain and its variables as metadata."""
        labels = self._schema.labels(domain)
        fields = [
            table.schema.field(name).with_metadata({"label": labels[name]})
            for name in table.column_names
        ]
        label = self._schema.specs[domain].label
        return table.cast(pa.schema(fields, metadata={"label": label}))
