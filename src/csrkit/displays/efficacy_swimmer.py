"""Swimmer plot: each subject's course from first infusion to the last known date."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D

from csrkit.displays.empty import EMPTY
from csrkit.displays.index import IndexEntry
from csrkit.displays.model import Figure
from csrkit.displays.theme import (
    INK,
    Look,
    figure_output,
    figure_style,
    legend_above,
    looks,
    new_figure,
)
from csrkit.results.ard import Analysis, combine
from csrkit.results.by_subject import subject_values
from csrkit.results.groups import column_groups
from csrkit.results.time_to_event import DAYS_PER_MONTH
from csrkit.study import Study

ROW_HEIGHT = 0.15
HEIGHT_LIMITS = (3.0, 4.8)
LEAST_LANES = 8
"""With fewer subjects than this the bars get no thicker."""
MOST_LABELS = 60
"""Beyond this number of subjects their labels could no longer be read."""
TIMES = ("FOLLOW_UP", "TREATMENT_END", "RESPONSE", "PROGRESSION", "DEATH")
ONGOING = "ONGOING"


def swimmer(entry: IndexEntry, study: Study, datasets: Mapping[str, pd.DataFrame]) -> Figure:
    """Draw treatment, response, progression and death of each subject (ICH E3 14.2).

    Settings of the entry: `response` (AVALC of ADRS PARAMCD OVR that count as response) and `marks`
    (response, progression, death → marker and label).
    """
    groups = column_groups(study, datasets["ADSL"], entry.population, entry.columns)
    analysis = Analysis(entry.key, "ADSL", groups)
    courses = _courses(datasets, tuple(entry.settings["response"]))
    infusions = Analysis(entry.key, "ADEX", groups)
    results = combine(
        [
            subject_values(analysis, courses, dict.fromkeys(TIMES, "fixed1"), level="EOSSTT"),
            _infusions(infusions, datasets),
        ]
    )
    shown = _in_order(results, list(groups.keys))
    low, high = HEIGHT_LIMITS
    with figure_style():
        fig = new_figure(entry, min(high, max(low, 1.1 + ROW_HEIGHT * len(shown))))
        axes = fig.subplots()
        drawn = looks(study, groups.keys)
        _draw_bars(axes, shown, drawn)
        _draw_marks(axes, shown, results, entry.settings["marks"])
        _finish(axes, shown)
        _legend(fig, drawn, entry.settings["marks"])
        return figure_output(entry, study, fig, _alt(entry, shown), results)


def _courses(datasets: Mapping[str, pd.DataFrame], response: tuple[str, ...]) -> pd.DataFrame:
    """Return one row a treated subject with the months at which things happened."""
    adsl = datasets["ADSL"].dropna(subset="TRTSDT")
    adrs = datasets["ADRS"]
    responded = adrs[(adrs["PARAMCD"] == "OVR") & adrs["AVALC"].isin(response)]
    progressed = adrs[(adrs["PARAMCD"] == "PD") & (adrs["AVALC"] == "Y")]
    dates = {
        "FOLLOW_UP": adsl["DTHDT"].fillna(adsl["LSTALVDT"]),
        "TREATMENT_END": adsl["TRTEDT"],
        "RESPONSE": adsl["USUBJID"].map(responded.groupby("USUBJID")["ADT"].min()),
        "PROGRESSION": adsl["USUBJID"].map(progressed.groupby("USUBJID")["ADT"].min()),
        "DEATH": adsl["DTHDT"],
    }
    months = {name: _months(date, adsl["TRTSDT"]) for name, date in dates.items()}
    return adsl[["USUBJID", "EOSSTT"]].assign(**months)


def _months(date: pd.Series, start: pd.Series) -> pd.Series:
    return ((date - start).dt.days + 1) / DAYS_PER_MONTH


def _infusions(analysis: Analysis, datasets: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the months of the infusions, a result each."""
    adex = datasets["ADEX"]
    given = adex[adex["PARAMCD"] == "DOSE"].merge(
        datasets["ADSL"][["USUBJID"]].assign(START=datasets["ADSL"]["TRTSDT"]), on="USUBJID"
    )
    months = given.assign(INFUSION=_months(given["ASTDTM"].dt.normalize(), given["START"]))
    parts = [
        subject_values(analysis, part, {"INFUSION": "fixed1"}, level="INFNUM")
        for _, part in months.groupby("INFNUM")
    ]
    return combine(parts)


