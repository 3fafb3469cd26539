"""Swimmer plot: each subject's course from the first dose to the last known date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D

from csrkit.displays.arrange import Shelf
from csrkit.displays.figures.theme import (
    INK,
    Look,
    figure_output,
    figure_style,
    legend_above,
    looks,
    new_figure,
)
from csrkit.displays.model import Figure
from csrkit.displays.words import EMPTY
from csrkit.index.settings.figures import Mark, Swimmer

ROW_HEIGHT = 0.15
HEIGHT_LIMITS = (3.0, 4.8)
LEAST_LANES = 8
"""With fewer subjects than this the bars get no thicker."""
MOST_LABELS = 60
"""Beyond this number of subjects their labels could no longer be read."""


@dataclass
class Lane:
    """One subject: its column, status, months by name, and months of the administrations."""

    subject: str
    column: str
    status: str = ""
    months: dict[str, float] = field(default_factory=dict)
    administrations: list[float] = field(default_factory=list)


def draw_swimmer(shelf: Shelf, settings: Swimmer) -> Figure:
    """Draw treatment, response, progression and death of each subject (ICH E3 14.2)."""
    lanes = _lanes(shelf)
    low, high = HEIGHT_LIMITS
    with figure_style():
        fig = new_figure(shelf.entry, min(high, max(low, 1.1 + ROW_HEIGHT * len(lanes))))
        axes = fig.subplots()
        drawn = looks(shelf.study, [column.key for column in shelf.columns()])
        _draw_bars(axes, lanes, drawn, settings.ongoing)
        _draw_marks(axes, lanes, settings.marks)
        _finish(axes, lanes, settings.axis)
        _legend(fig, drawn, settings.marks)
        return figure_output(shelf, fig, _alt(shelf, settings, lanes))


def _lanes(shelf: Shelf) -> list[Lane]:
    """Return a lane for each subject with follow-up, in the order of the results."""
    administration = shelf.study.terms.administration
    lanes: dict[str, Lane] = {}
    names = ["ROW", "COLUMN", "STAT", "VALUE", "FORMATTED"]
    for row, column, stat, value, text in shelf.ard[names].itertuples(index=False, name=None):
        if stat == "follow_up":
            lanes[row] = Lane(row, column)
        lane = lanes.get(row)
        if lane is None:
            continue
        if stat == "status":
            lane.status = text
        elif stat == administration:
            lane.administrations.append(value)
        elif value == value:  # not missing
            lane.months[stat] = value
    return [lane for lane in lanes.values() if "follow_up" in lane.months]


def _draw_bars(axes: Axes, lanes: Sequence[Lane], drawn: Mapping[str, Look], ongoing: str) -> None:
    for place, lane in enumerate(lanes):
        look = drawn[lane.column]
        end, treated = lane.months["follow_up"], lane.months.get("treatment_end", 0.0)
        axes.barh(place, end, height=0.62, color=look.colour, alpha=0.25, lw=0)
        axes.barh(place, treated, height=0.62, color=look.colour, alpha=0.75, lw=0)
        if lane.status == ongoing:
            axes.annotate(
                "", (end, place), xytext=(14, 0), textcoords="offset points",
                arrowprops={"arrowstyle": "<-", "color": look.colour, "lw": 1.2},
            )  # fmt: skip


def _draw_marks(axes: Axes, lanes: Sequence[Lane], marks: Mapping[str, Mark]) -> None:
    given = [(month, place) for place, lane in enumerate(lanes) for month in lane.administrations]
    months, places = ([one for one, _ in given], [one for _, one in given])
    axes.plot(months, places, "|", color="white", ms=3.5, mew=0.9)
    for name, mark in marks.items():
        found = [(lane.months[name], p) for p, lane in enumerate(lanes) if name in lane.months]
        months, places = ([one for one, _ in found], [one for _, one in found])
        axes.plot(
            months, places, mark.marker, color=mark.colour, mec=INK, mew=0.6,
            ms=5.5, ls="", clip_on=False, zorder=5,
        )  # fmt: skip


def _finish(axes: Axes, lanes: Sequence[Lane], axis: str) -> None:
    labels = [lane.subject for lane in lanes] if len(lanes) <= MOST_LABELS else []
    axes.set_yticks(range(len(labels)), labels, fontsize=7)
    axes.set_ylim(-0.8, max(len(lanes), LEAST_LANES) - 0.2)
    axes.set_xlim(0, None)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x")
    axes.set_axisbelow(True)
    axes.set_xlabel(axis)
    if not lanes:
        axes.text(0.5, 0.5, EMPTY, ha="center", transform=axes.transAxes)


def _legend(fig: Canvas, drawn: Mapping[str, Look], marks: Mapping[str, Mark]) -> None:
    groups = [Line2D([], [], color=look.colour, lw=6, label=look.label) for look in drawn.values()]
    signs = [
        Line2D([], [], marker=mark.marker, color=mark.colour, mec=INK, ls="", label=mark.label)
        for mark in marks.values()
    ]
    arrow = Line2D([], [], marker=">", color=INK, lw=1.2, ms=4, label="Ongoing")
    legend_above(fig, [*groups, *signs, arrow])


def _alt(shelf: Shelf, settings: Swimmer, lanes: Sequence[Lane]) -> str:
    """Say what the figure shows: by group how many had each mark, and how many go on."""
    if not lanes:
        return f"{shelf.entry.title}. {EMPTY}."
    counted = {name: mark.label.lower() for name, mark in settings.marks.items()}
    counted["ongoing"] = "ongoing at the data cut-off date"
    parts = [
        f"{column.header}: "
        + ", ".join(
            f"{shelf.cells[f'n.{name}', column.key]['n'].text} {label}"
            for name, label in counted.items()
        )
        for column in shelf.columns()
    ]
    return f"{shelf.entry.title}. {'; '.join(parts)}."
