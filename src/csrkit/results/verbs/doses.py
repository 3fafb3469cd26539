"""Dose finding: what the escalation rule says of each column, and the posterior of the DLT rate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from csrkit.conditions import Condition
from csrkit.errors import StudyError
from csrkit.results.ard import Result, Statistic
from csrkit.results.bench import Bench
from csrkit.results.model import COLUMN, Declared
from csrkit.stats.dose_finding import (
    NO_DECISION,
    Decision,
    DoseReview,
    dlt_posterior,
    review_doses,
    three_plus_three,
)
from csrkit.study import Study

NOBODY = "No evaluable subject: only the prior is known"
NOBODY_YET = three_plus_three(0, 0)
MIXED = Decision(NO_DECISION, "The subjects had different doses: the rule is about one dose.")
RULES: dict[str, Callable[[Sequence[int], Sequence[int]], DoseReview]] = {"3+3": review_doses}


def review_columns(bench: Bench, rule: Declared, dlts: Condition) -> dict[str, Decision]:
    """Add what the escalation rule says of each column: decision and its words; ROW = `rule`.

    A column is reviewed in view of the other doses of the phases that are watched for DLTs.
    """
    scope = rule.scope
    spread = bench.spread(scope)
    tallies = spread.tally(bench.holds(spread.frame, dlts, scope.dataset))
    counts = {key: len(tally.subjects) for key, tally in tallies.items()}
    decisions = _decisions(bench, rule, counts)
    for key, decision in decisions.items():
        statistics = [
            Statistic.text("decision", decision.decision.capitalize()),
            Statistic.text("decision.words", decision.words),
        ]
        bench.add(rule, dlt_result(bench, rule, "rule", key, statistics, dlts))
    return decisions


def infer_rate(bench: Bench, posterior: Declared, dlts: Condition) -> None:
    """Add the posterior of the DLT rate: mean, conf.low, conf.high, prob; ROW = `posterior`.

    prob is the probability that the rate exceeds the target rate of `study.yml`.
    """
    assumed, scope = bench.study.assumptions, posterior.scope
    spread = bench.spread(scope)
    for key, tally in spread.tally(bench.holds(spread.frame, dlts, scope.dataset)).items():
        total = scope.columns[key].total
        found = dlt_posterior(total, len(tally.subjects), assumed.dlt_prior.value)
        low, high = found.interval(posterior.level)
        values = {
            "mean": (found.mean, "percent1"),
            "conf.low": (low, "percent1"),
            "conf.high": (high, "percent1"),
            "prob": (found.exceeds(assumed.dlt_target_rate.value), "fixed3"),
        }
        statistics = [
            Statistic(name, value if total else None, written, "" if total else NOBODY)
            for name, (value, written) in values.items()
        ]
        bench.add(posterior, dlt_result(bench, posterior, "posterior", key, statistics, dlts))


def dlt_result(
    bench: Bench,
    declared: Declared,
    row: str,
    key: str,
    statistics: list[Statistic],
    dlts: Condition,
) -> Result:
    """Return what is said of a column by its DLTs and its evaluable subjects."""
    scope = declared.scope
    spread = bench.spread(scope)
    tally = spread.tally(bench.holds(spread.frame, dlts, scope.dataset))[key]
    return Result(
        row=row,
        column=key,
        statistics=statistics,
        levels={COLUMN: key},
        set_id=bench.set_of(scope, key, tally, dlts),
        denominator=bench.denominator(scope.columns, key),
    )


def _decisions(bench: Bench, rule: Declared, dlts: Mapping[str, int]) -> dict[str, Decision]:
    study, columns = bench.study, rule.scope.columns
    review, dose = _rule(study), doses_of_columns(bench, rule)
    found: dict[float, tuple[int, int]] = {}
    for key, level in dose.items():
        found.setdefault(level, (columns[key].total, dlts[key]))
    phases = study.derivations.adsl.dlt_phases
    arms = study.arms.values()
    planned = {arm.dose for arm in arms if arm.phase in phases and arm.dose is not None}
    levels = sorted(planned | set(found))
    decisions = {}
    for key in columns.keys:
        own = (columns[key].total, dlts[key])
        if key in dose:
            at = found | {dose[key]: own}
            counts = [at.get(level, (0, 0)) for level in levels]
            reviewed = review([n for n, _ in counts], [n for _, n in counts]).decisions
            decisions[key] = reviewed[levels.index(dose[key])]
        else:
            decisions[key] = MIXED if own[0] else NOBODY_YET
    return decisions


def doses_of_columns(bench: Bench, declared: Declared) -> dict[str, float]:
    """Return the dose of each column whose subjects had one and the same."""
    columns = declared.scope.columns
    variable = bench.study.analysis_sets[columns.analysis_set].dose
    doses = bench.records("ADSL").set_index("USUBJID")[variable]
    given = {key: doses.reindex(columns[key].subjects).dropna().unique() for key in columns.keys}
    return {key: float(found[0]) for key, found in given.items() if len(found) == 1}


def _rule(study: Study) -> Callable[[Sequence[int], Sequence[int]], DoseReview]:
    name = study.assumptions.escalation_rule.value
    if name not in RULES:
        raise StudyError(
            "There is no such escalation rule",
            where=f"{study.file}, key assumptions.escalation_rule.value",
            found=name,
            allowed=tuple(RULES),
            remedy="Use one of the allowed rules.",
        )
    return RULES[name]