def _in_order(results: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return one row a subject, longest follow-up on top within its column."""
    courses = results[results["DATASET"] == "ADSL"]
    wide = courses.pivot_table(
        index=["ROW", "COLUMN", "LEVEL"],
        columns="STAT",
        values="VALUE",
        dropna=False,
        observed=True,
    ).dropna(how="all")
    shown = wide.reindex(columns=[name.lower() for name in TIMES]).reset_index()
    place = shown["COLUMN"].map({key: number for number, key in enumerate(columns)})
    order = shown.assign(PLACE=place).sort_values(
        ["PLACE", "follow_up", "ROW"], ascending=[False, True, False]
    )
    return order.reset_index(drop=True)


def _draw_bars(axes: Axes, shown: pd.DataFrame, drawn: Mapping[str, Look]) -> None:
    for place, row in enumerate(shown.to_dict("records")):
        look = drawn[row["COLUMN"]]
        axes.barh(place, row["follow_up"], height=0.62, color=look.colour, alpha=0.25, lw=0)
        axes.barh(place, row["treatment_end"], height=0.62, color=look.colour, alpha=0.75, lw=0)
        if row["LEVEL"] == ONGOING:
            axes.annotate(
                "", (row["follow_up"], place), xytext=(14, 0), textcoords="offset points",
                arrowprops={"arrowstyle": "<-", "color": look.colour, "lw": 1.2},
            )  # fmt: skip


def _draw_marks(
    axes: Axes,
    shown: pd.DataFrame,
    results: pd.DataFrame,
    marks: Mapping[str, Mapping[str, str]],
) -> None:
    places = {subject: place for place, subject in shown["ROW"].items()}
    infusions = results[results["STAT"] == "infusion"]
    axes.plot(infusions["VALUE"], infusions["ROW"].map(places), "|", color="white", ms=3.5, mew=0.9)
    for stat, mark in marks.items():
        found = shown.dropna(subset=stat)
        axes.plot(
            found[stat], found.index, mark["marker"], color=mark["colour"], mec=INK, mew=0.6,
            ms=5.5, ls="", clip_on=False, zorder=5,
        )  # fmt: skip


def _finish(axes: Axes, shown: pd.DataFrame) -> None:
    labels = shown["ROW"].tolist() if len(shown) <= MOST_LABELS else []
    axes.set_yticks(range(len(labels)), labels, fontsize=7)
    axes.set_ylim(-0.8, max(len(shown), LEAST_LANES) - 0.2)
    axes.set_xlim(0, None)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x")
    axes.set_axisbelow(True)
    axes.set_xlabel("Months from first infusion")
    if shown.empty:
        axes.text(0.5, 0.5, EMPTY, ha="center", transform=axes.transAxes)


def _legend(fig: Canvas, drawn: Mapping[str, Look], marks: Mapping[str, Mapping[str, str]]) -> None:
    groups = [Line2D([], [], color=look.colour, lw=6, label=look.label) for look in drawn.values()]
    signs = [
        Line2D(
            [], [], marker=mark["marker"], color=mark["colour"], mec=INK, ls="", label=mark["label"]
        )
        for mark in marks.values()
    ]
    arrow = Line2D([], [], marker=">", color=INK, lw=1.2, ms=4, label="Ongoing")
    legend_above(fig, [*groups, *signs, arrow])


def _alt(entry: IndexEntry, shown: pd.DataFrame) -> str:
    if shown.empty:
        return f"{entry.title}. {EMPTY}."
    counted = shown[["response", "progression", "death"]].notna().sum()
    return (
        f"{entry.title}. {len(shown)} subjects: {counted['response']} with a response, "
        f"{counted['progression']} with progression, {counted['death']} died, "
        f"{int((shown['LEVEL'] == ONGOING).sum())} ongoing at the data cut-off date."
    )
