"""Deliver the spooled domains as XPT, Dataset-JSON, Parquet or CSV, block by block."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from csrkit.sdtm.formats.head import Head, Origin, Variable
from csrkit.sdtm.write import Dataset, origin_of, write_datasets
from csrkit.simulate.records.rows import Schema
from csrkit.simulate.spool import Spool
from csrkit.study import Study


def deliver(spool: Spool, schema: Schema, study: Study, out: Path, fmt: str) -> list[Path]:
    """Write every spooled domain into a folder in one format; return the files."""
    origin = origin_of(study, "csrkit simulate")
    return list(write_datasets(_datasets(spool, schema, origin), out, fmt))


def _datasets(spool: Spool, schema: Schema, origin: Origin) -> Iterator[Dataset]:
    for domain in spool.domains():
        yield _head(spool, schema, domain, origin), spool.blocks(domain)


def _head(spool: Spool, schema: Schema, domain: str, origin: Origin) -> Head:
    widths = spool.widths[domain]
    variables = [
        Variable(name, label, numeric, 8 if numeric else widths[name])
        for name, label in schema.labels(domain).items()
        for numeric in (schema.numeric(domain, name),)
    ]
    label = schema.specs[domain].label
    return Head(domain, label, tuple(variables), spool.counts[domain], origin)
