"""Figure of mean concentrations over time, linear and semi-logarithmic (section 14.4.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import LogLocator, NullLocator, StrMethodFormatter

from csrkit.displays.empty import EMPTY
from csrkit.displays.index import IndexEntry
from csrkit.displays.model import Figure
from csrkit.displays.pk import (
    Analyte,
    concentration_analysis,
    planned_times,
    summarise_time,
    time_label,
)
from csrkit.displays.settings import read_settings
from csrkit.displays.theme import (
    NEUTRAL,
    Look,
    figure_output,
    figure_style,
    legend_above,
    looks,
    new_figure,
)
from csrkit.results.ard import combine
from csrkit.results.groups import Groups, column_groups
from csrkit.study import Study

ROW_HEIGHT = 2.05
EARLY_HOURS = 24
DAY = 24
# Groups stand side by side at a time, by this share of the time axis.
ASIDE = 0.004
TICK_SIZE = 8.5


class Curve(NamedTuple):
    """The means and standard deviations of one infusion and group, over planned hours."""

    key: str
    hours: np.ndarray
    mean: np.ndarray
    sd: np.ndarray


def mean_profile(entry: IndexEntry, study: Study, datasets: Mapping[str, pd.DataFrame]) -> Figure:
    """Draw mean ± SD at planned times, a line of panels an infusion, a curve a column group.

    Settings of the entry: those of `csrkit.displays.pk.Analyte`.
    """
    adpc = datasets["ADPC"]
    settings = read_settings(entry, Analyte)
    groups = column_groups(study, datasets["ADSL"], entry.population, entry.columns)
    analysis = concentration_analysis(entry, groups, settings.paramcd)
    infusions = study.assumptions.pk_infusions.value
    times = planned_times(analysis, adpc, study)
    results = combine(
        summarise_time(analysis, adpc, number, hours, ("n", "mean", "sd"))
        for number in infusions
        for hours in times
    )
    drawn = looks(study, groups.keys)
    with figure_style():
        fig = new_figure(entry, 0.7 + ROW_HEIGHT * len(infusions))
        panels = fig.subplots(len(infusions), 2, sharex=True, sharey="col", squeeze=False)
        for number, (linear, log) in zip(infusions, panels, strict=True):
            curves = list(_curves(results, number, groups.keys, times))
            _draw_linear(linear, curves, drawn, times, _top(results))
            _draw_log(log, curves, drawn, study.assumptions.pk_lloq.value)
            linear.set_title(f"Infusion {number}, linear scale", loc="left")
            log.set_title(f"Infusion {number}, logarithmic scale", loc="left")
        _label_axes(panels, settings, times)
        _add_legend(fig, panels[0, 0], drawn, groups)
        return figure_output(entry, study, fig, _alt(entry, results, groups, settings), results)


def _curves(
    results: pd.DataFrame, number: int, keys: Sequence[str], times: Sequence[float]
) -> Iterator[Curve]:
    """Return the curves of one infusion; a time without a value is left out."""
    order = [f"h{hours:g}" for hours in times]
    for key in keys:
        rows = results[results["ROW"] == f"infusion{number}.{key}"]
        wide = rows.pivot_table(index="COLUMN", columns="STAT", values="VALUE", dropna=False)
        wide = wide.reindex(index=order, columns=["mean", "sd"]).assign(HOURS=times)
        wide = wide[wide["mean"].notna()]
        yield Curve(key, *(wide[name].to_numpy() for name in ("HOURS", "mean", "sd")))


def _top(results: pd.DataFrame) -> float:
    """Return the end of a linear axis that holds every mean with its bar."""
    wide = results.pivot_table(index=["ROW", "COLUMN"], columns="STAT", values="VALUE")
    wide = wide.reindex(columns=["mean", "sd"])
    highest = float((wide["mean"] + wide["sd"].fillna(0)).max())
    return 1.05 * highest if highest > 0 else 1.0


def _draw_linear(
    axes: Axes,
    curves: Sequence[Curve],
    drawn: Mapping[str, Look],
    times: Sequence[float],
    top: float,
) -> None:
    """Draw the linear panel, with the first day enlarged where the curves leave room."""
    _draw(axes, curves, drawn)
    axes.set_ylim(0, top)
    if max(times) <= EARLY_HOURS or not any(len(curve.mean) for curve in curves):
        return
    early = axes.inset_axes((0.4, 0.34, 0.6, 0.6))
    inside = [
        Curve(curve.key, *(part[curve.hours <= EARLY_HOURS] for part in curve[1:]))
        for curve in curves
    ]
    _draw(early, inside, drawn)
    early.set_ylim(0, top)
    early.set_xticks([at for at in times if at <= EARLY_HOURS and (at == 0 or at >= 4)])
    early.tick_params(labelsize=TICK_SIZE - 1)
    early.grid(axis="y")
    early.set_title(f"First {EARLY_HOURS} h", fontsize=8, loc="left", color=NEUTRAL, pad=2)


def _draw_log(axes: Axes, curves: Sequence[Curve], drawn: Mapping[str, Look], limit: float) -> None:
    """Draw the logarithmic panel, which can't show a mean of 0, and the LLOQ."""
    above = [Curve(curve.key, *(part[curve.mean > 0] for part in curve[1:])) for curve in curves]
    axes.set_yscale("log", nonpositive="clip")
    _draw(axes, above, drawn)
    axes.axhline(limit, color=NEUTRAL, lw=0.9, ls=(0, (1, 2)))
    axes.annotate(
        f"LLOQ {limit:g}", (0.3, limit), xycoords=axes.get_yaxis_transform(), xytext=(0, 2),
        textcoords="offset points", ha="center", va="bottom", fontsize=8, color=NEUTRAL,
    )  # fmt: skip
    axes.yaxis.set_major_locator(LogLocator(base=10))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.grid(axis="y")


