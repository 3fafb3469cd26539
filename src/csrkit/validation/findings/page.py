"""The findings as one web page: no script, no font or style from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from html import escape as escaped
from itertools import groupby

from csrkit.text import show_hidden
from csrkit.validation.findings.model import (
    SUMMARY_COLUMNS,
    CheckedRule,
    Finding,
    FindingRecord,
    Findings,
)

STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem}
body{color:#1b1b1b;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid #d5d5d5}
thead th{border-bottom:2px solid #444}
td.number,th.number{text-align:right;white-space:nowrap}
tbody th{white-space:nowrap}
.critical .severity{color:#a40000;font-weight:700}
.warning .severity{color:#7a4b00;font-weight:600}
.failed .outcome{font-weight:600}
details summary{cursor:pointer}ul{margin:.3rem 0;padding-left:1.2rem}
@media print{body{margin:0;max-width:none;font-size:10px}}
"""


def format_page(findings: Findings) -> str:
    """Return the page as HTML text."""
    counts = findings.counts()
    graded = ", ".join(f"{count} {severity}" for severity, count in counts.items())
    graded += f", {len(findings.waived)} waived" if findings.waived else ""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    title = escape(f"Validation findings, study {findings.study}")
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta http-equiv="Content-Security-Policy" '
            f"content=\"default-src 'none'; style-src 'sha256-{digest}'\">",
            f"<title>{title}</title>",
            f"<style>{STYLE}</style>",
            "</head>",
            "<body>",
            f"<h1>{title}</h1>",
            f"<p>{len(findings.rules)} rules; findings: {graded}.</p>",
            "<h2>Findings</h2>",
            _findings_table(findings.open),
            *(["<h2>Waived</h2>", _findings_table(findings.waived)] if findings.waived else []),
            *(_idle_rules(findings) if findings.idle else []),
            "<h2>Rules and findings by domain</h2>",
            _summary_table(findings),
            "<h2>Rules</h2>",
            *_rules(findings.rules),
            "</body>",
            "</html>",
            "",
        ]
    )


def _findings_table(findings: Sequence[Finding]) -> str:
    if not findings:
        return "<p>Every rule is kept.</p>"
    heads = ("Id", "Severity", "Domain", "Rule", "Records", "Which", "Action")
    return _table(heads, (_finding_row(finding) for finding in findings))


def _finding_row(finding: Finding) -> str:
    records = "".join(f"<li>{_record(record)}</li>" for record in finding.records)
    records += f"<li>and {finding.unnamed} more</li>" if finding.unnamed else ""
    which = f"<ul>{records}</ul>"
    if len(finding.records) > 1:
        first = escape(finding.first_records(1))
        which = f"<details><summary>{first}</summary>{which}</details>"
    return (
        f'<tr class="{finding.severity}"><th scope="row">{escape(finding.id)}</th>'
        f'<td class="severity">{finding.severity}</td><td>{escape(finding.domain)}</td>'
        f"<td>{escape(finding.rule)}</td>"
        f'<td class="number">{finding.n_failed} of {finding.n_records}</td>'
        f"<td>{which}</td><td>{escape(finding.action)}{_waiver(finding)}</td></tr>"
    )


def _record(record: FindingRecord) -> str:
    about = f" ({record.about})" if record.about else ""
    return escape(f"{record.name}{about} {record.values}".rstrip())


def escape(text: str) -> str:
    """Return text as HTML that shows it as it stands, hidden characters by their codes."""
    return escaped(show_hidden(text))


def _waiver(finding: Finding) -> str:
    return f"<p><strong>Waived:</strong> {escape(finding.waiver)}</p>" if finding.waiver else ""


def _summary_table(findings: Findings) -> str:
    heads = [name.capitalize().replace("_", " ") for name in SUMMARY_COLUMNS]
    rows = (
        f'<tr><th scope="row">{escape(domain)}</th>'
        + "".join(f'<td class="number">{count}</td>' for count in counts)
        + "</tr>"
        for domain, *counts in findings.summary_frame().itertuples(index=False, name=None)
    )
    return _table(heads, rows, numbers=True)


def _idle_rules(findings: Findings) -> Iterable[str]:
    """Return why rules had nothing to check, with their ids."""
    yield "<h2>Rules that had nothing to check</h2>"
    rows = (
        f"<tr><td>{escape(why)}</td><td>{escape(', '.join(rule.id for rule in rules))}</td></tr>"
        for why, rules in findings.idle.items()
    )
    yield _table(("Why", "Rules"), rows)


def _rules(rules: Sequence[CheckedRule]) -> Iterable[str]:
    """Return the rules of each domain, folded."""
    for domain, of_domain in groupby(rules, key=lambda rule: rule.domain):
        kept = list(of_domain)
        failed = sum(rule.outcome == "failed" for rule in kept)
        counted = f"{len(kept)} rules" + (f", {failed} failed" if failed else "")
        head = f"<summary>{escape(domain)}: {counted}</summary>"
        yield f"<details>{head}{_rules_table(kept)}</details>"


def _rules_table(rules: Sequence[CheckedRule]) -> str:
    rows = (
        f'<tr class="{rule.outcome.replace(" ", "-")}"><th scope="row">{escape(rule.id)}</th>'
        f"<td>{rule.severity}</td><td>{escape(rule.rule)}</td>"
        f'<td class="outcome">{rule.outcome}</td></tr>'
        for rule in rules
    )
    return _table(("Id", "Severity", "Rule", "Outcome"), rows)


def _table(heads: Sequence[str], rows: Iterable[str], numbers: bool = False) -> str:
    right = ' class="number"' if numbers else ""
    first, *others = heads
    head = f'<th scope="col">{first}</th>'
    head += "".join(f'<th scope="col"{right}>{name}</th>' for name in others)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
