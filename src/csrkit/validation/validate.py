"""Validate the delivered SDTM: faults of whole tables first, then the rules of each domain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from csrkit.sdtm.keys import as_text, record_names
from csrkit.sdtm.required import TableFault, find_faults, load_requirements
from csrkit.study import Study
from csrkit.validation.columns import delivered, with_columns
from csrkit.validation.expectations import Outcome, Runner
from csrkit.validation.findings import (
    CheckedRule,
    Finding,
    Findings,
    RuleOutcome,
    sort_findings,
)
from csrkit.validation.parameters import load_codelists, values_of
from csrkit.validation.suites import SEVERITIES, Rule, load_suites


def validate(domains: Mapping[str, pd.DataFrame], study: Study) -> Findings:
    """Return what is wrong with the delivered domains.

    Parameters
    ----------
    domains
        Domain → records, as `csrkit.sdtm.read` gives them (before the cut).
    study
        The study; its `paths.validation` holds requirements, suites and codelists.

    Raises
    ------
    StudyError
        When requirements, suites or codelists can't be used.
    """
    suites = load_suites(study)
    faults = find_faults(domains, load_requirements(study))
    names = sorted(
        {name for rules in suites.values() for rule in rules for name in rule.parameters}
    )
    values = values_of(names, study, load_codelists(study))
    runner = Runner()
    findings = [_table_finding(fault, domains) for fault in faults]
    checked: list[CheckedRule] = []
    for domain, rules in suites.items():
        frame = domains.get(domain, pd.DataFrame()).reset_index(drop=True)
        outcomes: dict[str, Outcome] = {}
        if len(frame):
            needed = dict.fromkeys(column for rule in rules for column in rule.columns)
            frame = with_columns(frame, needed, domains)
            ready = [rule for rule in rules if set(rule.columns) <= set(frame)]
            outcomes = runner.run(domain, frame, ready, values)
            findings += _blocked_findings(domain, frame, rules, findings)
        findings += _broken_findings(domain, frame, rules, outcomes)
        checked += [
            CheckedRule(
                rule.id, domain, rule.severity, rule.rule, _told(outcomes.get(rule.id), frame)
            )
            for rule in rules
        ]
    return Findings(study.study.id, sort_findings(findings), tuple(checked))


def _told(outcome: Outcome | None, frame: pd.DataFrame) -> RuleOutcome:
    if outcome is None:
        return "not run" if len(frame) else "no records"
    if outcome.fault:
        return "not run"
    return "passed" if outcome.passed else "failed"


def _table_finding(fault: TableFault, domains: Mapping[str, pd.DataFrame]) -> Finding:
    records = len(domains.get(fault.domain, ()))
    return Finding(
        id=f"{fault.domain}-T-{fault.variable or 'DOMAIN'}",
        severity="critical",
        domain=fault.domain,
        rule=fault.what,
        n_failed=records,
        n_records=records,
        records=(f"{fault.where}: {fault.found}",),
        action=fault.remedy,
        kind="table",
    )


def _blocked_findings(
    domain: str,
    frame: pd.DataFrame,
    rules: Sequence[Rule],
    known: Sequence[Finding],
) -> list[Finding]:
    """Return one finding for each delivered variable whose absence keeps rules from being run."""
    blocked: dict[str, list[Rule]] = {}
    for rule in rules:
        for column in rule.columns:
            variable = delivered(column)
            if variable is not None and variable not in frame:
                blocked.setdefault(variable, []).append(rule)
    told = {finding.id for finding in known}
    return [
        Finding(
            id=f"{domain}-T-{column}",
            severity=min((rule.severity for rule in kept), key=SEVERITIES.index),
            domain=domain,
            rule=f"Variable {column} of {domain} is missing, so rules can't be checked",
            n_failed=len(frame),
            n_records=len(frame),
            records=("rules " + ", ".join(dict.fromkeys(rule.id for rule in kept)),),
            action=f"Deliver {domain} again with {column}.",
            kind="table",
        )
        for column, kept in blocked.items()
        if f"{domain}-T-{column}" not in told
    ]


def _broken_findings(
    domain: str, frame: pd.DataFrame, rules: Sequence[Rule], outcomes: Mapping[str, Outcome]
) -> list[Finding]:
    broken = [rule for rule in rules if rule.id in outcomes and not outcomes[rule.id].passed]
    if not broken:
        return []
    names = record_names(domain, frame)
    return [_broken(domain, frame, names, rule, outcomes[rule.id]) for rule in broken]


def _broken(
    domain: str, frame: pd.DataFrame, names: pd.Series, rule: Rule, outcome: Outcome
) -> Finding:
    if outcome.fault:
        records: tuple[str, ...] = (f"the rule couldn't be run: {outcome.fault}",)
    else:
        places = list(outcome.failed)
        records = _with_values(names.iloc[places], frame.iloc[places], rule)
    return Finding(
        id=rule.id,
        severity=rule.severity,
        domain=domain,
        rule=rule.rule,
        n_failed=len(frame) if outcome.fault else len(outcome.failed),
        n_records=len(frame),
        records=records,
        action=rule.action,
        kind="table" if outcome.fault else "data",
    )


def _with_values(names: pd.Series, records: pd.DataFrame, rule: Rule) -> tuple[str, ...]:
    """Return each record's name and the delivered values that the rule looked at."""
    shown = dict.fromkeys(column.split("_")[0] for column in rule.columns)
    told = [column for column in shown if column in records and column != "USUBJID"]
    text = names
    for column in told:
        text = text + f" {column}=" + as_text(records[column]).fillna("missing").astype(str)
    return tuple(text)
