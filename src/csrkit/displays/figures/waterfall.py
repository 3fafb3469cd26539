"""Waterfall: best change of the sum of target lesions, one bar a subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from csrkit.displays.arrange import Shelf
from csrkit.displays.figures.theme import (
    INK,
    NEUTRAL,
    Look,
    figure_output,
    figure_style,
    legend_above,
    looks,
    new_figure,
)
from csrkit.displays.model import Figure
from csrkit.displays.words import EMPTY
from csrkit.index.settings.figures import Waterfall

MISSING = "MISSING"
"""Response of a subject without one, as ADRS has it."""
ROOM = 12.0
"""Room for the text at the end of a bar (percent)."""
HEIGHT = 4.7
LEAST_BARS = 12
"""With fewer subjects than this the bars get no wider."""
MOST_LEVEL = 40
"""Beyond this number of bars the responses at their ends are turned upright."""
TOP = 100.0
"""Changes beyond this (percent) are cut off and written at the bar."""


class Bar(NamedTuple):
    """One bar: the change as number and as text, the response, the column of the subject."""

    value: float
    text: str
    response: str
    column: str


def draw_waterfall(shelf: Shelf, settings: Waterfall) -> Figure:
    """Draw the best change from baseline of each subject (ICH E3 14.2)."""
    bars = _bars(shelf, settings)
    drawn = looks(shelf.study, [column.key for column in shelf.columns()])
    with figure_style():
        fig = new_figure(shelf.entry, HEIGHT)
        axes = fig.subplots()
        _draw_bars(axes, bars, settings.colours)
        _mark_groups(axes, bars, drawn)
        _finish(axes, bars, settings)
        _legends(fig, bars, settings.colours, drawn, shelf.study.terms.group)
        return figure_output(shelf, fig, _alt(shelf, bars))


def _bars(shelf: Shelf, settings: Waterfall) -> list[Bar]:
    """Return a bar for each subject with a change, in the order of the results."""
    stat = settings.change.variable.lower()
    ard = shelf.ard[shelf.ard["STAT"].isin([stat, "response"])]
    responses = {
        row: text
        for row, name, text in zip(ard["ROW"], ard["STAT"], ard["FORMATTED"], strict=True)
        if name == "response"
    }
    changes = ard[ard["STAT"].eq(stat) & ard["VALUE"].notna()]
    return [
        Bar(value, text, responses.get(row, MISSING), column)
        for row, column, value, text in changes[["ROW", "COLUMN", "VALUE", "FORMATTED"]].itertuples(
            index=False, name=None
        )
    ]


def _draw_bars(axes: Axes, bars: Sequence[Bar], colours: Mapping[str, str]) -> None:
    drawn = axes.bar(
        range(len(bars)),
        [min(bar.value, TOP) for bar in bars],
        color=[colours.get(bar.response, NEUTRAL) for bar in bars],
        width=0.82,
        linewidth=0,
    )
    for patch, bar in zip(drawn, bars, strict=True):
        end, below = min(bar.value, TOP), bar.value < 0
        cut = bar.value > TOP
        axes.annotate(
            f"{bar.response} {bar.text}" if cut else bar.response,
            (patch.get_x() + patch.get_width() / 2, end), xytext=(0, -2 if below else 2),
            textcoords="offset points", ha="center", va="top" if below else "bottom",
            fontsize=7, rotation=90 if cut or len(bars) > MOST_LEVEL else 0,
        )  # fmt: skip


def _mark_groups(axes: Axes, bars: Sequence[Bar], drawn: Mapping[str, Look]) -> None:
    """Put the dose group's marker on the far side of zero from each bar."""
    for place, bar in enumerate(bars):
        look = drawn[bar.column]
        at = -5 if bar.value >= 0 else 5
        axes.plot(place, at, look.marker, color=look.colour, mec=INK, mew=0.6, ms=5)


def _finish(axes: Axes, bars: Sequence[Bar], settings: Waterfall) -> None:
    axes.axhline(0, color=INK, linewidth=0.8)
    for threshold in settings.thresholds:
        axes.axhline(threshold, color=NEUTRAL, linewidth=0.8, linestyle="--")
        axes.annotate(
            f"{threshold:+g}%".replace("-", "−"), (1, threshold), xytext=(3, 0), va="center",
            xycoords=("axes fraction", "data"), textcoords="offset points", color=NEUTRAL,
        )  # fmt: skip
    lowest = min([-40.0, *(bar.value - ROOM for bar in bars)])
    highest = max([40.0, *(min(bar.value, TOP) + ROOM for bar in bars)])
    axes.set_ylim(lowest, highest)
    axes.set_xlim(-0.8, max(len(bars), LEAST_BARS) - 0.2)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.set_ylabel(settings.axis)
    axes.set_xlabel(f"Subjects, in order of change (n={len(bars)})")
    if not bars:
        axes.text(0.5, 0.5, EMPTY, ha="center", transform=axes.transAxes)


def _legends(
    fig: Canvas,
    bars: Sequence[Bar],
    colours: Mapping[str, str],
    drawn: Mapping[str, Look],
    group: str,
) -> None:
    found = {bar.response for bar in bars}
    patches = [Patch(color=colour, label=name) for name, colour in colours.items() if name in found]
    marks = [
        Line2D([], [], marker=look.marker, color=look.colour, mec=INK, ls="", label=look.label)
        for look in drawn.values()
    ]
    if patches:
        legend_above(fig, patches, title="Best overall response", side="left")
    legend_above(fig, marks, title=group.capitalize(), side="right")


def _alt(shelf: Shelf, bars: Sequence[Bar]) -> str:
    """Say what the figure shows: the range, and by group how many have a smaller sum."""
    if not bars:
        return f"{shelf.entry.title}. {EMPTY}."
    parts = [
        f"{column.label}: {shelf.cells['n.smaller', column.key]['n'].text} of "
        f"{shelf.cells['n.shown', column.key]['n'].text} subjects"
        for column in shelf.columns()
    ]
    return (
        f"{shelf.entry.title}. Best change from {bars[0].text}% to {bars[-1].text}%. "
        f"A smaller sum than at baseline: {'; '.join(parts)}."
    )
