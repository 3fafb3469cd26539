"""Best overall response, objective response rate and disease control rate."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.displays.arrange import Line, group_columns, heading, table
from csrkit.displays.index import IndexEntry
from csrkit.displays.model import Display
from csrkit.results.ard import Analysis
from csrkit.results.counts import count_levels
from csrkit.results.groups import Groups, column_groups
from csrkit.results.proportions import proportion
from csrkit.results.templates import COUNT_PERCENT, INTERVAL
from csrkit.results.where import equals
from csrkit.study import Study

OF_OTHER_SET = "{n}/{N}< ({p})>"


def best_response(entry: IndexEntry, study: Study, datasets: Mapping[str, pd.DataFrame]) -> Display:
    """Summarise best overall response with response and disease control rates (ICH E3 14.2).

    Settings of the entry: `response` (PARAMCD of the best overall response), `levels` (its values
    with the text shown, in order) and `rates` (row key → PARAMCD of a Y/N parameter, label, and
    another analysis set where the rate is not of the entry's own).
    """
    groups = _groups(entry, study, datasets)
    analysis = Analysis(entry.key, "ADRS", groups)
    records, levels = datasets["ADRS"], entry.settings["levels"]
    response = analysis.narrowed(equals("PARAMCD", entry.settings["response"]))
    counted = count_levels(response, records, "AVALC", levels=list(levels), row="bor")
    results, lines = [counted], [heading("Best overall response, n (%)")]
    for row, level in counted[["ROW", "LEVEL"]].drop_duplicates().itertuples(index=False):
        lines.append(Line(levels.get(level, level), row, indent=1))
    for row, rate in entry.settings["rates"].items():
        yes = equals("PARAMCD", rate["paramcd"]) & equals("AVALC", "Y")
        other = rate.get("population")
        within = Analysis(entry.key, "ADRS", _groups(entry, study, datasets, other))
        results.append(proportion(within, records, row, yes))
        shown = ("n/N (%)", OF_OTHER_SET) if other else ("n (%)", COUNT_PERCENT)
        lines.append(Line(f"{rate['label']}, {shown[0]}", row, shown[1]))
        lines.append(Line("95% CI, %", row, INTERVAL, 1))
    return table(entry, study, group_columns(groups), lines, results)


def _groups(
    entry: IndexEntry,
    study: Study,
    datasets: Mapping[str, pd.DataFrame],
    analysis_set: str | None = None,
) -> Groups:
    return column_groups(study, datasets["ADSL"], analysis_set or entry.population, entry.columns)
