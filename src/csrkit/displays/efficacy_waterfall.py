"""Waterfall: best change of the sum of target lesions, one bar a subject."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from csrkit.displays.empty import EMPTY
from csrkit.displays.index import IndexEntry
from csrkit.displays.model import Figure
from csrkit.displays.theme import (
    INK,
    NEUTRAL,
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
from csrkit.results.where import equals
from csrkit.study import Study

HEIGHT = 4.7
LEAST_BARS = 12
"""With fewer subjects than this the bars get no wider."""
MOST_LEVEL = 40
"""Beyond this number of bars the responses at their ends are turned upright."""
TOP = 100.0
"""Changes beyond this (percent) are cut off and written at the bar."""


def waterfall(entry: IndexEntry, study: Study, datasets: Mapping[str, pd.DataFrame]) -> Figure:
    """Draw the best change from baseline of each subject (ICH E3 14.2).

    Settings of the entry: `paramcd` (PARAMCD of ADTR), `response` (PARAMCD of ADRS that colours a
    bar), `colours` (response → colour) and `thresholds` (percent, drawn as dashed lines).
    """
    settings = entry.settings
    groups = column_groups(study, datasets["ADSL"], entry.population, entry.columns)
    analysis = Analysis(entry.key, "ADTR", groups, equals("PARAMCD", settings["paramcd"]))
    changes = _with_response(datasets, settings["response"])
    results = combine([subject_values(analysis, changes, {"AVAL": "fixed1"}, level="BOR")])
    shown = results.dropna(subset="VALUE").sort_values(["VALUE", "ROW"], ascending=[False, True])
    with figure_style():
        fig = new_figure(entry, HEIGHT)
        axes = fig.subplots()
        _draw_bars(axes, shown, settings["colours"])
        _mark_groups(axes, shown, looks(study, groups.keys))
        _finish(axes, shown, settings)
        _legends(fig, shown, settings["colours"], looks(study, groups.keys))
        return figure_output(entry, study, fig, _alt(entry, shown), results)


def _with_response(datasets: Mapping[str, pd.DataFrame], response: str) -> pd.DataFrame:
    adrs = datasets["ADRS"]
    best = adrs.loc[adrs["PARAMCD"] == response].set_index("USUBJID")["AVALC"]
    adtr = datasets["ADTR"]
    return adtr.assign(BOR=adtr["USUBJID"].map(best).fillna("MISSING"))


def _draw_bars(axes: Axes, shown: pd.DataFrame, colours: Mapping[str, str]) -> None:
    values = shown["VALUE"].to_numpy()
    bars = axes.bar(
        range(len(shown)),
        np.minimum(values, TOP),
        color=[colours.get(level, NEUTRAL) for level in shown["LEVEL"]],
        width=0.82,
        linewidth=0,
    )
    texts = shown[["FORMATTED", "LEVEL"]].itertuples(index=False, name=None)
    for bar, value, (text, level) in zip(bars, values, texts, strict=True):
        end, below = min(value, TOP), value < 0
        axes.annotate(
            f"{level} {text}" if value > TOP else level,
            (bar.get_x() + bar.get_width() / 2, end), xytext=(0, -2 if below else 2),
            textcoords="offset points", ha="center", va="top" if below else "bottom",
            fontsize=7, rotation=90 if value > TOP or len(shown) > MOST_LEVEL else 0,
        )  # fmt: skip


def _mark_groups(axes: Axes, shown: pd.DataFrame, drawn: Mapping[str, Look]) -> None:
    """Put the dose group's marker on the far side of zero from each bar."""
    for place, (value, column) in enumerate(zip(shown["VALUE"], shown["COLUMN"], strict=True)):
        look = drawn[column]
        axes.plot(
            place, -5 if value >= 0 else 5, look.marker, color=look.colour, mec=INK, mew=0.6, ms=5
        )


def _finish(axes: Axes, shown: pd.DataFrame, settings: Mapping[str, object]) -> None:
    axes.axhline(0, color=INK, linewidth=0.8)
    for threshold in settings["thresholds"]:  # type: ignore[attr-defined]
        axes.axhline(threshold, color=NEUTRAL, linewidth=0.8, linestyle="--")
        axes.annotate(
            f"{threshold:+g}%".replace("-", "−"), (1, threshold), xytext=(3, 0), va="center",
            xycoords=("axes fraction", "data"), textcoords="offset points", color=NEUTRAL,
        )  # fmt: skip
    lowest = min(-40.0, float(shown["VALUE"].min()) - 12) if len(shown) else -40.0
    highest = max(40.0, min(float(shown["VALUE"].max()), TOP) + 12) if len(shown) else 40.0
    axes.set_ylim(lowest, highest)
    axes.set_xlim(-0.8, max(len(shown), LEAST_BARS) - 0.2)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.set_ylabel("Best change from baseline (%)")
    axes.set_xlabel(f"Subjects, in order of change (n={len(shown)})")
    if shown.empty:
        axes.text(0.5, 0.5, EMPTY, ha="center", transform=axes.transAxes)


def _legends(
    fig: Canvas, shown: pd.DataFrame, colours: Mapping[str, str], drawn: Mapping[str, Look]
) -> None:
    found = set(shown["LEVEL"])
    patches = [Patch(color=colour, label=name) for name, colour in colours.items() if name in found]
    marks = [
        Line2D([], [], marker=look.marker, color=look.colour, mec=INK, ls="", label=look.label)
        for look in drawn.values()
    ]
    if patches:
        legend_above(fig, patches, title="Best overall response", side="left")
    legend_above(fig, marks, title="Dose group", side="right")


def _alt(entry: IndexEntry, shown: pd.DataFrame) -> str:
    if shown.empty:
        return f"{entry.title}. {EMPTY}."
    smaller = int((shown["VALUE"] < 0).sum())
    return (
        f"{entry.title}. {len(shown)} subjects; best change from {shown['FORMATTED'].iloc[0]}% to "
        f"{shown['FORMATTED'].iloc[-1]}%; {smaller} with a smaller sum than at baseline."
    )
