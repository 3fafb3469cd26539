"""Layout of `response`, `time_to_event` and `dlt`."""

from __future__ import annotations

from csrkit.displays.arrange import Line, Shelf, heading
from csrkit.displays.model import Display
from csrkit.index.settings.response import Dlt, Response, TimeToEvent
from csrkit.results.patterns.response import QUARTILES
from csrkit.results.templates import COUNT_PERCENT, ESTIMATE_INTERVAL, INTERVAL

OF_OTHER_SET = "{n}/{N}< ({p})>"
QUARTILE_LABELS = {0.25: "25th percentile", 0.5: "Median", 0.75: "75th percentile"}


def arrange_response(shelf: Shelf, settings: Response) -> Display:
    """Show best overall responses, then rates with exact intervals."""
    lines = [heading("Best overall response, n (%)")]
    for placed in shelf.rows("bor"):
        lines.append(Line(settings.levels.get(placed.level, placed.level), placed.row, indent=1))
    for row, rate in settings.rates.items():
        shown = ("n/N (%)", OF_OTHER_SET) if rate.population else ("n (%)", COUNT_PERCENT)
        lines.append(Line(f"{rate.label}, {shown[0]}", row, shown[1]))
        lines.append(Line(f"{settings.level:.0%} CI, %", row, INTERVAL, 1))
        if settings.difference_to:
            reference = shelf.study.columns[settings.difference_to].label
            label = f"Difference to {reference} ({settings.level:.0%} CI), percentage points"
            lines.append(Line(label, f"{row}.difference", ESTIMATE_INTERVAL, 1))
    return shelf.table(shelf.columns(), lines)


def arrange_time_to_event(shelf: Shelf, settings: TimeToEvent) -> Display:
    """Show events and reasons for censoring, quartiles, rates and follow-up."""
    interval = f"({settings.level:.0%} CI)"
    lines = [
        Line(f"{settings.event}, n (%)", "events"),
        *_levels(shelf, "events.reasons", called=settings.event),
        Line("Censored, n (%)", "censored"),
        *_levels(shelf, "censored.reasons"),
        heading("Time to event (months)"),
        *(
            Line(
                f"{QUARTILE_LABELS[share]} {interval}", f"quantile.{share:g}", ESTIMATE_INTERVAL, 1
            )
            for share in QUARTILES
        ),
        heading(f"{settings.rate}, % {interval}"),
        *(_estimate(f"At {month:g} months", f"rate.{month:g}") for month in settings.rates_months),
        heading("Follow-up (months)"),
        _estimate(f"Median {interval}", "follow_up"),
    ]
    return shelf.table(shelf.columns(), lines)


def arrange_dlt(shelf: Shelf, settings: Dlt) -> Display:
    """Show DLT rates by dose, what the escalation rule says, the posterior, and the terms."""
    assumed = shelf.study.assumptions
    target, interval = assumed.dlt_target_rate.value, f"{settings.level:.0%}"
    lines = [
        Line("DLT-evaluable subjects, n", "rate", "{N}"),
        Line("Subjects with a DLT, n (%)", "rate", COUNT_PERCENT),
        Line(f"{interval} CI of the DLT rate (%)", "rate", INTERVAL),
        Line(f"Decision of the {assumed.escalation_rule.value} rule", "rule", "{decision}"),
        heading("Posterior of the DLT rate"),
        Line("Mean (%)", "posterior", "{mean}", indent=1),
        Line(f"{interval} credible interval (%)", "posterior", INTERVAL, indent=1),
        Line(f"Probability of a rate above {target:.0%}", "posterior", "{prob}", indent=1),
    ]
    terms = shelf.rows("terms")
    if terms:
        lines.append(heading("DLT by preferred term, n (%)"))
        lines += [Line(placed.level, placed.row, indent=1) for placed in terms]
    columns = shelf.columns()
    notes = [
        f"{column.label}: {shelf.cells['rule', column.key]['decision.words'].text}"
        for column in columns
    ]
    return shelf.table(columns, lines, stub="Statistic", notes=notes)


def _estimate(label: str, row: str) -> Line:
    return Line(label, row, ESTIMATE_INTERVAL, indent=1)


def _levels(shelf: Shelf, analysis: str, called: str = "") -> list[Line]:
    """Return a row a level; none when the only level is what the row above says already."""
    placed = shelf.rows(analysis)
    if [one.level for one in placed] == [called]:
        return []
    return [Line(one.level, one.row, indent=1) for one in placed]
