"""Figure of mean concentrations over time, linear and semi-logarithmic (section 14.4.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import LogLocator, NullLocator, StrMethodFormatter

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
from csrkit.displays.patterns.pk import planned_times
from csrkit.displays.words import EMPTY
from csrkit.index.settings.figures import Profile
from csrkit.results.patterns.pk import time_label

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


def draw_profile(shelf: Shelf, settings: Profile) -> Figure:
    """Draw mean ± SD at planned times, a line of panels an administration, a curve a group."""
    assumed, terms = shelf.study.assumptions, shelf.study.terms
    infusions = assumed.pk_infusions.value
    times = planned_times(shelf)
    columns = shelf.columns()
    drawn = looks(shelf.study, [column.key for column in columns])
    curves = {number: list(_curves(shelf, number, times)) for number in infusions}
    top = _top([curve for found in curves.values() for curve in found])
    with figure_style():
        fig = new_figure(shelf.entry, 0.7 + ROW_HEIGHT * len(infusions))
        panels = fig.subplots(len(infusions), 2, sharex=True, sharey="col", squeeze=False)
        for number, (linear, log) in zip(infusions, panels, strict=True):
            _draw_linear(linear, curves[number], drawn, times, top)
            _draw_log(log, curves[number], drawn, assumed.pk_lloq.value)
            name = terms.fill(f"{{Administration}} {number}")
            linear.set_title(f"{name}, linear scale", loc="left")
            log.set_title(f"{name}, logarithmic scale", loc="left")
        _label_axes(panels, settings, times, terms.administration)
        _add_legend(fig, panels[0, 0], drawn, columns)
        return figure_output(shelf, fig, _alt(shelf, settings))


def _curves(shelf: Shelf, number: int, times: Sequence[float]) -> Iterator[Curve]:
    """Return the curves of one administration; a time without a value is left out."""
    for column in shelf.columns():
        row = f"infusion{number}.{column.key}"
        cells = [(hours, shelf.cells.get((row, f"h{hours:g}"), {})) for hours in times]
        known = [
            (hours, cell["mean"].value, cell["sd"].value)
            for hours, cell in cells
            if "mean" in cell and not cell["mean"].absent
        ]
        parts = np.array(known, dtype=float).reshape(-1, 3).T
        yield Curve(column.key, *parts)


def _top(curves: Sequence[Curve]) -> float:
    """Return the end of a linear axis that holds every mean with its bar."""
    ends = [end for curve in curves for end in curve.mean + np.nan_to_num(curve.sd)]
    highest = max(ends, default=0.0)
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


def _label_axes(
    panels: np.ndarray, settings: Profile, times: Sequence[float], administration: str
) -> None:
    for axes in panels.flat:
        axes.set_ylabel(f"{settings.name}, mean ± SD\n({settings.unit})")
        axes.tick_params(labelsize=TICK_SIZE)
    for axes in panels[-1]:
        axes.set_xlabel(f"Hours after the start of the {administration} (nominal)")
        axes.set_xticks([at for at in times if at % DAY == 0])


def _add_legend(
    fig: Canvas, panel: Axes, drawn: Mapping[str, Look], columns: Sequence[Column]
) -> None:
    """Name the groups above the panels, each with its line and marker."""
    handles, _ = panel.get_legend_handles_labels()
    for handle, column in zip(handles, columns, strict=True):
        handle.set_label(column.header)
    legend = legend_above(fig, handles)
    for text, look in zip(legend.get_texts(), drawn.values(), strict=True):
        text.set(color=look.colour, fontweight="semibold")


def _alt(shelf: Shelf, settings: Profile) -> str:
    """Say what the figure shows: the highest mean of each administration and group, its time."""
    parts = []
    for number in shelf.study.assumptions.pk_infusions.value:
        name = shelf.study.terms.fill(f"{{administration}} {number}")
        for column in shelf.columns():
            row = f"infusion{number}.{column.key}"
            means = [
                (cell["mean"].value, cell["mean"].text, hours)
                for hours in planned_times(shelf)
                if "mean" in (cell := shelf.cells.get((row, f"h{hours:g}"), {}))
                and not cell["mean"].absent
            ]
            if means:
                _, text, hours = max(means, key=lambda one: one[0])
                at = time_label(hours).lower()
                parts.append(f"{name}, {column.label}: {text} {settings.unit} at {at}")
    kind = shelf.study.terms.administration
    said = f"Highest mean by {kind} and group: {'; '.join(parts)}." if parts else EMPTY + "."
    return f"{shelf.entry.title}, linear and logarithmic. {said}"
