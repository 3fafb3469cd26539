"""The finding of endpoints that a date known in part decides."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.validation.findings.model import CheckedRule, Finding, FindingRecord
from csrkit.validation.severity import Severity

ID = "ADTTE-PARTIAL"
RULE = "No endpoint hangs on a date that is known in part"
ACTION = "Query the date; the analysis takes it as the study's assumptions and settings say."
SEVERITY: Severity = "warning"
COLUMNS = ["USUBJID", "PARAMCD", "DATE", "STATED", "OTHERWISE"]


def find_undecided_findings(
    undecided: pd.DataFrame, datasets: Mapping[str, pd.DataFrame]
) -> list[Finding]:
    """Return the finding; none when no endpoint hangs on such a date.

    Parameters
    ----------
    undecided
        USUBJID PARAMCD DATE STATED OTHERWISE, as
        `csrkit.adam.time_to_event.undecided.find_undecided_endpoints` returns it.
    datasets
        The analysis datasets.
    """
    if undecided.empty:
        return []
    sites = datasets["ADSL"].set_index("USUBJID")["SITEID"].to_dict()
    records = tuple(
        FindingRecord(
            f"PARAMCD={code}",
            f"{date}: {stated}; otherwise {otherwise}",
            str(subject),
            str(sites.get(subject, "")),
        )
        for subject, code, date, stated, otherwise in undecided[COLUMNS].itertuples(index=False)
    )
    count = sum(len(datasets[name]) for name in ("ADRS", "ADTTE") if name in datasets)
    return [
        Finding(
            id=ID,
            severity=SEVERITY,
            domain="ADTTE",
            rule=RULE,
            n_failed=len(records),
            n_records=max(count, len(records)),
            records=records,
            action=ACTION,
            kind="data",
        )
    ]


def undecided_rule(undecided: pd.DataFrame) -> CheckedRule:
    """Return the rule with its outcome."""
    return CheckedRule(ID, "ADTTE", SEVERITY, RULE, "failed" if len(undecided) else "passed")
