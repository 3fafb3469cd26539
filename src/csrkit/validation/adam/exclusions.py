"""Entries of `pk_exclusions.yml` that name no sample: what they meant to leave out is used."""

from __future__ import annotations

from collections.abc import Sequence

from csrkit.study.pk_exclusions import FILE, PkExclusion
from csrkit.validation.findings.model import CheckedRule, Finding, FindingRecord, RuleOutcome
from csrkit.validation.severity import Severity

EXCLUSION_ID = "ADPC-EXCLUSIONS"
EXCLUSION_RULE = f"Every entry of {FILE} names a sample of the data cut"
EXCLUSION_ACTION = "Correct the entry; one of samples after this data cut can stay."
EXCLUSION_SEVERITY: Severity = "warning"


def check_exclusions(
    unmatched: Sequence[PkExclusion], total: int
) -> tuple[list[Finding], CheckedRule]:
    """Return the finding of entries that name no sample, and the rule as checked.

    Parameters
    ----------
    unmatched
        The entries (`csrkit.adam.pk.exclusions.find_unmatched_exclusions`).
    total
        Number of entries.
    """
    outcome: RuleOutcome = "failed" if unmatched else "passed" if total else "no records"
    rule = CheckedRule(EXCLUSION_ID, "ADPC", EXCLUSION_SEVERITY, EXCLUSION_RULE, outcome)
    if not unmatched:
        return [], rule
    records = tuple(FindingRecord.of_table(f"{FILE}: {one.describe()}") for one in unmatched)
    finding = Finding(
        id=EXCLUSION_ID,
        severity=EXCLUSION_SEVERITY,
        domain="ADPC",
        rule=EXCLUSION_RULE,
        n_failed=len(records),
        n_records=total,
        records=records,
        action=EXCLUSION_ACTION,
        kind="table",
    )
    return [finding], rule
