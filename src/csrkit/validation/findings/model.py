"""What validation found: frozen records, and tables of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from csrkit.study import Study
from csrkit.validation.severity import SEVERITIES, Severity

COLUMNS = (
    "ID",
    "SEVERITY",
    "DOMAIN",
    "RULE",
    "N_FAILED",
    "N_RECORDS",
    "RECORDS",
    "ACTION",
    "KIND",
    "WAIVER",
)
QUERY_COLUMNS = (
    "ID",
    "SEVERITY",
    "SITE",
    "SUBJECT",
    "DOMAIN",
    "KEY",
    "ABOUT",
    "VALUES",
    "QUESTION",
)
RULE_COLUMNS = ("ID", "DOMAIN", "SEVERITY", "RULE", "OUTCOME", "REASON")
IDLE = "NOTHING_TO_CHECK"
SUMMARY_COLUMNS = (
    "DOMAIN",
    "RULES",
    "PASSED",
    "FAILED",
    IDLE,
    *(severity.upper() for severity in SEVERITIES),
    "WAIVED",
)
OUTCOMES = {"passed": "PASSED", "failed": "FAILED"}
SHOWN_RECORDS = 5

Kind = Literal["data", "table"]
RuleOutcome = Literal["passed", "failed", "not run", "no records", "not applicable"]


@dataclass(frozen=True)
class FindingRecord:
    """A record at issue; of a table's fault, only `key` is given: the file or rule, and the fault.

    Attributes
    ----------
    key
        The record's key within the subject (`AESEQ=12`).
    values
        The values that the rule looked at (`AESTDTC=2025-06-23 DM.DTHDTC=2025-06-01`).
    subject, site
        USUBJID and SITEID; empty when the record has none.
    about
        What the site knows it by: test or term, visit, time point, date.
    """

    key: str
    values: str = ""
    subject: str = ""
    site: str = ""
    about: str = ""

    @classmethod
    def of_table(cls, fault: str) -> FindingRecord:
        """Return what stands for the record in a fault of a whole table."""
        return cls(key=fault)

    @property
    def name(self) -> str:
        """What to call the record: `USUBJID=S1 AESEQ=12`."""
        return f"USUBJID={self.subject} {self.key}" if self.subject else self.key

    def __str__(self) -> str:
        return f"{self.name} {self.values}".rstrip()


@dataclass(frozen=True)
class Finding:
    """One rule broken, or one fault of a whole table.

    Attributes
    ----------
    id, severity, domain, rule, action
        The rule (`AE-003`), how grave it is, where it applies, in words, and what to do.
    n_failed, n_records
        Records that break it, of how many.
    records
        Those records; for a table, its file and fault.
    kind
        `data` for faulty records, `table` for a fault of the whole table.
    waiver
        Why it is accepted, by whom and when; empty when it isn't.
    for_sites
        Whether its records are queries to the sites.
    unnamed
        How many more records break it than `records` names.
    """

    id: str
    severity: Severity
    domain: str
    rule: str
    n_failed: int
    n_records: int
    records: tuple[FindingRecord, ...]
    action: str
    kind: Kind
    waiver: str = ""
    for_sites: bool = True
    unnamed: int = 0

    def first_records(self, count: int = SHOWN_RECORDS) -> str:
        """Return the first records as one text, and how many more there are."""
        shown = [str(record) for record in self.records[:count]]
        more = len(self.records) + self.unnamed - len(shown)
        return "; ".join([*shown, *([f"and {more} more"] if more else [])])


@dataclass(frozen=True)
class CheckedRule:
    """A rule and what came of it; `reason` says why it had nothing to check."""

    id: str
    domain: str
    severity: Severity
    rule: str
    outcome: RuleOutcome
    reason: str = ""


@dataclass(frozen=True)
class Findings:
    """All findings, gravest first, and every rule with its outcome."""

    study: str
    findings: tuple[Finding, ...]
    rules: tuple[CheckedRule, ...]

    @property
    def open(self) -> tuple[Finding, ...]:
        """The findings that nobody has waived."""
        return tuple(finding for finding in self.findings if not finding.waiver)

    @property
    def waived(self) -> tuple[Finding, ...]:
        """The findings that a waiver accepts."""
        return tuple(finding for finding in self.findings if finding.waiver)

    @property
    def idle(self) -> dict[str, tuple[CheckedRule, ...]]:
        """The rules that had nothing to check, by why."""
        idle = [rule for rule in self.rules if rule.outcome not in OUTCOMES]
        reasons = sorted({rule.reason for rule in idle})
        return {why: tuple(rule for rule in idle if rule.reason == why) for why in reasons}

    @property
    def critical(self) -> tuple[Finding, ...]:
        """The findings that stop a run: critical and not waived."""
        return tuple(finding for finding in self.open if finding.severity == "critical")

    def counts(self) -> dict[Severity, int]:
        """Return severity → number of findings that aren't waived."""
        severities = [finding.severity for finding in self.open]
        return {severity: severities.count(severity) for severity in SEVERITIES}

    def to_frame(self) -> pd.DataFrame:
        """Return the findings as a table with the columns `COLUMNS`."""
        rows = [
            (
                finding.id,
                finding.severity,
                finding.domain,
                finding.rule,
                finding.n_failed,
                finding.n_records,
                finding.first_records(),
                finding.action,
                finding.kind,
                finding.waiver,
            )
            for finding in self.findings
        ]
        return pd.DataFrame(rows, columns=list(COLUMNS))

    def rules_frame(self) -> pd.DataFrame:
        """Return every rule and its outcome as a table with the columns `RULE_COLUMNS`."""
        rows = [
            (rule.id, rule.domain, rule.severity, rule.rule, rule.outcome, rule.reason)
            for rule in self.rules
        ]
        return pd.DataFrame(rows, columns=list(RULE_COLUMNS))

    def summary_frame(self) -> pd.DataFrame:
        """Return per domain what came of the rules, and the findings (`SUMMARY_COLUMNS`)."""
        rows = [(rule.domain, "RULES") for rule in self.rules]
        rows += [(rule.domain, OUTCOMES.get(rule.outcome, IDLE)) for rule in self.rules]
        rows += [
            (finding.domain, "WAIVED" if finding.waiver else finding.severity.upper())
            for finding in self.findings
        ]
        counted = pd.DataFrame(rows, columns=["DOMAIN", "WHAT"])
        out = pd.crosstab(counted["DOMAIN"], counted["WHAT"])
        out = out.reindex(columns=list(SUMMARY_COLUMNS[1:]), fill_value=0)
        return out.rename_axis(columns=None).reset_index()

    def queries_frame(self) -> pd.DataFrame:
        """Return the query list: a row for each record of open findings that a site can answer.

        Faults of whole tables, and records of no subject, are for who delivers the data. The rows
        stand by site, subject and severity; the columns are `QUERY_COLUMNS`.
        """
        rows = [
            (
                finding.id,
                finding.severity,
                record.site,
                record.subject,
                finding.domain,
                record.key,
                record.about,
                record.values,
                f"Expected: {finding.rule}. {finding.action}",
            )
            for finding in self.open
            if finding.for_sites
            for record in finding.records
            if record.subject
        ]
        rows.sort(key=lambda row: (row[2], row[3], SEVERITIES.index(row[1])))
        return pd.DataFrame(rows, columns=list(QUERY_COLUMNS))


def combine_findings(study: Study, *parts: Findings) -> Findings:
    """Return the findings of several validations as one (SDTM and analysis datasets)."""
    findings = [finding for part in parts for finding in part.findings]
    rules = tuple(rule for part in parts for rule in part.rules)
    return Findings(study.study.id, sort_findings(findings), rules)


def sort_findings(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return findings: not waived first, by severity, faults of tables first, domain and id."""

    def rank(finding: Finding) -> tuple[bool, int, bool, str, str]:
        grave = SEVERITIES.index(finding.severity)
        return bool(finding.waiver), grave, finding.kind == "data", finding.domain, finding.id

    return tuple(sorted(findings, key=rank))
