"""Values that the prose of the report names: `values.yml`, made from ARD rows.

The declared list (`report/values.yml`) nests as the writer likes; its leaves say which statistic is
meant:

    orr:
      percent: {output: best_response, row: orr, column: all, stat: p}
      sentence: {output: best_response, row: orr, column: all, text: "{n} of {N}< ({p|%})>"}

The templates are those of the cells of tables (`csrkit.results.templates`), but prose spells out
what has no value: "not reached", not "NR".
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import ValidationError, model_validator

from csrkit.errors import StudyError
from csrkit.files.yaml import read_yaml
from csrkit.results.formats import IN_WORDS
from csrkit.results.templates import Shown, fill
from csrkit.study.base import Section

if TYPE_CHECKING:
    import pandas as pd

Nested = dict[str, Any]


class ValueSource(Section):
    """Where a value comes from: a cell of a display, and a statistic or a template of several."""

    output: str
    row: str
    column: str
    stat: str = ""
    text: str = ""

    @model_validator(mode="after")
    def _one_of_both(self) -> ValueSource:
        if bool(self.stat) == bool(self.text):
            raise ValueError("give either stat or text")
        return self

    @property
    def template(self) -> str:
        """The template that makes the value."""
        return self.text or f"{{{self.stat}}}"


def read_values(file: Path) -> Nested:
    """Return the declared values: nested names with a `ValueSource` at each leaf.

    Raises
    ------
    StudyError
        When a leaf doesn't say output, row, column and either stat or text, or there are none.
    """
    content = read_yaml(file) or {}
    if not isinstance(content, dict):
        raise StudyError(
            "The values for the prose must be keys and values",
            where=str(file),
            found=repr(content)[:200],
            remedy="Give each value a name: name: {output: …, row: …, column: …, stat: …}.",
        )
    return _sources(content, file, ())


def _sources(node: Mapping[str, Any], file: Path, path: tuple[str, ...]) -> Nested:
    found: Nested = {}
    for name, below in node.items():
        here = (*path, str(name))
        if isinstance(below, Mapping) and all(isinstance(one, Mapping) for one in below.values()):
            found[str(name)] = _sources(below, file, here)
            continue
        try:
            found[str(name)] = ValueSource.model_validate(below)
        except ValidationError as fault:
            raise StudyError(
                "A value for the prose is declared wrongly",
                where=f"{file}, key {'.'.join(here)}",
                found=repr(below)[:200],
                allowed=fault.errors(include_url=False)[0]["msg"],
                remedy="Give output, row, column and either stat or text.",
            ) from None
    return found


def resolve_values(sources: Nested, ard: pd.DataFrame) -> Nested:
    """Return the values as text, nested as declared.

    Raises
    ------
    StudyError
        When a declared value finds no ARD row.
    """
    cells: dict[tuple[str, str, str], dict[str, Shown]] = {}
    columns = ["OUTPUT", "ROW", "COLUMN", "STAT", "FORMATTED", "VALUE", "NUMBER"]
    for output, row, column, stat, text, *shown in ard[columns].itertuples(index=False):
        spelled = Shown(IN_WORDS.get(text, text), *shown)
        cells.setdefault((output, row, column), {})[stat] = spelled
    return _resolved(sources, cells, ())


def _resolved(
    node: Nested, cells: Mapping[tuple[str, str, str], Mapping[str, Shown]], path: tuple[str, ...]
) -> Nested:
    values: Nested = {}
    for name, below in node.items():
        if isinstance(below, dict):
            values[name] = _resolved(below, cells, (*path, name))
            continue
        cell = cells.get((below.output, below.row, below.column), {})
        try:
            values[name] = fill(below.template, cell).text
        except KeyError as fault:
            raise StudyError(
                "A value for the prose finds no result",
                where=f"value {'.'.join((*path, name))}",
                found=f"{below.output}, row {below.row}, column {below.column}, stat {fault}",
                allowed=_nearest(below, cells, cell),
                remedy="Correct the declared value, or the display that it names.",
            ) from None
    return values


def _nearest(
    source: ValueSource,
    cells: Mapping[tuple[str, str, str], Mapping[str, Shown]],
    cell: Mapping[str, Shown],
) -> str:
    """Return what could have been meant, at the deepest level that was right."""
    if cell:
        return "stats " + ", ".join(cell)
    rows = dict.fromkeys(row for output, row, _ in cells if output == source.output)
    if source.row in rows:
        columns = [
            column for output, row, column in cells if (output, row) == (source.output, source.row)
        ]
        return "columns " + ", ".join(columns)
    if rows:
        return "rows " + ", ".join(rows)
    return "outputs " + ", ".join(dict.fromkeys(output for output, _, _ in cells))


def write_values(values: Nested, file: Path) -> None:
    """Write the resolved values as YAML, names sorted."""
    text = yaml.safe_dump(values, allow_unicode=True, sort_keys=True, width=1000)
    file.write_text(text, encoding="utf-8", newline="\n")
