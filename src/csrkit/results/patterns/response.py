"""Analyses of `response`, `time_to_event`, `survival_curve` and `dlt`."""

from __future__ import annotations

import math

from csrkit.conditions import Named, both, equal, parse
from csrkit.index.settings.figures import SurvivalCurve
from csrkit.index.settings.response import Dlt, Response, TimeToEvent
from csrkit.results.bench import Bench
from csrkit.results.methods import (
    AT_RISK,
    BETA_BINOMIAL,
    CLOPPER_PEARSON,
    ESCALATION,
    KAPLAN_MEIER,
    MIETTINEN_NURMINEN,
    NEWCOMBE,
    REVERSE_KAPLAN_MEIER,
    Method,
)
from csrkit.results.model import Declared
from csrkit.results.verbs.counts import count_levels, count_subjects
from csrkit.results.verbs.differences import estimate_difference
from csrkit.results.verbs.doses import infer_rate, review_columns
from csrkit.results.verbs.proportions import estimate_proportion
from csrkit.results.verbs.times import (
    count_at_risk,
    estimate_follow_up,
    estimate_quantiles,
    estimate_rates,
    last_month,
    trace_curve,
)

EVENT = Named("event", parse("CNSR == 0"))
CENSORED = Named("censored", parse("CNSR > 0"))
DIFFERENCES = {one.id: one for one in (NEWCOMBE, MIETTINEN_NURMINEN)}
QUARTILES = (0.25, 0.5, 0.75)


def analyse_response(bench: Bench, settings: Response) -> None:
    """Count best overall responses, and estimate rates of response."""
    bench.head_columns()
    best = bench.declare(
        "bor", dataset=settings.dataset, where=equal("PARAMCD", settings.response),
        label="Best overall response", variable="AVALC", groupings=["AVALC"],
    )  # fmt: skip
    count_levels(bench, best, "AVALC", prefix="bor", levels=tuple(settings.levels))
    for row, rate in settings.rates.items():
        declared = bench.declare(
            row, dataset=settings.dataset, method=CLOPPER_PEARSON, level=settings.level,
            where=equal("PARAMCD", rate.paramcd), label=rate.label, variable="AVALC",
            columns=bench.columns(rate.population) if rate.population else None,
        )  # fmt: skip
        estimate_proportion(bench, declared, row, equal("AVALC", "Y"))
        if settings.difference_to:
            apart = bench.declare(
                f"{row}.difference", dataset=settings.dataset,
                method=DIFFERENCES[settings.difference_by], level=settings.level,
                where=equal("PARAMCD", rate.paramcd), label=f"Difference of {rate.label}",
                variable="AVALC", columns=declared.scope.columns, reference=settings.difference_to,
            )  # fmt: skip
            estimate_difference(
                bench, apart, f"{row}.difference", settings.difference_to, equal("AVALC", "Y")
            )


def analyse_time_to_event(bench: Bench, settings: TimeToEvent) -> None:
    """Count events and reasons for censoring; estimate quartiles, rates and follow-up."""
    bench.head_columns()
    time = equal("PARAMCD", settings.paramcd)
    dataset = settings.dataset
    for row, condition, variable, prefix in (
        ("events", EVENT, "EVNTDESC", "event"),
        ("censored", CENSORED, "CNSDTDSC", "censored"),
    ):
        counted = bench.declare(f"n.{row}", dataset=dataset, where=time, label=row.capitalize())
        count_subjects(bench, counted, row, condition)
        levels = bench.declare(
            f"{row}.reasons", dataset=dataset,
            where=both(time, condition), variable=variable, groupings=[variable],
        )  # fmt: skip
        count_levels(bench, levels, variable, prefix=prefix)
    fitted = _fitted(bench, settings, "quantile", KAPLAN_MEIER, "Quartiles")
    estimate_quantiles(bench, fitted, QUARTILES)
    rates = _fitted(bench, settings, "rate", KAPLAN_MEIER, settings.rate)
    estimate_rates(bench, rates, settings.rates_months)
    followed = _fitted(bench, settings, "follow_up", REVERSE_KAPLAN_MEIER, "Follow-up")
    estimate_follow_up(bench, followed)


def analyse_survival_curve(bench: Bench, settings: SurvivalCurve) -> None:
    """Estimate the curve, its median, and the numbers at risk at the ticks of the time axis."""
    bench.head_columns()
    trace_curve(bench, _fitted(bench, settings, "step", KAPLAN_MEIER, "Curve"))
    estimate_quantiles(bench, _fitted(bench, settings, "quantile", KAPLAN_MEIER, "Median"), [0.5])
    at_risk = _fitted(bench, settings, "at_risk", AT_RISK, "Number at risk")
    every = settings.every_months
    last = last_month(bench, at_risk) or every
    months = [every * place for place in range(max(1, math.ceil(last / every)) + 1)]
    count_at_risk(bench, at_risk, months)


def analyse_dlt(bench: Bench, settings: Dlt) -> None:
    """Estimate the DLT rate by dose, ask the escalation rule, and infer the posterior."""
    bench.head_columns()
    dlts = settings.condition
    rate = bench.declare(
        "rate", dataset=settings.dataset, method=CLOPPER_PEARSON, level=settings.level,
        label="DLT rate",
    )  # fmt: skip
    estimate_proportion(bench, rate, "rate", dlts)
    assumed = bench.study.assumptions
    rule = bench.declare(
        "rule", dataset=settings.dataset, method=ESCALATION, label="Decision",
        rule=assumed.escalation_rule.value,
    )  # fmt: skip
    review_columns(bench, rule, dlts)
    posterior = bench.declare(
        "posterior", dataset=settings.dataset, method=BETA_BINOMIAL, level=settings.level,
        label="Posterior of the DLT rate", prior=list(assumed.dlt_prior.value),
        target=assumed.dlt_target_rate.value,
    )  # fmt: skip
    infer_rate(bench, posterior, dlts)
    terms = bench.declare(
        "terms", dataset=settings.dataset, where=dlts, label="DLT by term",
        variable=settings.term, groupings=[settings.term],
    )  # fmt: skip
    count_levels(bench, terms, settings.term, prefix=settings.term)


def _fitted(
    bench: Bench, settings: TimeToEvent | SurvivalCurve, name: str, method: Method, label: str
) -> Declared:
    return bench.declare(
        name, dataset=settings.dataset, where=equal("PARAMCD", settings.paramcd), method=method,
        level=settings.level, label=label, variable="AVAL",
    )  # fmt: skip
