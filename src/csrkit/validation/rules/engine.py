"""Run suites on tables and turn what comes of it into findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from csrkit.sdtm.keys import as_text, record_keys
from csrkit.sdtm.lazy_domains import read_columns
from csrkit.study import Study
from csrkit.validation.findings.describe import describe_records
from csrkit.validation.findings.model import CheckedRule, Finding, FindingRecord, RuleOutcome
from csrkit.validation.rules.computed import (
    RuleContext,
    add_computed,
    compute_column,
    find_delivered,
    find_shown,
    spell_name,
)
from csrkit.validation.rules.expectations import Outcome, Runner
from csrkit.validation.rules.parameters import UNSET, load_codelists, resolve_parameters
from csrkit.validation.rules.rests_on import explain_lack
from csrkit.validation.rules.suites import Rule
from csrkit.validation.severity import SEVERITIES

YES_NO = {True: "yes", False: "no"}


@dataclass(frozen=True)
class CheckResult:
    """Findings of some suites, and every rule with its outcome."""

    findings: tuple[Finding, ...]
    rules: tuple[CheckedRule, ...]


def check_tables(
    suites: Mapping[str, tuple[Rule, ...]],
    context: RuleContext,
    study: Study,
    reported: Sequence[Finding] = (),
) -> CheckResult:
    """Return what suites find in tables.

    Parameters
    ----------
    suites
        Table name → rules.
    context
        The tables, facts and the cut.
    study
        Its codelists and values are what rules compare with.
    reported
        Findings known already, so that a missing variable isn't reported twice.

    Raises
    ------
    StudyError
        When a rule or the codelists can't be used.
    """
    checker = Checker(suites, context, study)
    return combine_checks(
        checker.check(name, context.tables.get(name), reported) for name in suites
    )


def combine_checks(parts: Iterable[CheckResult]) -> CheckResult:
    """Return the findings and rules of several tables as one."""
    findings: list[Finding] = []
    rules: list[CheckedRule] = []
    for part in parts:
        findings += part.findings
        rules += part.rules
    return CheckResult(tuple(findings), tuple(rules))


class Checker:
    """Checks tables against their suites, one by one, as `check_tables` does for all."""

    def __init__(
        self, suites: Mapping[str, tuple[Rule, ...]], context: RuleContext, study: Study
    ) -> None:
        names = {each for rules in suites.values() for rule in rules for each in rule.parameters}
        self._values = resolve_parameters(sorted(names), study, load_codelists(study))
        self._suites = suites
        self._context = context
        self._sites = _sites(context.tables)
        self._runner = Runner()

    def check(
        self, name: str, frame: pd.DataFrame | None, reported: Sequence[Finding] = ()
    ) -> CheckResult:
        """Return what a table's suite finds in its records (None: the table isn't there)."""
        rules = self._suites.get(name, ())
        table = _Table(name, pd.DataFrame() if frame is None else frame, self._context, self._sites)
        outcomes = table.run(rules, self._runner, self._values)
        findings: list[Finding] = []
        if len(table.frame):
            findings += table.find_blocked(
                [rule for rule in rules if not rule.if_delivered], reported
            )
        findings += [
            table.report_broken(rule, outcomes[rule.id])
            for rule in rules
            if rule.id in outcomes and not outcomes[rule.id].passed
        ]
        checked = [
            CheckedRule(
                rule.id, name, rule.severity, rule.rule, *table.describe_outcome(rule, outcomes)
            )
            for rule in rules
        ]
        return CheckResult(tuple(findings), tuple(checked))


def _sites(tables: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Return SITEID by USUBJID, of DM or ADSL."""
    for name in ("DM", "ADSL"):
        frame = read_columns(tables, name, ("USUBJID", "SITEID"))
        if frame is not None and {"USUBJID", "SITEID"} <= set(frame):
            first = frame[frame["USUBJID"].notna()].drop_duplicates("USUBJID")
            return as_text(first.set_index("USUBJID")["SITEID"])
    return pd.Series(dtype=object)


