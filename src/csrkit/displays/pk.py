"""What the pharmacokinetic displays share: profiles, planned times and their summaries."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from csrkit.displays.index import IndexEntry
from csrkit.results.ard import Analysis
from csrkit.results.counts import count_subjects
from csrkit.results.groups import Groups
from csrkit.results.summaries import significant_formats, summarise_values
from csrkit.results.where import Where, equals
from csrkit.study import Study
from csrkit.study.base import Section

STATISTICS = ("n", "mean", "sd", "cv", "geom_mean", "geom_cv", "median", "min", "max")
SUMMARISED = Where("used in summaries", "PKSUMXF.isna()")
BELOW = Where("below the limit of quantification", "BLQFL == 'Y'")


class Analyte(Section):
    """Settings of a display of concentrations: PARAMCD of ADPC, its name and its unit in words."""

    paramcd: str
    name: str
    unit: str


def infusion(number: int) -> Where:
    """Return the filter of one infusion."""
    return Where(f"infusion {number}", f"INFNUM == {number}")


def concentration_analysis(entry: IndexEntry, groups: Groups, paramcd: str) -> Analysis:
    """Return the analysis of the concentrations of one analyte that summaries use."""
    return Analysis(entry.key, "ADPC", groups, equals("PARAMCD", paramcd) & SUMMARISED)


def planned_times(analysis: Analysis, adpc: pd.DataFrame, study: Study) -> list[float]:
    """Return the hours after an infusion that were planned, or that samples were planned for."""
    assumed = study.assumptions
    used = analysis.where.select(adpc, "ADPC")
    profiles = used[used["INFNUM"].isin(assumed.pk_infusions.value)]
    return sorted({*assumed.pk_times_hours.value, *profiles["NRRLT"].dropna()})


def time_label(hours: float) -> str:
    """Return the name of a planned time after the start of an infusion."""
    return f"{hours:g} h" if hours > 0 else "Pre-dose"


def summarise_time(
    analysis: Analysis,
    adpc: pd.DataFrame,
    number: int,
    hours: float,
    statistics: Sequence[str] = STATISTICS,
) -> pd.DataFrame:
    """Summarise the concentrations of one infusion at one planned time.

    Returns
    -------
    pandas.DataFrame
        ARD rows with ROW = `infusion<number>.<column group>`, COLUMN = `h<hours>`: the statistics
        of AVALSUM, and n_blq, the number of subjects whose result was below quantification.
    """
    where = infusion(number) & Where(f"planned at {time_label(hours)}", f"NRRLT == {hours:g}")
    chosen = analysis.narrowed(where)
    grouping = {"INFNUM": str(number), "NRRLT": f"{hours:g}"}
    summary = summarise_values(
        chosen, adpc, "AVALSUM",
        formats=significant_formats(), statistics=statistics, groups=grouping,
    )  # fmt: skip
    below = count_subjects(chosen, adpc, "", BELOW, percent=False).assign(STAT="n_blq")
    found = pd.concat([summary, below], ignore_index=True)
    return found.assign(ROW=f"infusion{number}." + found["COLUMN"], COLUMN=f"h{hours:g}")
