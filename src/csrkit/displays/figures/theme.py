"""One look for all figures: font, lines, colours and markers of the dose groups.

Figures are drawn with matplotlib and seaborn inside `figure_style`. Text becomes paths in SVG, so
that a browser, Typst and a word processor draw the same figure without the font.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import matplotlib as mpl
import seaborn as sns
from matplotlib import font_manager
from matplotlib.artist import Artist
from matplotlib.figure import Figure as Canvas
from matplotlib.legend import Legend

from csrkit.displays.arrange import Shelf
from csrkit.displays.model import Figure, population_label, source_line
from csrkit.index import IndexEntry
from csrkit.index.footnotes import fill_footnotes
from csrkit.study import Study

FONT = "Source Sans Pro"
WIDTH = {"portrait": 6.5, "landscape": 9.5}
"""Width of a figure in inches: the text width of the page."""
DPI = 300

INK = "#222222"
GRID = "#DDDDDD"
NEUTRAL = "#666666"
# Okabe and Ito's colours, legible for the colour-blind, for what study.yml gives no colour.
FALLBACK_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
FALLBACK_MARKERS = ("o", "s", "^", "D", "v", "P")
LINE_STYLES = ("-", "--", "-.", ":")

SETTINGS: dict[str, Any] = {
    "font.family": FONT,
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.labelsize": 9,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.linewidth": 0.8,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "legend.title_fontsize": 8.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.6,
    "lines.markersize": 5,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.fonttype": "path",
    "svg.hashsalt": "csrkit",
}


@dataclass(frozen=True)
class Look:
    """How a column group is drawn in every figure of the report."""

    key: str
    label: str
    colour: str
    marker: str
    line_style: str


def looks(study: Study, columns: Sequence[str] = ()) -> dict[str, Look]:
    """Return the look of column groups (all of the study when none are named), by key.

    A group keeps its look whichever others stand beside it: what `study.yml` leaves open is given
    by the group's place there.
    """
    found = {}
    for place, (key, group) in enumerate(study.columns.items()):
        found[key] = Look(
            key,
            group.label,
            group.colour or FALLBACK_COLOURS[place % len(FALLBACK_COLOURS)],
            group.marker or FALLBACK_MARKERS[place % len(FALLBACK_MARKERS)],
            LINE_STYLES[place % len(LINE_STYLES)],
        )
    return {key: found[key] for key in columns or found}


@contextmanager
def figure_style() -> Iterator[None]:
    """Draw with the report's look; matplotlib is as it was before when the block ends."""
    _register_font()
    with mpl.rc_context():
        sns.set_theme(style="ticks", rc=SETTINGS)
        yield


def new_figure(entry: IndexEntry, height: float) -> Canvas:
    """Return an empty figure as wide as the page's text and `height` inches high.

    It belongs to no window or global state, so nothing needs to be closed.
    """
    return Canvas(figsize=(WIDTH[entry.orientation], height), layout="constrained")


def legend_above(
    fig: Canvas, handles: Sequence[Artist], *, title: str = "", side: str = "center"
) -> Legend:
    """Put a legend in one line above the panels, where it can't cover data.

    Parameters
    ----------
    fig
        The figure.
    handles
        What it explains; each has its label.
    title
        Heading of the legend; none when empty.
    side
        left, center or right.
    """
    place: Any = f"outside upper {side}"
    return fig.legend(handles=handles, title=title or None, loc=place, ncols=len(handles) or 1)


def figure_output(shelf: Shelf, fig: Canvas, alt: str, notes: Sequence[str] = ()) -> Figure:
    """Return a drawn figure as a display: the same drawing gives the same bytes.

    Parameters
    ----------
    shelf
        The results that are drawn.
    fig
        The drawing, made inside `figure_style`, which must still be open.
    alt
        Alternative text, composed from the results.
    notes
        Footnotes beside those of the index.
    """
    entry, study = shelf.entry, shelf.study
    return Figure(
        entry=entry,
        population=population_label(entry, study),
        svg=_saved(fig, "svg", {"Date": None, "Creator": None}).decode(),
        png=_saved(fig, "png", {"Software": None}),
        alt=alt,
        footnotes=(*notes, *fill_footnotes(entry, study)),
        source=source_line(entry, study, shelf.ard),
        ard=shelf.ard,
    )


def _saved(fig: Canvas, kind: str, metadata: dict[str, None]) -> bytes:
    written = io.BytesIO()
    fig.savefig(written, format=kind, dpi=DPI, metadata=metadata)
    return written.getvalue()


@cache
def _register_font() -> None:
    """Make the report's font known to matplotlib, from the package that ships it."""
    for weight in ("Regular", "It", "Semibold", "Bold"):
        file = files("font_source_sans_pro") / "files" / f"SourceSansPro-{weight}.ttf"
        font_manager.fontManager.addfont(str(file))
