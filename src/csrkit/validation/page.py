"""The findings as one web page: no script, no font or style from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from html import escape

from csrkit.validation.findings import Finding, Findings

STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem}
body{color:#1b1b1b;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid #d5d5d5}
thead th{border-bottom:2px solid #444}
td.number{text-align:right;white-space:nowrap}
.critical .severity{color:#a40000;font-weight:700}
.warning .severity{color:#7a4b00;font-weight:600}
.failed .outcome{font-weight:600}
details summary{cursor:pointer}ul{margin:.3rem 0;padding-left:1.2rem}
@media print{body{margin:0;max-width:none;font-size:10px}}
"""


def findings_page(findings: Findings) -> str:
    """Return the page as HTML text."""
    counts = findings.counts()
    summary = ", ".join(f"{count} {severity}" for severity, count in counts.items())
    summary += f", {len(findings.waived)} waived" if findings.waived else ""
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
            f"<p>{len(findings.rules)} rules; findings: {summary}.</p>",
            "<h2>Findings</h2>",
            _findings_table(findings.open),
            *(["<h2>Waived</h2>", _findings_table(findings.waived)] if findings.waived else []),
            "<h2>Rules</h2>",
            _rules_table(findings),
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
    records = "".join(f"<li>{escape(str(record))}</li>" for record in finding.records)
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


def _waiver(finding: Finding) -> str:
    return f"<p><strong>Waived:</strong> {escape(finding.waiver)}</p>" if finding.waiver else ""


def _rules_table(findings: Findings) -> str:
    rows = (
        f'<tr class="{rule.outcome.replace(" ", "-")}"><th scope="row">{escape(rule.id)}</th>'
        f"<td>{escape(rule.domain)}</td><td>{rule.severity}</td><td>{escape(rule.rule)}</td>"
        f'<td class="outcome">{rule.outcome}</td></tr>'
        for rule in findings.rules
    )
    return _table(("Id", "Domain", "Severity", "Rule", "Outcome"), rows)


def _table(heads: Sequence[str], rows: Iterable[str]) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
