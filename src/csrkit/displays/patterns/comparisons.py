"""Layout of `time_to_event_comparison`: each column against the reference column."""

from __future__ import annotations

from csrkit.displays.arrange import Line, Shelf, heading
from csrkit.displays.model import Display
from csrkit.index.settings.response import TimeToEventComparison
from csrkit.results.templates import ESTIMATE_INTERVAL


def arrange_time_to_event_comparison(shelf: Shelf, settings: TimeToEventComparison) -> Display:
    """Show events, then hazard ratio, tests and differences; the reference has none of these."""
    interval = f"({settings.level:.0%} CI)"
    reference = shelf.study.columns[settings.reference].label
    lines = [
        Line(f"{settings.event}, n (%)", "events"),
        heading(f"Against {reference}"),
        Line(f"Hazard ratio {interval}", "hazard", ESTIMATE_INTERVAL, 1),
        Line("p-value (Wald)", "hazard", "{p.value}", 1),
        Line("p-value (log-rank)", "log_rank", "{p.value}", 1),
    ]
    if settings.rates_months:
        lines.append(
            heading(f"Difference of {_small(settings.rate)}, percentage points {interval}")
        )
    lines += [
        Line(f"At {month:g} months", f"difference.{month:g}", ESTIMATE_INTERVAL, 1)
        for month in settings.rates_months
    ]
    notes = [
        f"Each column is compared with {reference}: a hazard ratio below 1 and a difference above "
        "0 mean later events in the column. Hazard ratios by Cox regression, ties by Efron."
    ]
    if settings.strata:
        by = " and ".join(settings.strata)
        notes.append(f"Hazard ratio and log-rank test are stratified by {by}.")
    return shelf.table(shelf.columns(), lines, notes=notes)


def _small(text: str) -> str:
    """Return a text with a small letter, to stand within a line; an abbreviation stays as it is."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
