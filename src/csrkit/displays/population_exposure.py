"""Exposure to study treatment (section 14.1.3)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.displays.arrange import Line, group_columns, heading, table
from csrkit.displays.index import IndexEntry
from csrkit.displays.model import Display
from csrkit.displays.population_baseline import summary_lines
from csrkit.displays.settings import read_settings
from csrkit.displays.words import sentence_case
from csrkit.results.ard import Analysis
from csrkit.results.counts import count_levels, count_subjects, level_name, present_levels
from csrkit.results.groups import column_groups
from csrkit.results.summaries import continuous_formats, summarise_values
from csrkit.results.where import Where, equals
from csrkit.study import Study
from csrkit.study.base import Section

INFUSIONS = equals("PARAMCD", "DOSE")


class Summary(Section):
    """A parameter of ADEX to summarise, with the decimals of its data."""

    paramcd: str
    label: str
    decimals: int


class Events(Section):
    """A parameter that counts something of a subject; shown is who has at least one.

    `reasons` selects, among the infusions, those whose reason (ADJREAS) is counted as well.
    """

    paramcd: str
    label: str
    reasons: str = ""


class Settings(Section):
    """Settings of `exposure`: what to summarise and what to count, in order."""

    summaries: tuple[Summary, ...]
    events: tuple[Events, ...]


def exposure(entry: IndexEntry, study: Study, datasets: Mapping[str, pd.DataFrame]) -> Display:
    """Show infusions, courses, cumulative and relative dose, delays and interruptions."""
    adex = datasets["ADEX"]
    groups = column_groups(study, datasets["ADSL"], entry.population, entry.columns)
    analysis = Analysis(entry.key, "ADEX", groups)
    settings = read_settings(entry, Settings)
    lines: list[Line] = []
    results: list[pd.DataFrame] = []
    for one in settings.summaries:
        lines += [heading(one.label), *summary_lines(one.paramcd)]
        results.append(_summary(analysis, adex, one))
    for events in settings.events:
        some = equals("PARAMCD", events.paramcd) & Where("at least one", "AVAL > 0")
        lines.append(Line(f"{events.label}, n (%)", events.paramcd, group=True))
        results.append(count_subjects(analysis, adex, events.paramcd, some))
        if events.reasons:
            inside = analysis.narrowed(INFUSIONS & Where(events.reasons, events.reasons))
            prefix = f"{events.paramcd}.reason"
            found = map(level_name, present_levels(inside, adex, "ADJREAS"))
            lines += [Line(sentence_case(name), f"{prefix}.{name}", indent=1) for name in found]
            results.append(count_levels(inside, adex, "ADJREAS", row=prefix))
    return table(entry, study, group_columns(groups), lines, results, stub="Exposure")


def _summary(analysis: Analysis, adex: pd.DataFrame, one: Summary) -> pd.DataFrame:
    return summarise_values(
        analysis,
        adex,
        "AVAL",
        formats=continuous_formats(one.decimals),
        row=one.paramcd,
        where=equals("PARAMCD", one.paramcd),
    )