def _draw(axes: Axes, curves: Sequence[Curve], drawn: Mapping[str, Look]) -> None:
    """Draw curves with error bars, side by side at each time."""
    longest = max((curve.hours.max() for curve in curves if len(curve.hours)), default=0.0)
    if not longest:
        axes.text(0.5, 0.5, EMPTY, transform=axes.transAxes, ha="center", va="center")
    for place, curve in enumerate(curves):
        look = drawn[curve.key]
        aside = (place - (len(curves) - 1) / 2) * ASIDE * longest
        axes.errorbar(
            curve.hours + aside, curve.mean, yerr=np.nan_to_num(curve.sd),
            label=look.label, color=look.colour, linestyle=look.line_style, marker=look.marker,
            markersize=4.5, markeredgecolor="white", markeredgewidth=0.5,
            elinewidth=0.9, capsize=2, capthick=0.9, zorder=3,
        )  # fmt: skip


def _label_axes(panels: np.ndarray, settings: Analyte, times: Sequence[float]) -> None:
    for axes in panels.flat:
        axes.set_ylabel(f"{settings.name}, mean ± SD\n({settings.unit})")
        axes.tick_params(labelsize=TICK_SIZE)
    for axes in panels[-1]:
        axes.set_xlabel("Hours after the start of the infusion (nominal)")
        axes.set_xticks([at for at in times if at % DAY == 0])


def _add_legend(fig: Canvas, panel: Axes, drawn: Mapping[str, Look], groups: Groups) -> None:
    """Name the groups above the panels, each with its line and marker."""
    handles, _ = panel.get_legend_handles_labels()
    for handle, key in zip(handles, drawn, strict=True):
        handle.set_label(groups[key].header)
    legend = legend_above(fig, handles)
    for text, look in zip(legend.get_texts(), drawn.values(), strict=True):
        text.set(color=look.colour, fontweight="semibold")


def _alt(entry: IndexEntry, results: pd.DataFrame, groups: Groups, settings: Analyte) -> str:
    """Say what the figure shows: the highest mean of each infusion and group, and its time."""
    means = results[(results["STAT"] == "mean") & results["VALUE"].notna()]
    highest = means.loc[means.groupby("ROW", sort=False)["VALUE"].idxmax()]
    parts = []
    for row, column, text in highest[["ROW", "COLUMN", "FORMATTED"]].itertuples(index=False):
        infusion, _, key = row.partition(".")
        at = time_label(float(column.removeprefix("h"))).lower()
        parts.append(
            f"infusion {infusion.removeprefix('infusion')}, {groups[key].label}: "
            f"{text} {settings.unit} at {at}"
        )
    said = f"Highest mean by infusion and group: {'; '.join(parts)}." if parts else EMPTY + "."
    return f"{entry.title}, linear and logarithmic. {said}"
