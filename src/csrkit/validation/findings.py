"""What validation found: frozen records, and their forms as table, JSON and web page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from csrkit.errors import DataError
from csrkit.study import Study
from csrkit.validation.suites import SEVERITIES, Severity

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
)
RULE_COLUMNS = ("ID", "DOMAIN", "SEVERITY", "RULE", "OUTCOME")
SHOWN_RECORDS = 5
SHOWN_FINDINGS = 20

Kind = Literal["data", "table"]
RuleOutcome = Literal["passed", "failed", "not run", "no records"]


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
        Those records: subject, key and the values at issue; for a table, its file and fault.
    kind
        `data` for faulty records, `table` for a fault of the whole table.
    """

    id: str
    severity: Severity
    domain: str
    rule: str
    n_failed: int
    n_records: int
    records: tuple[str, ...]
    action: str
    kind: Kind

    def first_records(self, count: int = SHOWN_RECORDS) -> str:
        """Return the first records as one text, and how many more there are."""
        more = len(self.records) - count
        return "; ".join(self.records[:count]) + (f"; and {more} more" if more > 0 else "")


@dataclass(frozen=True)
class CheckedRule:
    """A rule and what came of it."""

    id: str
    domain: str
    severity: Severity
    rule: str
    outcome: RuleOutcome


@dataclass(frozen=True)
class Findings:
    """All findings, gravest first, and every rule with its outcome."""

    study: str
    findings: tuple[Finding, ...]
    rules: tuple[CheckedRule, ...]

    @property
    def critical(self) -> tuple[Finding, ...]:
        """The findings that stop a run."""
        return tuple(finding for finding in self.findings if finding.severity == "critical")

    def counts(self) -> dict[Severity, int]:
        """Return severity → number of findings."""
        severities = [finding.severity for finding in self.findings]
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
            )
            for finding in self.findings
        ]
        return pd.DataFrame(rows, columns=list(COLUMNS))

    def rules_frame(self) -> pd.DataFrame:
        """Return every rule and its outcome as a table with the columns `RULE_COLUMNS`."""
        rows = [
            (rule.id, rule.domain, rule.severity, rule.rule, rule.outcome) for rule in self.rules
        ]
        return pd.DataFrame(rows, columns=list(RULE_COLUMNS))

    def to_json(self, file: str | Path) -> None:
        """Write findings (with all their records) and rules as JSON."""
        content = {
            "study": self.study,
            "counts": self.counts(),
            "findings": [asdict(finding) for finding in self.findings],
            "rules": [asdict(rule) for rule in self.rules],
        }
        text = json.dumps(content, indent=2, ensure_ascii=False)
        Path(file).write_text(text + "\n", encoding="utf-8")

    def to_csv(self, file: str | Path) -> None:
        """Write the findings as CSV."""
        self.to_frame().to_csv(file, index=False, lineterminator="\n")

    def to_html(self, file: str | Path) -> None:
        """Write findings and rules as one self-contained web page."""
        from csrkit.validation.page import findings_page

        Path(file).write_text(findings_page(self), encoding="utf-8")


def sort_findings(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return findings by severity, faults of tables first, then by domain and id."""

    def rank(finding: Finding) -> tuple[int, bool, str, str]:
        grave = SEVERITIES.index(finding.severity)
        return grave, finding.kind == "data", finding.domain, finding.id

    return tuple(sorted(findings, key=rank))


def stop_if_critical(findings: Findings, study: Study) -> None:
    """Stop the run when there are critical findings.

    Raises
    ------
    DataError
        With a table of the critical findings: what, where, how many, and what to do.
    """
    critical = findings.critical
    if not critical:
        return
    one = len(critical) == 1
    lines = [
        f"\n    {finding.id} ({finding.domain}, {finding.n_failed} of {finding.n_records} records)"
        f" {finding.rule}\n      {finding.first_records()}\n      → {finding.action}"
        for finding in critical[:SHOWN_FINDINGS]
    ]
    more = len(critical) - SHOWN_FINDINGS
    raise DataError(
        f"The data has {len(critical)} critical finding{'' if one else 's'}, so nothing is made",
        where=str(study.path("data")),
        found="".join(lines) + (f"\n    and {more} more" if more > 0 else ""),
        remedy="Correct the data and deliver it again; csr validate shows every finding.",
    )
