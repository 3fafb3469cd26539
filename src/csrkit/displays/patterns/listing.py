"""Layout of `listing`: records as rows, by columns declared in `tlf.yml`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Any

import pandas as pd

from csrkit.displays.arrange import Shelf
from csrkit.displays.model import Cell, Column, Display, Row
from csrkit.displays.words import sentence_case
from csrkit.index.settings.listing import FIELD, OPTIONAL, ListedColumn, Listing
from csrkit.study import Study


def arrange_listing(shelf: Shelf, settings: Listing) -> Display:
    """Show the records that the results selected and ordered, as text."""
    records = shelf.results.listed
    if records is None:
        raise ValueError(f"{shelf.entry.key}: the results of a listing hold its records")
    texts = [_column_texts(records, column, shelf.study) for column in settings.columns]
    rows = [Row("", tuple(map(Cell, cells))) for cells in zip(*texts, strict=True)]
    if settings.block:
        rows = _in_blocks(rows, _column_texts(records, settings.block_column, shelf.study))
    columns = [
        Column(f"c{place}", column.label, align=column.align)
        for place, column in enumerate(settings.columns, start=1)
    ]
    return shelf.display(columns, rows, stub=None)


def _in_blocks(rows: list[Row], blocks: list[str]) -> list[Row]:
    """Put a heading above each run of rows of one block."""
    placed = []
    for block, below in groupby(zip(blocks, rows, strict=True), key=lambda pair: pair[0]):
        placed += [Row(block, kind="group"), *(row for _, row in below)]
    return placed


def _column_texts(records: pd.DataFrame, column: ListedColumn, study: Study) -> list[str]:
    """Return the texts of a column, one a record."""
    fields = FIELD.findall(column.text)
    if not fields:
        return [column.text] * len(records)
    values = {(variable, kind): _texts(records[variable], kind, study) for variable, kind in fields}
    rows = zip(*values.values(), strict=True)
    blank = _blank_texts(records, column)
    return [
        _fill(column, dict(zip(values, row, strict=True)), empty)
        for row, empty in zip(rows, blank, strict=True)
    ]


def _blank_texts(records: pd.DataFrame, column: ListedColumn) -> list[str]:
    """Return what stands for a missing value in each record."""
    if not column.empty_with:
        return [column.empty] * len(records)
    return [column.empty if there else "" for there in records[column.empty_with].notna()]


def _fill(column: ListedColumn, values: Mapping[tuple[str, str], str], empty: str) -> str:
    if not any(values.values()):
        return empty
    text = OPTIONAL.sub(lambda part: _part(part.group(1), values), column.text)
    return FIELD.sub(lambda field: values[field.group(1), field.group(2) or ""], text)


def _part(text: str, values: Mapping[tuple[str, str], str]) -> str:
    return text if all(values[field] for field in FIELD.findall(text)) else ""


def _texts(values: pd.Series, kind: str, study: Study) -> list[str]:
    """Return values as text; a missing one is empty."""
    write = _writer(values, kind, study)
    return [
        write(value) if known else "" for value, known in zip(values, values.notna(), strict=True)
    ]


def _writer(values: pd.Series, kind: str, study: Study) -> Callable[[Any], str]:
    if kind == "dose":
        labels = study.treatment.dose_labels
        return lambda dose: labels.get(dose) or str(dose).removesuffix(".0")
    if pd.api.types.is_datetime64_any_dtype(values):
        return lambda moment: str(moment.date().isoformat())
    if pd.api.types.is_numeric_dtype(values):
        return "{:.15g}".format
    if kind == "date":
        return lambda moment: str(moment).partition("T")[0]
    return sentence_case if kind == "sentence" else str
