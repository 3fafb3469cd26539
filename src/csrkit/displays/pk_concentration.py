"""Table of concentrations by planned time (section 14.4.1)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.displays.arrange import Line, heading, table
from csrkit.displays.index import IndexEntry
from csrkit.displays.model import Column, Display
from csrkit.displays.pk import (
    Analyte,
    concentration_analysis,
    planned_times,
    summarise_time,
    time_label,
)
from csrkit.displays.settings import read_settings
from csrkit.results.groups import column_groups
from csrkit.study import Study

ROWS = {
    "n (n BLQ)": "{n} ({n_blq})",
    "Mean (SD)": "{mean} ({sd})",
    "CV%": "{cv}",
    "Geometric mean (CV%)": "{geom_mean} ({geom_cv})",
    "Median": "{median}",
    "Min, max": "{min}, {max}",
}


def by_planned_time(
    entry: IndexEntry, study: Study, datasets: Mapping[str, pd.DataFrame]
) -> Display:
    """Summarise the concentrations of each infusion and column group, a column a planned time.

    Settings of the entry: those of `csrkit.displays.pk.Analyte`.
    """
    adpc = datasets["ADPC"]
    settings = read_settings(entry, Analyte)
    groups = column_groups(study, datasets["ADSL"], entry.population, entry.columns)
    analysis = concentration_analysis(entry, groups, settings.paramcd)
    infusions = study.assumptions.pk_infusions.value
    times = planned_times(analysis, adpc, study)
    results = [summarise_time(analysis, adpc, one, at) for one in infusions for at in times]
    lines = []
    for number in infusions:
        for group in groups.groups:
            lines.append(heading(f"Infusion {number}, {group.header}"))
            row = f"infusion{number}.{group.key}"
            lines += [Line(label, row, template, indent=1) for label, template in ROWS.items()]
    columns = [Column(f"h{at:g}", time_label(at)) for at in times]
    some = analysis.records(adpc)["INFNUM"].isin(infusions).any()
    stub = f"{settings.name} ({settings.unit})"
    return table(entry, study, columns, lines if some else [], results, stub=stub)
