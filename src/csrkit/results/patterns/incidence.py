"""Analyses of `incidence_rate` and `cumulative_incidence`."""

from __future__ import annotations

from csrkit.conditions import equal
from csrkit.index.settings.incidence import CumulativeIncidence, IncidenceRate
from csrkit.results.bench import Bench
from csrkit.results.methods import CUMULATIVE_INCIDENCE, EXPOSURE_ADJUSTED, PIECEWISE
from csrkit.results.verbs.competing import estimate_incidence
from csrkit.results.verbs.counts import count_subjects
from csrkit.results.verbs.incidence import AtRisk, estimate_rate, estimate_rates_by_period


def analyse_incidence_rate(bench: Bench, settings: IncidenceRate) -> None:
    """Estimate the incidence rate of each category by exposure, and by period of it."""
    bench.head_columns()
    at_risk, per = AtRisk(settings.day, settings.at_risk), settings.per_years
    for one in settings.rows:
        declared = bench.declare(
            one.row, dataset=settings.dataset, where=settings.condition, method=EXPOSURE_ADJUSTED,
            level=settings.level, label=one.label, variable=settings.day,
            at_risk=settings.at_risk, per_years=per,
        )  # fmt: skip
        estimate_rate(bench, declared, one.row, at_risk, per, one.condition)
        if settings.periods_days:
            cuts = settings.periods_days
            by_period = bench.declare(
                f"{one.row}.periods", dataset=settings.dataset, where=settings.condition,
                method=PIECEWISE, level=settings.level, label=f"{one.label}, by period",
                variable=settings.day, at_risk=settings.at_risk, per_years=per, cuts=list(cuts),
            )  # fmt: skip
            estimate_rates_by_period(bench, by_period, one.row, at_risk, per, cuts, one.condition)


def analyse_cumulative_incidence(bench: Bench, settings: CumulativeIncidence) -> None:
    """Count the events and the competing ones; estimate the cumulative incidence."""
    bench.head_columns()
    where, event, competing = equal("PARAMCD", settings.paramcd), settings.event, settings.competing
    for name, one in (("events", event), ("competing", competing)):
        counted = bench.declare(name, dataset=settings.dataset, where=where, label=one.label)
        count_subjects(bench, counted, name, one.condition)
    declared = bench.declare(
        "incidence", dataset=settings.dataset, where=where, method=CUMULATIVE_INCIDENCE,
        level=settings.level, label=event.label, variable="AVAL", competing=competing.label,
    )  # fmt: skip
    estimate_incidence(bench, declared, event.condition, competing.condition, settings.months)
