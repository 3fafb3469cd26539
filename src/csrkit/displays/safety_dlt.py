"""Dose-limiting toxicities: rate, decision of the escalation rule, posterior (section 14.3.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from csrkit.displays.arrange import Line, group_columns, heading, table
from csrkit.displays.index import IndexEntry
from csrkit.displays.model import Display
from csrkit.displays.words import sentence_case
from csrkit.errors import StudyError
from csrkit.results.ard import Analysis, Result, Statistic, ard
from csrkit.results.counts import count_levels, level_name, present_levels
from csrkit.results.groups import Groups, column_groups
from csrkit.results.proportions import proportion
from csrkit.results.templates import COUNT_PERCENT, INTERVAL
from csrkit.results.where import Where
from csrkit.stats.dose_finding import NO_DECISION, Decision, dlt_posterior, three_plus_three
from csrkit.stats.dose_finding.review import DoseReview, review_doses
from csrkit.study import Study

DLTS = Where("DLT in the DLT window", "DLTFL == 'Y' and DLTWINFL == 'Y'")
NOBODY = "No evaluable subject: only the prior is known"
NOBODY_YET = three_plus_three(0, 0)
MIXED = Decision(NO_DECISION, "The subjects had different doses: the rule is about one dose.")
RULES: dict[str, Callable[[Sequence[int], Sequence[int]], DoseReview]] = {"3+3": review_doses}


def dlt(entry: IndexEntry, study: Study, datasets: Mapping[str, pd.DataFrame]) -> Display:
    """Show DLT rates by dose with exact intervals, what the rule says, and the posterior."""
    adae = datasets["ADAE"]
    groups = column_groups(study, datasets["ADSL"], entry.population, entry.columns)
    analysis = Analysis(entry.key, "ADAE", groups)
    rate = proportion(analysis, adae, "rate", DLTS)
    counts = rate[rate["STAT"] == "n"]
    dlts = {str(key): int(n) for key, n in zip(counts["COLUMN"], counts["VALUE"], strict=True)}
    decisions = _decisions(study, groups, datasets["ADSL"], dlts)
    inferred = [
        result
        for key, decision in decisions.items()
        for result in _infer(study, groups, key, dlts[key], decision)
    ]
    inside = analysis.narrowed(DLTS)
    terms = [level_name(level) for level in present_levels(inside, adae, "AEDECOD")]
    lines = _lines(study)
    if terms:
        lines.append(heading("DLT by preferred term, n (%)"))
        lines += [Line(term, f"AEDECOD.{term}", indent=1) for term in terms]
    by_dose = Analysis(entry.key, "ADSL", groups)
    results = [rate, ard(by_dose, inferred), count_levels(inside, adae, "AEDECOD")]
    notes = [f"{groups[key].label}: {decision.words}" for key, decision in decisions.items()]
    return table(entry, study, group_columns(groups), lines, results, stub="Statistic", notes=notes)


def _lines(study: Study) -> list[Line]:
    rule = study.assumptions.escalation_rule.value
    target = study.assumptions.dlt_target_rate.value
    return [
        Line("DLT-evaluable subjects, n", "rate", "{N}"),
        Line("Subjects with a DLT, n (%)", "rate", COUNT_PERCENT),
        Line("95% CI of the DLT rate (%)", "rate", INTERVAL),
        Line(f"Decision of the {rule} rule", "rule", "{decision}"),
        heading("Posterior of the DLT rate"),
        Line("Mean (%)", "posterior", "{mean}", indent=1),
        Line("95% credible interval (%)", "posterior", INTERVAL, indent=1),
        Line(f"Probability of a rate above {target:.0%}", "posterior", "{p}", indent=1),
    ]


def _decisions(
    study: Study, groups: Groups, adsl: pd.DataFrame, dlts: Mapping[str, int]
) -> dict[str, Decision]:
    """Return what the rule says of each column, in view of the other doses of the DLT phases."""
    review = _rule(study)
    dose = _doses(study, groups, adsl)
    found: dict[float, tuple[int, int]] = {}
    for key, level in dose.items():
        found.setdefault(level, (groups[key].total, dlts[key]))
    phases = study.derivations.adsl.dlt_phases
    planned = {float(arm.dose) for arm in study.arms.values() if arm.phase in phases}
    levels = sorted(planned | set(found))
    decisions = {}
    for key in groups.keys:
        own = (groups[key].total, dlts[key])
        if key in dose:
            at = found | {dose[key]: own}
            counts = [at.get(level, (0, 0)) for level in levels]
            told = review([n for n, _ in counts], [n for _, n in counts]).decisions
            decisions[key] = told[levels.index(dose[key])]
        else:
            decisions[key] = MIXED if own[0] else NOBODY_YET
    return decisions


def _doses(study: Study, groups: Groups, adsl: pd.DataFrame) -> dict[str, float]:
    """Return the dose of each column whose subjects had one and the same."""
    doses = adsl.set_index("USUBJID")[study.analysis_sets[groups.analysis_set].dose]
    given = groups.members.assign(DOSE=groups.members["USUBJID"].map(doses))
    spread = given.groupby("COLUMN")["DOSE"].agg(["min", "max"])
    one = spread.loc[spread["min"] == spread["max"], "min"]
    return {str(key): float(dose) for key, dose in one.items()}


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


def _infer(
    study: Study, groups: Groups, key: str, dlts: int, decision: Decision
) -> tuple[Result, Result]:
    """Return the decision of the rule and the posterior at one dose."""
    members = groups.members.loc[groups.members["COLUMN"] == key, "USUBJID"].tolist()
    posterior = dlt_posterior(len(members), dlts, study.assumptions.dlt_prior.value)
    low, high = posterior.interval()
    exceeds = posterior.exceeds(study.assumptions.dlt_target_rate.value)
    word = Statistic.word("decision", sentence_case(decision.decision))
    rule = Result("rule", key, [word], records=len(members), subjects=members)
    rate = Result(
        "posterior",
        key,
        [
            Statistic(name, value if members else None, written, "" if members else NOBODY)
            for name, value, written in (
                ("mean", posterior.mean, "percent1"),
                ("conf.low", low, "percent1"),
                ("conf.high", high, "percent1"),
                ("p", exceeds, "fixed3"),
            )
        ],
        records=len(members),
        subjects=members,
    )
    return rule, rate