class _Table:
    """One table under its suite."""

    def __init__(
        self, name: str, frame: pd.DataFrame, context: RuleContext, sites: pd.Series
    ) -> None:
        self.name = name
        self.context = context
        self.sites = sites
        self.frame = frame.copy(deep=False)
        self.frame.index = pd.RangeIndex(len(frame))

    def run(
        self, rules: Sequence[Rule], runner: Runner, values: Mapping[str, object]
    ) -> dict[str, Outcome]:
        """Return rule id → outcome of the rules that can be run."""
        if self.frame.empty:
            return {}
        needed = dict.fromkeys(column for rule in rules for column in rule.columns)
        self.frame = add_computed(self.frame, needed, self.context)
        ready = [
            rule
            for rule in rules
            if set(rule.columns) <= set(self.frame) and set(rule.parameters) <= set(values)
        ]
        return runner.run(self.name, self.frame, ready, values)

    def describe_outcome(
        self, rule: Rule, outcomes: Mapping[str, Outcome]
    ) -> tuple[RuleOutcome, str]:
        """Return what came of a rule, and why it had nothing to check where it hadn't."""
        outcome = outcomes.get(rule.id)
        if outcome is None:
            if self.frame.empty:
                delivered = self.name in self.context.tables
                why = "holds no records" if delivered else "is not delivered"
                return "no records", f"{self.name} {why}"
            lacking = [column for column in rule.columns if column not in self.frame]
            if not lacking:
                unset = next(UNSET[name] for name in rule.parameters if name in UNSET)
                return "not applicable", f"study.yml sets no {unset}"
            why = explain_lack(lacking[0], self.name, set(map(str, self.frame)), self.context)
            return "not applicable" if rule.if_delivered else "not run", why
        if outcome.fault:
            return "not run", "the rule couldn't be run"
        return "passed" if outcome.passed else "failed", ""

    def find_blocked(self, rules: Sequence[Rule], reported: Sequence[Finding]) -> list[Finding]:
        """Return one finding for each variable whose absence keeps rules from being run."""
        blocked: dict[str, list[Rule]] = {}
        for rule in rules:
            for column in rule.columns:
                variable = find_delivered(column, self.context.facts)
                if variable is not None and variable not in self.frame:
                    blocked.setdefault(variable, []).append(rule)
        ids = {finding.id for finding in reported}
        return [
            Finding(
                id=f"{self.name}-T-{variable}",
                severity=min((rule.severity for rule in kept), key=SEVERITIES.index),
                domain=self.name,
                rule=f"Variable {variable} of {self.name} is missing, so rules can't be checked",
                n_failed=len(self.frame),
                n_records=len(self.frame),
                records=(FindingRecord.of_table(f"rules {_ids(kept)}"),),
                action=f"Deliver {self.name} again with {variable}.",
                kind="table",
            )
            for variable, kept in blocked.items()
            if f"{self.name}-T-{variable}" not in ids
        ]

    def report_broken(self, rule: Rule, outcome: Outcome) -> Finding:
        """Return the finding of a rule that isn't kept, or couldn't be run."""
        if outcome.fault:
            fault = f"the rule couldn't be run: {outcome.fault}"
            records: tuple[FindingRecord, ...] = (FindingRecord.of_table(fault),)
        elif outcome.whole:
            records = (FindingRecord.of_table(f"{self.name} as a whole"),)
        else:
            records = self._records(list(outcome.failed), rule)
        n_failed = len(self.frame) if outcome.fault or outcome.whole else outcome.n_failed
        return Finding(
            id=rule.id,
            severity=rule.severity,
            domain=self.name,
            rule=rule.rule,
            n_failed=n_failed,
            n_records=len(self.frame),
            records=records,
            action=rule.action,
            kind="table" if outcome.fault else "data",
            for_sites=rule.for_sites,
            unnamed=outcome.n_failed - len(outcome.failed),
        )

    def _records(self, places: list[int], rule: Rule) -> tuple[FindingRecord, ...]:
        records = self.frame.iloc[places]
        keys = record_keys(self.name, records)
        none = pd.Series("", index=records.index, dtype=object)
        subjects = as_text(records["USUBJID"]).fillna("missing") if "USUBJID" in records else none
        sites = subjects.map(self.sites).fillna("")
        values = _values(records, rule, self.context)
        about = describe_records(self.name, records)
        return tuple(
            FindingRecord(key=str(key), values=value, subject=subject, site=site, about=described)
            for key, value, subject, site, described in zip(
                keys, values, subjects, sites, about, strict=True
            )
        )


def _ids(rules: Sequence[Rule]) -> str:
    return ", ".join(dict.fromkeys(rule.id for rule in rules))


def _values(records: pd.DataFrame, rule: Rule, context: RuleContext) -> pd.Series:
    """Return the values that a rule looked at, of this record and of others, as one text."""
    text = pd.Series("", index=records.index, dtype=object)
    names = (*rule.show, *(find_shown(column, context.facts) for column in rule.columns))
    for name in dict.fromkeys(names):
        values = compute_column(records, name, context) if name and name != "USUBJID" else None
        if values is not None:
            shown = as_text(values.map(YES_NO) if values.dtype == bool else values)
            shown = shown.where(shown.notna(), "missing").astype(str)
            text = text + f" {spell_name(name, context.facts)}=" + shown
    return text.str.strip()
