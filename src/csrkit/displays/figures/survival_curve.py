"""Kaplan-Meier curves with confidence bands, censor marks, median lines and numbers at risk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D

from csrkit.displays.arrange import Shelf
from csrkit.displays.figures.theme import (
    NEUTRAL,
    Look,
    figure_output,
    figure_style,
    legend_above,
    looks,
    new_figure,
)
from csrkit.displays.model import Column, Figure
from csrkit.index.settings.figures import SurvivalCurve

HEIGHT = 4.8
STEP = ("time", "estimate", "conf.low", "conf.high", "n.censor")


def draw_survival_curves(shelf: Shelf, settings: SurvivalCurve) -> Figure:
    """Draw the Kaplan-Meier curves of one time-to-event parameter (ICH E3 14.2)."""
    columns = shelf.columns()
    months = [float(one.level) for one in shelf.rows("at_risk")]
    with figure_style():
        fig = new_figure(shelf.entry, HEIGHT)
        ratios = [4.2, 0.35 + 0.3 * len(columns)]
        curves, risk = fig.subplots(2, 1, sharex=True, height_ratios=ratios)
        drawn = looks(shelf.study, [column.key for column in columns])
        _draw_curves(curves, shelf, drawn, settings)
        _write_risk(risk, shelf, drawn, months)
        curves.set_xlim(0, months[-1])
        _legend(fig, drawn, columns)
        return figure_output(shelf, fig, _alt(shelf, settings))


class Curve(NamedTuple):
    """The steps of one curve: months, shares, limits, and subjects censored at each step."""

    time: np.ndarray
    estimate: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    censored: np.ndarray


def _curve(shelf: Shelf, column: str) -> Curve:
    """Return the curve of one column group; a limit that isn't defined keeps its last value."""
    steps = [shelf.cells.get((placed.row, column), {}) for placed in shelf.rows("step")]
    known = [[step[name].value for name in STEP] for step in steps if step]
    time, estimate, lower, upper, censored = np.array(known, dtype=float).reshape(-1, 5).T
    return Curve(time, estimate, _carried(lower), _carried(upper), censored)


def _carried(limits: np.ndarray) -> np.ndarray:
    """Return limits with the last one known in place of one that isn't."""
    carried = limits.copy()
    for place in range(1, len(carried)):
        if np.isnan(carried[place]):
            carried[place] = carried[place - 1]
    return carried


def _draw_curves(
    axes: Axes, shelf: Shelf, drawn: Mapping[str, Look], settings: SurvivalCurve
) -> None:
    for key, look in drawn.items():
        curve = _curve(shelf, key)
        if not len(curve.time):
            continue
        axes.step(
            curve.time, curve.estimate, where="post", color=look.colour, linestyle=look.line_style
        )
        axes.fill_between(
            curve.time, curve.lower, curve.upper, step="post", color=look.colour, alpha=0.13, lw=0
        )
        left = curve.censored > 0
        axes.plot(
            curve.time[left], curve.estimate[left], "|", color=look.colour, markersize=8, mew=1.2
        )
        _mark_median(axes, shelf, key, look)
    axes.set_ylim(0, 1.02)
    axes.yaxis.set_major_formatter(lambda share, _: f"{share * 100:.0f}")
    axes.set_ylabel(settings.axis)
    axes.set_xlabel(settings.time_axis)
    axes.tick_params(axis="x", labelbottom=True)
    axes.grid(axis="y")


def _mark_median(axes: Axes, shelf: Shelf, key: str, look: Look) -> None:
    median = shelf.cells["quantile.0.5", key]["estimate"]
    if not median.absent:
        at = median.value
        axes.plot([0, at, at], [0.5, 0.5, 0], color=look.colour, lw=0.9, ls=":")


def _legend(fig: Canvas, drawn: Mapping[str, Look], columns: Sequence[Column]) -> None:
    lines = [
        Line2D([], [], color=look.colour, ls=look.line_style, label=column.header)
        for look, column in zip(drawn.values(), columns, strict=True)
    ]
    for text, look in zip(legend_above(fig, lines).get_texts(), drawn.values(), strict=True):
        text.set(color=look.colour, fontweight="semibold")


def _write_risk(
    axes: Axes, shelf: Shelf, drawn: Mapping[str, Look], months: Sequence[float]
) -> None:
    """Write the numbers at risk below the time axis, a line a group."""
    for line, (key, look) in enumerate(drawn.items()):
        for month in months:
            at_risk = shelf.cells[f"at_risk.{month:g}", key]["n.risk"].text
            axes.text(month, line, at_risk, ha="center", va="center")
        axes.text(
            -0.025, line, look.label, color=look.colour, fontweight="semibold",
            ha="right", va="center", transform=axes.get_yaxis_transform(),
        )  # fmt: skip
    axes.set_ylim(len(drawn) - 0.4, -0.6)
    axes.set_xticks(list(months))
    axes.set_yticks([])
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(axis="x", length=0, labelbottom=False)
    axes.set_title("Number at risk", loc="left", fontsize=9, color=NEUTRAL)


def _alt(shelf: Shelf, settings: SurvivalCurve) -> str:
    """Say what the figure shows: the median of each group with its interval."""
    parts = []
    for column in shelf.columns():
        median = shelf.cells["quantile.0.5", column.key]
        texts = [median[name].text for name in ("estimate", "conf.low", "conf.high")]
        known = f"median {texts[0]} months ({settings.level:.0%} CI {texts[1]} to {texts[2]})"
        parts.append(f"{column.header}: {known}")
    return f"{shelf.entry.title}. {'; '.join(parts)}."
