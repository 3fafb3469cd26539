"""Layout of `incidence_rate` and `cumulative_incidence`."""

from __future__ import annotations

from csrkit.displays.arrange import Line, Shelf, heading
from csrkit.displays.model import Display
from csrkit.index.settings.incidence import CumulativeIncidence, IncidenceRate
from csrkit.results.templates import ESTIMATE_INTERVAL


def arrange_incidence_rate(shelf: Shelf, settings: IncidenceRate) -> Display:
    """Show a block a category: subjects, patient-years at risk, rate; then the rate by period."""
    interval = f"({settings.level:.0%} CI)"
    rate = f"Rate per {settings.per_years:g} patient-years {interval}"
    lines: list[Line] = []
    for one in settings.rows:
        lines += [
            heading(one.label),
            Line("Subjects with event, n", one.row, "{n}", 1),
            Line("Patient-years at risk", one.row, "{exposure}", 1),
            Line(rate, one.row, ESTIMATE_INTERVAL, 1),
        ]
        for placed in shelf.rows(f"{one.row}.periods"):
            label = f"Rate {_period(placed.level, settings.periods_days)}"
            lines.append(Line(label, placed.row, ESTIMATE_INTERVAL, 2))
    return shelf.table(shelf.columns(), lines, stub=settings.stub)


def arrange_cumulative_incidence(shelf: Shelf, settings: CumulativeIncidence) -> Display:
    """Show the events of both kinds, then the incidence at given months."""
    lines = [
        Line(f"{settings.event.label}, n (%)", "events"),
        Line(f"{settings.competing.label} (competing), n (%)", "competing"),
        heading(f"Cumulative incidence, % ({settings.level:.0%} CI)"),
        *(
            Line(f"At {month:g} months", f"incidence.{month:g}", ESTIMATE_INTERVAL, 1)
            for month in settings.months
        ),
    ]
    return shelf.table(shelf.columns(), lines)


def _period(start: str, cuts: tuple[int, ...]) -> str:
    """Return the name of the period that follows a day."""
    later = [cut for cut in cuts if cut > int(start)]
    return f"on days {int(start) + 1} to {later[0]}" if later else f"after day {start}"
