"""Analyses of `time_to_event_comparison`."""

from __future__ import annotations

from csrkit.conditions import equal
from csrkit.index.settings.response import TimeToEventComparison
from csrkit.results.bench import Bench
from csrkit.results.methods import COX, LOG_RANK, SURVIVAL_DIFFERENCE, Method
from csrkit.results.model import Declared
from csrkit.results.patterns.response import EVENT
from csrkit.results.verbs.comparisons import compare_hazards, compare_rates, compare_times
from csrkit.results.verbs.counts import count_subjects


def analyse_time_to_event_comparison(bench: Bench, settings: TimeToEventComparison) -> None:
    """Count events by column, and compare each with the reference."""
    bench.head_columns()
    counted = bench.declare(
        "events", dataset=settings.dataset, where=equal("PARAMCD", settings.paramcd),
        label=settings.event,
    )  # fmt: skip
    count_subjects(bench, counted, "events", EVENT)
    reference, strata = settings.reference, settings.strata
    hazards = _compared(bench, settings, "hazard", COX, "Hazard ratio", strata)
    compare_hazards(bench, hazards, reference, strata)
    tested = _compared(bench, settings, "log_rank", LOG_RANK, "Log-rank test", strata)
    compare_times(bench, tested, reference, strata)
    rates = _compared(bench, settings, "difference", SURVIVAL_DIFFERENCE, settings.rate)
    compare_rates(bench, rates, reference, settings.rates_months)


def _compared(
    bench: Bench,
    settings: TimeToEventComparison,
    name: str,
    method: Method,
    label: str,
    strata: tuple[str, ...] = (),
) -> Declared:
    return bench.declare(
        name, dataset=settings.dataset, where=equal("PARAMCD", settings.paramcd), method=method,
        level=settings.level, label=label, variable="AVAL", reference=settings.reference,
        strata=list(strata),
    )  # fmt: skip
