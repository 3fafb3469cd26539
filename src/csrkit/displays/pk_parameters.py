"""Table of pharmacokinetic parameters by infusion and column group (section 14.4.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import pandas as pd

from csrkit.displays.arrange import Line, group_columns, heading, table
from csrkit.displays.index import IndexEntry
from csrkit.displays.model import Display
from csrkit.displays.pk import STATISTICS, infusion
from csrkit.displays.settings import read_settings
from csrkit.results.ard import Analysis
from csrkit.results.counts import count_levels
from csrkit.results.groups import column_groups
from csrkit.results.summaries import significant_formats, summarise_values
from csrkit.results.templates import COUNT
from csrkit.results.where import Where, equals
from csrkit.study import Study
from csrkit.study.base import Section

FULL = {
    "n": "{n}",
    "Mean (SD)": "{mean} ({sd})",
    "CV%": "{cv}",
    "Geometric mean (geometric CV%)": "{geom_mean} ({geom_cv})",
    "Median": "{median}",
    "Minimum, maximum": "{min}, {max}",
}
RANGE = {"n": "{n}", "Median (minimum, maximum)": "{median} ({min}, {max})"}
NOT_CALCULATED = Where("not calculated", "AVAL.isna()")


class ParameterRow(Section):
    """A parameter of the table: PARAMCD of ADPP, label with unit, and what is shown of it.

    `full` is every statistic, `range` the median with minimum and maximum (for times).
    """

    paramcd: str
    label: str
    show: Literal["full", "range"] = "full"


class ParameterSettings(Section):
    """Settings of `parameters`: the analyte (PARCAT1 of ADPP) and its parameters, in order."""

    analyte: str
    parameters: tuple[ParameterRow, ...]


def parameters(entry: IndexEntry, study: Study, datasets: Mapping[str, pd.DataFrame]) -> Display:
    """Summarise parameters of each infusion with a full profile.

    Below a parameter stands why it could not be calculated, and in how many subjects.
    """
    adpp = datasets["ADPP"]
    settings = read_settings(entry, ParameterSettings)
    groups = column_groups(study, datasets["ADSL"], entry.population, entry.columns)
    analysis = Analysis(entry.key, "ADPP", groups, equals("PARCAT1", settings.analyte))
    lines: list[Line] = []
    results: list[pd.DataFrame] = []
    for number in study.assumptions.pk_infusions.value:
        lines.append(heading(f"Infusion {number}"))
        for parameter in settings.parameters:
            chosen = analysis.narrowed(infusion(number) & equals("PARAMCD", parameter.paramcd))
            block, found = _block(chosen, adpp, parameter, f"infusion{number}.{parameter.paramcd}")
            lines += block
            results += found
    some = len(analysis.records(adpp)) > 0
    shown = lines if some else []
    return table(entry, study, group_columns(groups), shown, results, stub="Parameter (unit)")


def _block(
    analysis: Analysis, adpp: pd.DataFrame, parameter: ParameterRow, row: str
) -> tuple[list[Line], list[pd.DataFrame]]:
    """Return the rows of one parameter and infusion, and their results."""
    summary = summarise_values(
        analysis, adpp, "AVAL", formats=significant_formats(), row=row, statistics=STATISTICS
    )
    missing = count_levels(
        analysis.narrowed(NOT_CALCULATED), adpp, "PPREASND", row=f"{row}.missing", percent=False
    )
    shown = FULL if parameter.show == "full" else RANGE
    lines = [heading(parameter.label, indent=1)]
    lines += [Line(label, row, template, indent=2) for label, template in shown.items()]
    reasons = missing[["ROW", "LEVEL"]].drop_duplicates()
    lines += [
        Line(f"Not calculated: {_started(level)}", reason, COUNT, indent=2)
        for reason, level in reasons.itertuples(index=False)
    ]
    return lines, [summary, missing]


def _started(reason: str) -> str:
    """Return a reason with a small letter, to stand after a colon; a symbol stays as it is."""
    return reason[:1].lower() + reason[1:] if reason[1:2].islower() else reason
