"""Adverse events by category, and by system organ class and preferred term (section 14.3.1)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Literal

import pandas as pd

from csrkit.displays.arrange import Line, group_columns, table
from csrkit.displays.index import IndexEntry
from csrkit.displays.model import Display
from csrkit.displays.settings import read_settings
from csrkit.results.ard import Analysis
from csrkit.results.counts import (
    count_levels,
    count_nested,
    count_subjects,
    level_name,
    present_levels,
)
from csrkit.results.groups import Groups, column_groups
from csrkit.results.templates import COUNT_PERCENT_EVENTS
from csrkit.results.where import Where
from csrkit.study import Study
from csrkit.study.base import Section

SOC, PT = "AEBODSYS", "AEDECOD"


class Filter(Section):
    """A filter of records, in words and as a pandas query."""

    text: str
    expr: str


class Category(Section):
    """A row of the overview.

    Attributes
    ----------
    row
        Row key of the results.
    label
        Text of the row.
    expr
        pandas query on ADAE, added to that of the records; empty for all of them.
    split
        Variable whose values are counted below the row.
    levels
        Values of `split` to show even when nobody has them: `aesi` for the categories of adverse
        events of special interest in `study.yml`.
    """

    row: str
    label: str
    expr: str
    split: str = ""
    levels: Literal["aesi"] | None = None


class OverviewSettings(Section):
    """Settings of `overview`: the records counted, and the rows."""

    records: Filter
    rows: tuple[Category, ...]


class TermSettings(Section):
    """Settings of `by_class_and_term`: the records counted, and the label of the first row."""

    records: Filter
    any: str


def overview(entry: IndexEntry, study: Study, datasets: Mapping[str, pd.DataFrame]) -> Display:
    """Show the number of subjects with, and of, adverse events of each category."""
    adae = datasets["ADAE"]
    groups = column_groups(study, datasets["ADSL"], entry.population, entry.columns)
    settings = read_settings(entry, OverviewSettings)
    analysis = _analysis(entry, groups, settings.records)
    lines: list[Line] = []
    results: list[pd.DataFrame] = []
    for category in settings.rows:
        where = Where(category.label if category.expr else "", category.expr)
        lines.append(Line(category.label, category.row, COUNT_PERCENT_EVENTS))
        results.append(count_subjects(analysis, adae, category.row, where, events=True))
        if category.split:
            block, counted = _split(analysis.narrowed(where), adae, category, study)
            lines += block
            results.append(counted)
    columns = group_columns(groups)
    return table(entry, study, columns, lines, results, stub="Category, n (%) [events]")


def by_class_and_term(
    entry: IndexEntry, study: Study, datasets: Mapping[str, pd.DataFrame]
) -> Display:
    """Show the number of subjects with adverse events by system organ class and preferred term."""
    adae = datasets["ADAE"]
    groups = column_groups(study, datasets["ADSL"], entry.population, entry.columns)
    settings = read_settings(entry, TermSettings)
    analysis = _analysis(entry, groups, settings.records)
    some = count_subjects(analysis, adae, "any", events=True)
    nested = count_nested(analysis, adae, SOC, PT)
    lines = [Line(settings.any, "any"), *_by_frequency(nested, sorting_column(study, groups))]
    if nested.empty:
        lines = []
    stub = "System organ class / preferred term, n (%)"
    return table(entry, study, group_columns(groups), lines, [some, nested], stub=stub)


def sorting_column(study: Study, groups: Groups) -> str:
    """Return the column that orders rows by frequency: all subjects, else the last one."""
    whole = [key for key in groups.keys if not study.columns[key].filter]
    return whole[0] if whole else groups.keys[-1]


def _analysis(entry: IndexEntry, groups: Groups, records: Filter) -> Analysis:
    return Analysis(entry.key, "ADAE", groups, Where(records.text, records.expr))


def _split(
    analysis: Analysis, adae: pd.DataFrame, category: Category, study: Study
) -> tuple[list[Line], pd.DataFrame]:
    """Count a category by the values of a variable."""
    declared = study.assumptions.aesi.value if category.levels == "aesi" else ()
    levels = tuple(one.name for one in declared)
    found = map(level_name, present_levels(analysis, adae, category.split, levels))
    lines = [Line(name, f"{category.row}.{name}", COUNT_PERCENT_EVENTS, indent=1) for name in found]
    counted = count_levels(
        analysis, adae, category.split, levels=levels, row=category.row, events=True
    )
    return lines, counted


def _by_frequency(nested: pd.DataFrame, column: str) -> list[Line]:
    """Order classes, and terms within them, by descending subjects in a column, then by name."""
    counts = nested[(nested["STAT"] == "n") & (nested["COLUMN"] == column)]
    ordered = counts.assign(
        LESS=-counts["VALUE"], SOC=[json.loads(groups).get(SOC) for groups in counts["GROUPS"]]
    ).sort_values(["LESS", "LEVEL"], kind="stable")
    terms = dict(iter(ordered.groupby("SOC", sort=False)))
    lines = []
    for soc, soc_row in _rows(ordered[ordered["VARIABLE"] == SOC]):
        lines.append(Line(soc, soc_row, group=True))
        lines += [Line(term, term_row, indent=1) for term, term_row in _rows(terms[soc])]
    return lines


def _rows(counts: pd.DataFrame) -> list[tuple[str, str]]:
    return list(counts[["LEVEL", "ROW"]].itertuples(index=False, name=None))
