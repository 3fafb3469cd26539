"""Analyses of `dose_decision`: what rules and designs say of each dose."""

from __future__ import annotations

from csrkit.index.settings.doses import DoseDecision
from csrkit.results.bench import Bench
from csrkit.results.methods import BETA_BINOMIAL, BOIN, ESCALATION, ISOTONIC, MTPI2
from csrkit.results.verbs.counts import count_subjects
from csrkit.results.verbs.designs import (
    Boin,
    Mtpi2,
    decide_boin,
    decide_mtpi2,
    estimate_isotonic,
)
from csrkit.results.verbs.doses import infer_rate, review_columns


def analyse_dose_decision(bench: Bench, settings: DoseDecision) -> None:
    """Count DLTs by dose; ask the rule and the designs; estimate the rate and select the MTD."""
    bench.head_columns()
    dlts, dataset = settings.condition, settings.dataset
    assumed = bench.study.assumptions
    boin, mtpi2 = Boin.of(bench.study), Mtpi2.of(bench.study)
    counted = bench.declare("dlts", dataset=dataset, label="Subjects with a DLT")
    count_subjects(bench, counted, "dlts", dlts)
    rule = bench.declare(
        "rule", dataset=dataset, method=ESCALATION, label="Decision",
        rule=assumed.escalation_rule.value,
    )  # fmt: skip
    review_columns(bench, rule, dlts)
    decided = bench.declare(
        "boin", dataset=dataset, method=BOIN, label="Decision by BOIN", target=boin.target,
        p_saf=boin.p_saf, p_tox=boin.p_tox, elimination=boin.elimination,
    )  # fmt: skip
    decide_boin(bench, decided, dlts, boin)
    by_mass = bench.declare(
        "mtpi2", dataset=dataset, method=MTPI2, label="Decision by mTPI-2", target=mtpi2.target,
        margins=list(mtpi2.margins), prior=list(mtpi2.prior), exclusion=mtpi2.exclusion,
    )  # fmt: skip
    decide_mtpi2(bench, by_mass, dlts, mtpi2)
    pooled = bench.declare(
        "isotonic", dataset=dataset, method=ISOTONIC, label="Isotonic estimate and MTD",
        target=boin.target, elimination=boin.elimination,
    )  # fmt: skip
    estimate_isotonic(bench, pooled, dlts, boin)
    posterior = bench.declare(
        "posterior", dataset=dataset, method=BETA_BINOMIAL, level=settings.level,
        label="Posterior of the DLT rate", prior=list(assumed.dlt_prior.value),
        target=assumed.dlt_target_rate.value,
    )  # fmt: skip
    infer_rate(bench, posterior, dlts)
