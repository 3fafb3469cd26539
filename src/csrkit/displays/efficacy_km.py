"""Kaplan-Meier curves with confidence bands, censor marks, median lines and numbers at risk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D

from csrkit.displays.index import IndexEntry
from csrkit.displays.model import Figure
from csrkit.displays.theme import (
    NEUTRAL,
    Look,
    figure_output,
    figure_style,
    legend_above,
    looks,
    new_figure,
)
from csrkit.results.ard import Analysis, combine
from csrkit.results.groups import Groups, column_groups
from csrkit.results.time_to_event import DAYS_PER_MONTH, at_risk, quantiles, steps
from csrkit.results.where import equals
from csrkit.study import Study

HEIGHT = 4.8


def kaplan_meier_curves(
    entry: IndexEntry, study: Study, datasets: Mapping[str, pd.DataFrame]
) -> Figure:
    """Draw the Kaplan-Meier curves of one time-to-event parameter (ICH E3 14.2).

    Settings of the entry: `paramcd` (PARAMCD of ADTTE), `axis` (label of the probability axis) and
    `every_months` (distance of the ticks of the time axis).
    """
    groups = column_groups(study, datasets["ADSL"], entry.population, entry.columns)
    analysis = Analysis(entry.key, "ADTTE", groups, equals("PARAMCD", entry.settings["paramcd"]))
    records = datasets["ADTTE"]
    months = _ticks(analysis.records(records)["AVAL"], entry.settings["every_months"])
    results = combine(
        [
            steps(analysis, records),
            quantiles(analysis, records, (0.5,)),
            at_risk(analysis, records, months),
        ]
    )
    with figure_style():
        fig = new_figure(entry, HEIGHT)
        ratios = [4.2, 0.35 + 0.3 * len(groups.keys)]
        curves, risk = fig.subplots(2, 1, sharex=True, height_ratios=ratios)
        drawn = looks(study, groups.keys)
        _draw_curves(curves, results, drawn, entry.settings["axis"])
        _write_risk(risk, results, drawn, groups, months)
        curves.set_xlim(0, months[-1])
        _legend(fig, drawn, groups)
        return figure_output(entry, study, fig, _alt(entry, results, groups), results)


def _ticks(days: pd.Series, every: float) -> list[float]:
    """Return the months at which the time axis is marked, up to the last follow-up."""
    last = float(days.max()) / DAYS_PER_MONTH if len(days) else every
    return [every * place for place in range(max(1, int(np.ceil(last / every))) + 1)]


def _wide(results: pd.DataFrame, column: str, prefix: str) -> pd.DataFrame:
    """Return the results of one column, one line a ROW, one column a STAT."""
    chosen = results[(results["COLUMN"] == column) & results["ROW"].str.startswith(prefix)]
    return chosen.pivot_table(index="ROW", columns="STAT", values="VALUE", sort=False, dropna=False)


def _draw_curves(axes: Axes, results: pd.DataFrame, drawn: Mapping[str, Look], label: str) -> None:
    for key, look in drawn.items():
        curve = _wide(results, key, "step.")
        if curve.empty:
            continue
        time, survival = curve["time"].to_numpy(), curve["estimate"].to_numpy()
        axes.step(time, survival, where="post", color=look.colour, linestyle=look.line_style)
        lower, upper = (curve[name].ffill() for name in ("conf.low", "conf.high"))
        axes.fill_between(time, lower, upper, step="post", color=look.colour, alpha=0.13, lw=0)
        censored = (curve["n.censor"] > 0).to_numpy()
        axes.plot(time[censored], survival[censored], "|", color=look.colour, markersize=8, mew=1.2)
        _mark_median(axes, results, key, look)
    axes.set_ylim(0, 1.02)
    axes.yaxis.set_major_formatter(lambda share, _: f"{share * 100:.0f}")
    axes.set_ylabel(label)
    axes.set_xlabel("Months from first infusion")
    axes.tick_params(axis="x", labelbottom=True)
    axes.grid(axis="y")


def _mark_median(axes: Axes, results: pd.DataFrame, key: str, look: Look) -> None:
    chosen = (results["ROW"] == "quantile.0.5") & (results["STAT"] == "estimate")
    for median in results.loc[chosen & (results["COLUMN"] == key), "VALUE"].dropna():
        axes.plot([0, median, median], [0.5, 0.5, 0], color=look.colour, lw=0.9, ls=":")


def _legend(fig: Canvas, drawn: Mapping[str, Look], groups: Groups) -> None:
    lines = [
        Line2D([], [], color=look.colour, ls=look.line_style, label=groups[key].header)
        for key, look in drawn.items()
    ]
    for text, look in zip(legend_above(fig, lines).get_texts(), drawn.values(), strict=True):
        text.set(color=look.colour, fontweight="semibold")


def _write_risk(
    axes: Axes,
    results: pd.DataFrame,
    drawn: Mapping[str, Look],
    groups: Groups,
    months: Sequence[float],
) -> None:
    """Write the numbers at risk below the time axis, a line a group."""
    shown = results[results["STAT"] == "n.risk"].set_index(["COLUMN", "ROW"])["FORMATTED"]
    for line, (key, look) in enumerate(drawn.items()):
        for month in months:
            axes.text(
                month, line, shown.get((key, f"at_risk.{month:g}"), "0"), ha="center", va="center"
            )
        axes.text(
            -0.025, line, groups[key].label, color=look.colour, fontweight="semibold",
            ha="right", va="center", transform=axes.get_yaxis_transform(),
        )  # fmt: skip
    axes.set_ylim(len(drawn) - 0.4, -0.6)
    axes.set_xticks(list(months))
    axes.set_yticks([])
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(axis="x", length=0, labelbottom=False)
    axes.set_title("Number at risk", loc="left", fontsize=9, color=NEUTRAL)


def _alt(entry: IndexEntry, results: pd.DataFrame, groups: Groups) -> str:
    """Say what the figure shows: the median of each group with its interval."""
    medians = results[results["ROW"] == "quantile.0.5"].set_index(["COLUMN", "STAT"])["FORMATTED"]
    parts = []
    for group in groups.groups:
        median, low, high = (medians[group.key, s] for s in ("estimate", "conf.low", "conf.high"))
        known = f"median {median} months (95% CI {low} to {high})"
        parts.append(f"{group.label} (N={group.total}): {known}")
    return f"{entry.title}. {'; '.join(parts)}."
