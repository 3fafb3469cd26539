"""Short Markdown tables of what a stage read, found and made, for notebooks and appendices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from csrkit.text import show_hidden
from csrkit.validation.findings.model import SUMMARY_COLUMNS

if TYPE_CHECKING:
    from IPython.display import Markdown

    from csrkit.adam.accounting import Accounting
    from csrkit.sdtm.cut import CutResult
    from csrkit.validation import Finding, Findings

CHECKED = SUMMARY_COLUMNS[1:5]
NO_FINDING = "No rule failed."
SHOWN = 2
ESCAPED = str.maketrans({c: f"\\{c}" for c in "\\`*_{}[]<>#|$^~@"})


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Markdown:
    """Return a pipe table; numbers are set right, and data can't break out of its cell."""
    from IPython.display import Markdown

    return Markdown(_pipe_table(header, rows))


def _pipe_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    rows = list(rows)
    if not rows:
        return "No records."
    right = [isinstance(value, int) for value in rows[0]]
    rule = ["---:" if is_number else ":---" for is_number in right]
    lines = [header, rule, *([_cell(value) for value in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object) -> str:
    return show_hidden(" ".join(str(value).split())).translate(ESCAPED)


def domains_summary(domains: Mapping[str, pd.DataFrame]) -> Markdown:
    """Return domain, label, records and subjects of the delivered SDTM."""
    return markdown_table(
        ("Domain", "Label", "Records", "Subjects"),
        (
            (name, frame.attrs.get("label") or "", len(frame), _subjects(frame))
            for name, frame in sorted(domains.items())
        ),
    )


def datasets_summary(datasets: Mapping[str, pd.DataFrame]) -> Markdown:
    """Return dataset, label, records, subjects and variables of the ADaM datasets."""
    from csrkit.adam.spec import load_spec

    return markdown_table(
        ("Dataset", "Label", "Records", "Subjects", "Variables"),
        (
            (name, load_spec(name).label, len(frame), _subjects(frame), frame.shape[1])
            for name, frame in datasets.items()
        ),
    )


def cut_summary(raw: Mapping[str, pd.DataFrame], cut: CutResult) -> Markdown:
    """Return per domain what was read, removed, blanked and kept by the data cut."""
    actions = cut.log.groupby(["DOMAIN", "ACTION"]).size()
    return markdown_table(
        ("Domain", "Records read", "Removed", "Dates blanked", "Records kept"),
        (
            (
                name,
                len(frame),
                int(actions.get((name, "removed"), 0)),
                int(actions.get((name, "blanked"), 0)),
                len(cut.domains[name]),
            )
            for name, frame in sorted(raw.items())
        ),
    )


def accounting_summary(accounting: Accounting) -> Markdown:
    """Return per domain and reason how many records were cut, used, or set aside."""
    from IPython.display import Markdown

    counts, reasons = accounting.summary, accounting.reasons
    by_domain = _pipe_table(
        ("Domain", "Read", "Removed by the cut", "Used", "Not used"),
        counts.itertuples(index=False, name=None),
    )
    idle = reasons[reasons["FATE"].eq("not used")]
    why = _pipe_table(
        ("Domain", "Records not used", "Reason"),
        idle[["DOMAIN", "N", "REASON"]].itertuples(index=False, name=None),
    )
    return Markdown("\n\n".join([by_domain, why]))


def findings_summary(findings: Findings) -> Markdown:
    """Return how many rules were checked and failed, the findings, and the rules by domain."""
    from IPython.display import Markdown

    summary: pd.DataFrame = findings.summary_frame()
    rules, passed, failed, idle = (int(summary[name].sum()) for name in CHECKED)
    graded = ", ".join(f"{count} {severity}" for severity, count in findings.counts().items())
    said = (
        f"{rules} rules stand in the suites: {passed} passed, {failed} failed, and "
        f"{idle} had nothing to check (no such records or variables). "
        f"Findings: {graded}, {len(findings.waived)} waived."
    )
    found = _pipe_table(
        ("Id", "Severity", "Rule", "Records", "First records", "What to do"),
        (
            (
                one.id,
                _format_grade(one),
                one.rule,
                one.n_failed,
                one.first_records(SHOWN),
                one.action,
            )
            for one in findings.findings
        ),
    )
    by_domain = _pipe_table(
        ("Domain", *(name.capitalize().replace("_", " ") for name in SUMMARY_COLUMNS[1:])),
        summary.itertuples(index=False, name=None),
    )
    return Markdown("\n\n".join([said, found if findings.findings else NO_FINDING, by_domain]))


def _format_grade(finding: Finding) -> str:
    """Return a finding's severity, and who waived it and why."""
    if not finding.waiver:
        return finding.severity
    return f"{finding.severity}, waived: {finding.waiver}"


def _subjects(frame: pd.DataFrame) -> int:
    return int(frame["USUBJID"].nunique()) if "USUBJID" in frame else 0
