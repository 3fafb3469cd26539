"""Listings of the records of a dataset, by columns declared in `tlf.yml` (section 16.2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Any

import pandas as pd

from csrkit.displays.index import IndexEntry
from csrkit.displays.model import (
    Align,
    Cell,
    Column,
    Display,
    Row,
    footnotes,
    population_label,
    running_head,
    source_line,
)
from csrkit.displays.settings import read_settings
from csrkit.displays.words import sentence_case
from csrkit.errors import StudyError
from csrkit.results.ard import Analysis, combine
from csrkit.results.counts import count_subjects
from csrkit.results.groups import column_groups
from csrkit.results.where import Where
from csrkit.study import Study
from csrkit.study.base import Section

_FIELD = re.compile(r"\{(\w+)(?::(date|dose|sentence))?\}")
_OPTIONAL = re.compile(r"<([^<>]*)>")


class ListedColumn(Section):
    """A column of a listing.

    Attributes
    ----------
    label
        Header.
    text
        Text of a cell: `{VARIABLE}` stands for its value (a date in ISO 8601), `{VARIABLE:date}`
        for the date of an ISO 8601 date-time, complete or not, `{VARIABLE:dose}`
        for the label of a dose in `study.yml`, `{VARIABLE:sentence}` for a term in capitals as in a
        sentence. A part in angle brackets is left out when a variable in it is missing.
    empty
        Shown when all variables of the column are missing.
    align
        left, centre or right.
    """

    label: str
    text: str
    empty: str = ""
    align: Align = "left"


class Settings(Section):
    """Settings of `listing`.

    Attributes
    ----------
    dataset
        Dataset whose records are listed.
    where
        pandas query that selects them; all when empty.
    sort
        Variables of the order.
    block
        Text, as of a column, that stands once above the records that share it (a subject); none
        when empty.
    columns
        The columns, in order.
    """

    dataset: str
    where: str = ""
    sort: tuple[str, ...]
    block: str = ""
    columns: tuple[ListedColumn, ...]

    @property
    def block_column(self) -> ListedColumn:
        """The block as a column."""
        return ListedColumn(label="", text=self.block)

    @property
    def texts(self) -> tuple[str, ...]:
        """All texts that name variables."""
        return (self.block, *(column.text for column in self.columns))


def listing(entry: IndexEntry, study: Study, datasets: Mapping[str, pd.DataFrame]) -> Display:
    """List the records of a dataset that belong to subjects of the analysis set.

    Raises
    ------
    StudyError
        When a column or the order names a variable that the dataset doesn't have.
    """
    settings = read_settings(entry, Settings)
    frame = datasets[settings.dataset]
    _check_variables(entry, settings, frame)
    whole = tuple(key for key, group in study.columns.items() if not group.filter)[:1]
    groups = column_groups(study, datasets["ADSL"], entry.population, entry.columns or whole)
    where = Where(settings.where, settings.where)
    analysis = Analysis(entry.key, settings.dataset, groups, where)
    ard = combine([count_subjects(analysis, frame, "listed", percent=False, events=True)])
    selected = where.select(frame, settings.dataset)
    records = selected[selected["USUBJID"].isin(groups.members["USUBJID"])]
    ordered = records.sort_values(list(settings.sort), kind="stable", na_position="last")
    texts = [_column_texts(ordered, column, study) for column in settings.columns]
    rows = [Row("", tuple(map(Cell, cells))) for cells in zip(*texts, strict=True)]
    if settings.block:
        rows = _in_blocks(rows, _column_texts(ordered, settings.block_column, study))
    return Display(
        entry=entry,
        population=population_label(entry, study),
        columns=tuple(
            Column(f"c{place}", column.label, align=column.align)
            for place, column in enumerate(settings.columns, start=1)
        ),
        rows=tuple(rows),
        footnotes=footnotes(entry, study),
        source=source_line(entry, study, ard, rows),
        ard=ard,
        stub=None,
        head=running_head(study),
    )


def _in_blocks(rows: list[Row], blocks: list[str]) -> list[Row]:
    """Put a heading above each run of rows of one block."""
    placed = []
    for block, below in groupby(zip(blocks, rows, strict=True), key=lambda pair: pair[0]):
        placed += [Row(block, kind="group"), *(row for _, row in below)]
    return placed


def _column_texts(records: pd.DataFrame, column: ListedColumn, study: Study) -> list[str]:
    """Return the texts of a column, one a record."""
    fields = _FIELD.findall(column.text)
    values = {(variable, kind): _texts(records[variable], kind, study) for variable, kind in fields}
    rows = zip(*values.values(), strict=True)
    return [_fill(column, dict(zip(values, row, strict=True))) for row in rows]


def _fill(column: ListedColumn, values: Mapping[tuple[str, str], str]) -> str:
    if not any(values.values()):
        return column.empty
    text = _OPTIONAL.sub(lambda part: _part(part.group(1), values), column.text)
    return _FIELD.sub(lambda field: values[field.group(1), field.group(2) or ""], text)


def _part(text: str, values: Mapping[tuple[str, str], str]) -> str:
    return text if all(values[field] for field in _FIELD.findall(text)) else ""


def _texts(values: pd.Series, kind: str, study: Study) -> list[str]:
    """Return values as text; a missing one is empty."""
    write = _writer(values, kind, study)
    return [
        write(value) if known else "" for value, known in zip(values, values.notna(), strict=True)
    ]


def _writer(values: pd.Series, kind: str, study: Study) -> Callable[[Any], str]:
    if kind == "dose":
        labels = study.treatment.dose_labels
        return lambda dose: labels.get(dose, f"{dose:g}")
    if pd.api.types.is_datetime64_any_dtype(values):
        return lambda moment: str(moment.date().isoformat())
    if pd.api.types.is_numeric_dtype(values):
        return "{:.15g}".format
    if kind == "date":
        return lambda moment: str(moment).partition("T")[0]
    return sentence_case if kind == "sentence" else str


def _check_variables(entry: IndexEntry, settings: Settings, frame: pd.DataFrame) -> None:
    named = [
        *settings.sort,
        *(name for text in settings.texts for name, _ in _FIELD.findall(text)),
    ]
    unknown = [name for name in named if name not in frame.columns]
    if unknown:
        raise StudyError(
            "A listing names a variable that its dataset doesn't have",
            where=f"tlf.yml, key displays.{entry.key}.settings",
            found=unknown[0],
            allowed=tuple(map(str, frame.columns)),
            remedy=f"Use variables of {settings.dataset}.",
        )
