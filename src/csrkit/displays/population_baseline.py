"""Demographic and baseline characteristics of subjects (section 14.1.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import pandas as pd

from csrkit.displays.arrange import Line, group_columns, heading, table
from csrkit.displays.index import IndexEntry
from csrkit.displays.model import Display
from csrkit.displays.settings import read_settings
from csrkit.displays.words import sentence_case
from csrkit.results.ard import Analysis
from csrkit.results.counts import count_levels, level_name, present_levels
from csrkit.results.groups import column_groups
from csrkit.results.summaries import CONTINUOUS, continuous_formats, summarise_values
from csrkit.results.templates import COUNT, MEAN_SD, MEDIAN_QUARTILES, RANGE
from csrkit.study import Study
from csrkit.study.base import Section

Block = tuple[list[Line], list[pd.DataFrame]]
Level = str | int | float

SUMMARY = (
    ("n", COUNT),
    ("Mean (SD)", MEAN_SD),
    ("Median (Q1, Q3)", MEDIAN_QUARTILES),
    ("Min, max", RANGE),
)


class Characteristic(Section):
    """One characteristic: continuous when it has `decimals`, else categorical.

    Attributes
    ----------
    variable
        Variable of ADSL.
    label
        Heading of its rows.
    decimals
        Decimals of the data.
    levels
        Values to show even when nobody has them, each with its text; `age_groups` for the labels
        of the age groups in `study.yml`. Other values found follow, and missing ones are counted.
    """

    variable: str
    label: str
    decimals: int | None = None
    levels: dict[Level, str] | Literal["age_groups"] | None = None


class Settings(Section):
    """Settings of `characteristics`: what to show, in order."""

    variables: tuple[Characteristic, ...]


def characteristics(
    entry: IndexEntry, study: Study, datasets: Mapping[str, pd.DataFrame]
) -> Display:
    """Show characteristics of subjects: summaries of numbers, counts of categories."""
    adsl = datasets["ADSL"]
    groups = column_groups(study, adsl, entry.population, entry.columns)
    analysis = Analysis(entry.key, "ADSL", groups)
    lines: list[Line] = []
    results: list[pd.DataFrame] = []
    for one in read_settings(entry, Settings).variables:
        if one.decimals is None:
            block, counted = _categories(analysis, adsl, one, _levels(one, study))
        else:
            block, counted = _numbers(analysis, adsl, one, one.decimals)
        lines += [heading(one.label), *block]
        results += counted
    columns = group_columns(groups)
    return table(entry, study, columns, lines, results, stub="Characteristic")


def summary_lines(row: str, indent: int = 1) -> list[Line]:
    """Return the rows that show the summary of a number: n, mean (SD), median, quartiles, range."""
    return [Line(label, row, template, indent) for label, template in SUMMARY]


def _numbers(analysis: Analysis, adsl: pd.DataFrame, one: Characteristic, decimals: int) -> Block:
    found = summarise_values(
        analysis,
        adsl,
        one.variable,
        formats=continuous_formats(decimals),
        statistics=(*CONTINUOUS, "n_missing"),
    )
    missing = found.loc[found["STAT"] == "n_missing", "VALUE"].sum()
    lines = summary_lines(one.variable)
    if missing:
        lines.append(Line("Missing", one.variable, "{n_missing}", indent=1))
    return lines, [found]


def _categories(
    analysis: Analysis, adsl: pd.DataFrame, one: Characteristic, labels: Mapping[Level, str]
) -> Block:
    levels = tuple(labels)
    lines = []
    for level in present_levels(analysis, adsl, one.variable, levels):
        name = level_name(level)
        label = labels.get(level, sentence_case(name)) if level is not None else name
        lines.append(Line(label, f"{one.variable}.{name}", indent=1))
    return lines, [count_levels(analysis, adsl, one.variable, levels=levels)]


def _levels(one: Characteristic, study: Study) -> Mapping[Level, str]:
    if one.levels == "age_groups":
        return {group.label: group.label for group in study.age_groups}
    return one.levels or {}
