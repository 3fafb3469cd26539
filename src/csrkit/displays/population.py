"""Disposition of subjects, and analysis sets with reasons for exclusion (section 14.1.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from csrkit.displays.arrange import Line, group_columns, heading, table
from csrkit.displays.index import IndexEntry
from csrkit.displays.model import Display
from csrkit.displays.words import sentence_case
from csrkit.results.ard import Analysis
from csrkit.results.counts import MISSING, count_levels, count_subjects, present_levels
from csrkit.results.groups import column_groups
from csrkit.results.templates import COUNT
from csrkit.results.where import Where, equals
from csrkit.study import Study

Block = tuple[list[Line], list[pd.DataFrame]]

NOT_ENROLLED = Where("Not enrolled", "ENRLFL != 'Y'")
SCREEN_FAILURES = Where("Screen failure", "SCRFFL == 'Y'")
IN_SCREENING = NOT_ENROLLED & Where("Not a screen failure", "SCRFFL != 'Y'")
TREATED = equals("SAFFL", "Y", "Treated")
UNTREATED = Where("Enrolled, not treated", "ENRLFL == 'Y' and SAFFL != 'Y'")

# Status and reason variables of ADSL, each with the row labels of ADaM's status codelist.
PERIODS = (
    ("EOTSTT", "DCTREAS", "Treatment", TREATED),
    ("EOSSTT", "DCSREAS", "Study", Where()),
)
STATUSES = {
    "COMPLETED": "Completed",
    "ONGOING": "Ongoing at the data cut-off date",
    "DISCONTINUED": "Discontinued",
}


def disposition(entry: IndexEntry, study: Study, datasets: Mapping[str, pd.DataFrame]) -> Display:
    """Show how many subjects were consented, enrolled, treated, and how and why they left."""
    adsl = datasets["ADSL"]
    groups = column_groups(study, adsl, entry.population, entry.columns)
    enrolled = Analysis(entry.key, "ADSL", groups)
    whole = [key for key in groups.keys if not study.columns[key].filter]
    everybody = Analysis(entry.key, "ADSL", column_groups(study, adsl, "", whole))
    blocks = [
        _screening(everybody, adsl),
        _enrolment(enrolled, adsl),
        *(_period(enrolled, adsl, *period) for period in PERIODS),
    ]
    lines = [line for block, _ in blocks for line in block]
    results = [part for _, parts in blocks for part in parts]
    return table(entry, study, group_columns(groups), lines, results, stub="Status")


def analysis_sets(entry: IndexEntry, study: Study, datasets: Mapping[str, pd.DataFrame]) -> Display:
    """Show how many enrolled subjects belong to each analysis set, and why others don't."""
    adsl = datasets["ADSL"]
    groups = column_groups(study, adsl, entry.population, entry.columns)
    analysis = Analysis(entry.key, "ADSL", groups)
    lines: list[Line] = []
    results: list[pd.DataFrame] = []
    for key, chosen in study.analysis_sets.items():
        outside = Where(f"Not in the {chosen.label.lower()}", f"{chosen.flag} != 'Y'")
        lines.append(Line(f"{chosen.label}, n (%)", key, group=True))
        results.append(count_subjects(analysis, adsl, key, equals(chosen.flag, "Y", chosen.label)))
        if key == entry.population:
            continue
        lines.append(Line("Excluded, n (%)", f"{key}.excluded", indent=1))
        results.append(count_subjects(analysis, adsl, f"{key}.excluded", outside))
        reasons, counted = _reasons(analysis.narrowed(outside), adsl, chosen.reason, key, 2)
        lines += reasons
        results += counted
    return table(entry, study, group_columns(groups), lines, results, stub="Analysis set")


def _screening(analysis: Analysis, adsl: pd.DataFrame) -> Block:
    """Count what happened before enrolment, when subjects belong to no column but the whole."""
    lines = [
        Line("Consented, n", "consented", COUNT, group=True),
        Line("Screen failure", "screen_failure", COUNT, indent=1),
    ]
    results = [
        count_subjects(analysis, adsl, "consented", percent=False),
        count_subjects(analysis, adsl, "screen_failure", SCREEN_FAILURES, percent=False),
    ]
    reasons, counted = _reasons(
        analysis.narrowed(SCREEN_FAILURES), adsl, "SCRFREAS", "screen_failure", 2, percent=False
    )
    lines += [
        *reasons,
        Line("Consented, not yet enrolled or failed", "in_screening", COUNT, indent=1),
    ]
    waiting = count_subjects(analysis, adsl, "in_screening", IN_SCREENING, percent=False)
    return lines, [*results, *counted, waiting]


def _enrolment(analysis: Analysis, adsl: pd.DataFrame) -> Block:
    lines = [
        Line("Enrolled, n", "enrolled", COUNT, group=True),
        Line("Treated, n (%)", "treated", indent=1),
        Line("Not treated, n (%)", "not_treated", indent=1),
    ]
    results = [
        count_subjects(analysis, adsl, "enrolled", percent=False),
        count_subjects(analysis, adsl, "treated", TREATED),
        count_subjects(analysis, adsl, "not_treated", UNTREATED),
    ]
    reasons, counted = _reasons(analysis.narrowed(UNTREATED), adsl, "SAFREAS", "not_treated", 2)
    return [*lines, *reasons], [*results, *counted]


def _period(
    analysis: Analysis, adsl: pd.DataFrame, status: str, reason: str, name: str, within: Where
) -> Block:
    """Count the status of treatment or study, and the reasons for discontinuation."""
    inside = analysis.narrowed(within)
    lines = [heading(f"{name}, n (%)")]
    results = [count_levels(inside, adsl, status, levels=tuple(STATUSES))]
    for level in present_levels(inside, adsl, status, tuple(STATUSES)):
        label = MISSING if level is None else str(level)
        lines.append(Line(STATUSES.get(label, label), f"{status}.{label}", indent=1))
        if level == "DISCONTINUED":
            left = inside.narrowed(equals(status, level))
            reasons, counted = _reasons(left, adsl, reason, status, 2)
            lines += reasons
            results += counted
    return lines, results


def _reasons(
    analysis: Analysis,
    adsl: pd.DataFrame,
    variable: str,
    row: str,
    indent: int,
    *,
    percent: bool = True,
) -> Block:
    """Count the reasons that occur, most frequent first in the last column."""
    prefix = f"{row}.{variable}"
    counted = count_levels(analysis, adsl, variable, row=prefix, percent=percent)
    template = "{n}< ({p})>" if percent else COUNT
    lines = [
        Line(sentence_case(level), f"{prefix}.{level}", template, indent)
        for level in _by_frequency(counted, analysis.groups.keys[-1:])
    ]
    return lines, [counted]


def _by_frequency(counted: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    """Return levels by descending count in a column, then by name."""
    counts = counted[(counted["STAT"] == "n") & counted["COLUMN"].isin(columns)]
    ordered = counts.assign(LESS=-counts["VALUE"]).sort_values(["LESS", "LEVEL"], kind="stable")
    return list(dict.fromkeys(ordered["LEVEL"]))
