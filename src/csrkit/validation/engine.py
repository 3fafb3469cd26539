"""Run suites on tables and turn what comes of it into findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from csrkit.sdtm.keys import as_text, record_keys
from csrkit.study import Study
from csrkit.validation.columns import Known, compute, delivered, shown, with_columns
from csrkit.validation.expectations import Outcome, Runner
from csrkit.validation.findings import CheckedRule, Finding, FindingRecord, RuleOutcome
from csrkit.validation.parameters import load_codelists, values_of
from csrkit.validation.suites import SEVERITIES, Rule


@dataclass(frozen=True)
class Checked:
    """Findings of some suites, and every rule with its outcome."""

    findings: tuple[Finding, ...]
    rules: tuple[CheckedRule, ...]


def check_tables(
    suites: Mapping[str, tuple[Rule, ...]],
    known: Known,
    study: Study,
    told: Sequence[Finding] = (),
) -> Checked:
    """Return what suites find in tables.

    Parameters
    ----------
    suites
        Table name → rules.
    known
        The tables, facts and the cut.
    study
        Its codelists and values are what rules compare with.
    told
        Findings known already, so that a missing variable isn't told twice.

    Raises
    ------
    StudyError
        When a rule or the codelists can't be used.
    """
    names = sorted(
        {each for rules in suites.values() for rule in rules for each in rule.parameters}
    )
    values = values_of(names, study, load_codelists(study))
    runner = Runner()
    sites = _sites(known.tables)
    findings: list[Finding] = []
    checked: list[CheckedRule] = []
    for name, rules in suites.items():
        table = _Table(name, known, sites)
        outcomes = table.run(rules, runner, values)
        if len(table.frame):
            findings += table.blocked([rule for rule in rules if not rule.if_delivered], told)
        findings += [
            table.broken(rule, outcomes[rule.id])
            for rule in rules
            if rule.id in outcomes and not outcomes[rule.id].passed
        ]
        checked += [
            CheckedRule(rule.id, name, rule.severity, rule.rule, table.told(rule, outcomes))
            for rule in rules
        ]
    return Checked(tuple(findings), tuple(checked))


def _sites(tables: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Return SITEID by USUBJID, of DM or ADSL."""
    for name in ("DM", "ADSL"):
        frame = tables.get(name)
        if frame is not None and {"USUBJID", "SITEID"} <= set(frame):
            first = frame[frame["USUBJID"].notna()].drop_duplicates("USUBJID")
            return as_text(first.set_index("USUBJID")["SITEID"])
    return pd.Series(dtype=object)


class _Table:
    """One table under its suite."""

    def __init__(self, name: str, known: Known, sites: pd.Series) -> None:
        self.name = name
        self.known = known
        self.sites = sites
        self.frame = known.tables.get(name, pd.DataFrame()).reset_index(drop=True)

    def run(
        self, rules: Sequence[Rule], runner: Runner, values: Mapping[str, object]
    ) -> dict[str, Outcome]:
        """Return rule id → outcome of the rules that can be run."""
        if self.frame.empty:
            return {}
        needed = dict.fromkeys(column for rule in rules for column in rule.columns)
        self.frame = with_columns(self.frame, needed, self.known)
        ready = [rule for rule in rules if set(rule.columns) <= set(self.frame)]
        return runner.run(self.name, self.frame, ready, values)

    def told(self, rule: Rule, outcomes: Mapping[str, Outcome]) -> RuleOutcome:
        """Return what came of a rule."""
        outcome = outcomes.get(rule.id)
        if outcome is None:
            if self.frame.empty:
                return "no records"
            return "not applicable" if rule.if_delivered else "not run"
        if outcome.fault:
            return "not run"
        return "passed" if outcome.passed else "failed"

    def blocked(self, rules: Sequence[Rule], known: Sequence[Finding]) -> list[Finding]:
        """Return one finding for each variable whose absence keeps rules from being run."""
        blocked: dict[str, list[Rule]] = {}
        for rule in rules:
            for column in rule.columns:
                variable = delivered(column, self.known.facts)
                if variable is not None and variable not in self.frame:
                    blocked.setdefault(variable, []).append(rule)
        told = {finding.id for finding in known}
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
            if f"{self.name}-T-{variable}" not in told
        ]

    def broken(self, rule: Rule, outcome: Outcome) -> Finding:
        """Return the finding of a rule that isn't kept, or couldn't be run."""
        if outcome.fault:
            fault = f"the rule couldn't be run: {outcome.fault}"
            records: tuple[FindingRecord, ...] = (FindingRecord.of_table(fault),)
        elif outcome.whole:
            records = (FindingRecord.of_table(f"{self.name} as a whole"),)
        else:
            records = self._records(list(outcome.failed), rule)
        return Finding(
            id=rule.id,
            severity=rule.severity,
            domain=self.name,
            rule=rule.rule,
            n_failed=len(self.frame) if outcome.fault else len(outcome.failed),
            n_records=len(self.frame),
            records=records,
            action=rule.action,
            kind="table" if outcome.fault else "data",
        )

    def _records(self, places: list[int], rule: Rule) -> tuple[FindingRecord, ...]:
        records = self.frame.iloc[places]
        keys = record_keys(self.name, records)
        none = pd.Series("", index=records.index, dtype=object)
        subjects = as_text(records["USUBJID"]).fillna("missing") if "USUBJID" in records else none
        sites = subjects.map(self.sites).fillna("")
        values = _values(records, rule, self.known)
        return tuple(
            FindingRecord(key=str(key), values=value, subject=subject, site=site)
            for key, value, subject, site in zip(keys, values, subjects, sites, strict=True)
        )


def _ids(rules: Sequence[Rule]) -> str:
    return ", ".join(dict.fromkeys(rule.id for rule in rules))


def _values(records: pd.DataFrame, rule: Rule, known: Known) -> pd.Series:
    """Return the values that a rule looked at, of this record and of others, as one text."""
    text = pd.Series("", index=records.index, dtype=object)
    for name in dict.fromkeys(shown(column, known.facts) for column in rule.columns):
        values = compute(records, name, known) if name and name != "USUBJID" else None
        if values is not None:
            told = as_text(values)
            told = told.where(told.notna(), "missing").astype(str)
            text = text + f" {name.replace('_', '.') if name not in known.facts else name}=" + told
    return text.str.strip()
