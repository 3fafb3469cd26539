"""Figure of findings before and after each administration: a panel a parameter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator, StrMethodFormatter

from csrkit.displays.arrange import Placed, Shelf
from csrkit.displays.figures.theme import (
    NEUTRAL,
    Look,
    figure_output,
    figure_style,
    legend_above,
    looks,
    new_figure,
)
from csrkit.displays.model import Figure
from csrkit.displays.words import EMPTY, with_units
from csrkit.index.settings.time_points import TimePointCurve
from csrkit.results.model import HEADER
from csrkit.results.patterns.time_points import WITHOUT_NUMBER
from csrkit.results.templates import Shown

PANEL_HEIGHT, COUNT_HEIGHT, MARGIN = 1.2, 0.13, 0.5
UNIT = re.compile(r" \(([^()]*)\)$")
WIDE = 9
"""Time points beyond which a panel takes the whole width."""
GAP = 0.6
"""Between administrations, in time points."""
ASIDE = 0.09
COUNT_SIZE = 7
SAID = {"mean_se": ("mean", "Mean ± SE"), "median_quartiles": ("median", "Median, Q1 to Q3")}


@dataclass(frozen=True)
class Panel:
    """A parameter: its label with unit, its time points, and where each stands on the axis."""

    label: str
    points: tuple[Placed, ...]
    at: tuple[float, ...]

    def occasions(self) -> Iterator[tuple[str, list[tuple[float, Placed]]]]:
        """Yield each administration with its time points."""
        pairs = zip(self.at, self.points, strict=True)
        for number, found in groupby(pairs, key=lambda one: one[1].above[1]):
            yield number, list(found)


def draw_time_point_curves(shelf: Shelf, settings: TimePointCurve) -> Figure:
    """Draw values at planned time points by administration, a curve a group, n below each."""
    panels = [
        _panel(name, label, shelf)
        for name, label in shelf.analyses().items()
        if not (name == HEADER or name.endswith(f".{WITHOUT_NUMBER}")) and shelf.rows(name)
    ]
    drawn = looks(shelf.study, [column.key for column in shelf.columns()])
    across = 1 if max((len(panel.points) for panel in panels), default=0) > WIDE else 2
    down = max(1, -(-len(panels) // across))
    height = PANEL_HEIGHT + COUNT_HEIGHT * (len(drawn) + 2)
    with figure_style():
        fig = new_figure(shelf.entry, MARGIN + height * down)
        axes = fig.subplots(down, across, squeeze=False)
        for one, panel in zip(axes.flat, panels, strict=False):
            _draw_panel(one, panel, shelf, settings, drawn)
        for one in axes.flat[len(panels) :]:
            one.set_axis_off()
        if not panels:
            axes.flat[0].text(0.5, 0.5, EMPTY, transform=axes.flat[0].transAxes, ha="center")
        _add_legend(fig, shelf, drawn)
        return figure_output(shelf, fig, _alt(shelf, settings, panels))


def _panel(name: str, label: str, shelf: Shelf) -> Panel:
    points = tuple(shelf.rows(name))
    places: list[float] = []
    for place, point in enumerate(points):
        new = place > 0 and point.above[1] != points[place - 1].above[1]
        places.append(places[-1] + 1 + GAP * new if places else 0.0)
    return Panel(with_units(label), points, tuple(places))


def _draw_panel(
    axes: Axes, panel: Panel, shelf: Shelf, settings: TimePointCurve, drawn: Mapping[str, Look]
) -> None:
    """Draw the curves of one parameter, interrupted between administrations."""
    if settings.scale == "log":
        _use_log_scale(axes)
    keys, shown = list(drawn), 0
    for number, points in panel.occasions():
        centre = (points[0][0] + points[-1][0]) / 2
        name = shelf.study.terms.fill(f"{{Administration}} {number}")
        axes.annotate(
            name, (centre, 1), xycoords=axes.get_xaxis_transform(), xytext=(0, 3),
            textcoords="offset points", ha="center", fontsize=8, color=NEUTRAL,
        )  # fmt: skip
        for place, key in enumerate(keys):
            aside = (place - (len(keys) - 1) / 2) * ASIDE
            shown += _draw_curve(axes, shelf, settings, drawn[key], points, aside)
    if not shown:
        axes.text(0.5, 0.5, EMPTY, transform=axes.transAxes, ha="center", va="center")
    axes.set_xticks(panel.at, [_point_text(settings, point) for point in panel.points])
    axes.set_xlim(panel.at[0] - 0.5, panel.at[-1] + 0.5)
    axes.tick_params(axis="x", labelsize=7.5)
    unit = UNIT.search(panel.label)
    axes.set_title(UNIT.sub("", panel.label), loc="left", pad=16)
    axes.set_ylabel(SAID[settings.shown][1] + (f"\n({unit[1]})" if unit else ""))
    axes.grid(axis="y")
    _write_counts(axes, panel, shelf, drawn)


def _use_log_scale(axes: Axes) -> None:
    axes.set_yscale("log", nonpositive="clip")
    axes.yaxis.set_major_locator(LogLocator(base=10, subs=(1, 2, 5)))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))


def _draw_curve(
    axes: Axes,
    shelf: Shelf,
    settings: TimePointCurve,
    look: Look,
    points: Sequence[tuple[float, Placed]],
    aside: float,
) -> int:
    """Draw the values of one group around one administration, and return how many there are."""
    known = [
        (at + aside, *ends)
        for at, point in points
        if (ends := _ends(_cell(shelf, point, look.key), settings))
        and (settings.scale == "linear" or ends[1] > 0)
    ]
    at, low, value, high = np.array(known, dtype=float).reshape(-1, 4).T
    axes.errorbar(
        at, value, yerr=[value - low, high - value],
        color=look.colour, linestyle=look.line_style, marker=look.marker, label=look.label,
        markersize=4.5, markeredgecolor="white", markeredgewidth=0.5,
        linewidth=1.2, elinewidth=0.9, capsize=2, capthick=0.9, zorder=3,
    )  # fmt: skip
    return len(known)


def _cell(shelf: Shelf, point: Placed, key: str) -> Mapping[str, Shown]:
    return shelf.cells.get((point.row, f"{key}.value"), {})


def _ends(cell: Mapping[str, Shown], settings: TimePointCurve) -> tuple[float, float, float] | None:
    """Return lower end, value and upper end; one value alone has a mean, and no error."""
    value = cell.get(SAID[settings.shown][0])
    if value is None or value.absent:
        return None
    if settings.shown == "median_quartiles":
        return cell["p25"].value, value.value, cell["p75"].value
    error = 0.0 if cell["se"].absent else cell["se"].value
    return value.value - error, value.value, value.value + error


def _write_counts(axes: Axes, panel: Panel, shelf: Shelf, drawn: Mapping[str, Look]) -> None:
    """Write below each time point how many values there are, a line a group.

    Results that are no number stand in brackets behind them.
    """
    below = axes.get_xaxis_transform()
    for line, look in enumerate(drawn.values()):
        down = -22 - line * (COUNT_SIZE + 2)
        style: dict[str, Any] = {"fontsize": COUNT_SIZE, "color": look.colour, "va": "center"}
        for at, point in zip(panel.at, panel.points, strict=True):
            axes.annotate(
                _count_text(shelf, point, look.key), (at, 0), xycoords=below, xytext=(0, down),
                textcoords="offset points", ha="center", annotation_clip=False, **style,
            )  # fmt: skip
        axes.annotate(
            f"n, {look.label}", (0, 0), xycoords=axes.transAxes, xytext=(-4, down),
            textcoords="offset points", ha="right", annotation_clip=False, **style,
        )  # fmt: skip


def _count_text(shelf: Shelf, point: Placed, key: str) -> str:
    """Return how many values there are, and in brackets how many results that are no number."""
    text = _cell(shelf, point, key)["n"].text
    without = shelf.cells.get((f"{point.row}.{WITHOUT_NUMBER}", f"{key}.value"), {}).get("n")
    return f"{text} ({without.text})" if without and without.value else text


def _add_legend(fig: Canvas, shelf: Shelf, drawn: Mapping[str, Look]) -> None:
    """Name the groups above the panels, each with its line and marker."""
    handles = []
    for look, column in zip(drawn.values(), shelf.columns(), strict=True):
        style: dict[str, Any] = {"linestyle": look.line_style, "marker": look.marker}
        handles.append(Line2D([], [], color=look.colour, label=column.header, **style))
    legend = legend_above(fig, handles)
    for text, look in zip(legend.get_texts(), drawn.values(), strict=True):
        text.set(color=look.colour, fontweight="semibold")


def _point_text(settings: TimePointCurve, point: Placed) -> str:
    return settings.points.get(point.above[2], point.above[2])


def _alt(shelf: Shelf, settings: TimePointCurve, panels: Sequence[Panel]) -> str:
    """Say what the figure shows: each group's highest value of a parameter, and where it is."""
    word = SAID[settings.shown][0]
    parts = []
    for panel in panels:
        for column in shelf.columns():
            known = [
                (cell[word].value, cell[word].text, point)
                for point in panel.points
                if word in (cell := _cell(shelf, point, column.key)) and not cell[word].absent
            ]
            if known:
                _, text, point = max(known, key=lambda one: one[0])
                kind = shelf.study.terms.administration
                where = f"{kind} {point.above[1]}, {_point_text(settings, point).lower()}"
                parts.append(f"{panel.label}, {column.label}: {text} ({where})")
    said = f"Highest {word} by parameter and group: {'; '.join(parts)}." if parts else EMPTY + "."
    return f"{shelf.entry.title}. {said}"
