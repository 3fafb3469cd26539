from __future__ import annotations

from csrkit.pipeline.summaries import findings_summary
from csrkit.validation.findings.model import CheckedRule, Finding, FindingRecord, Findings


def rule(number, domain, outcome):
    return CheckedRule(f"{domain}-{number:03d}", domain, "warning", "A rule", outcome)


RULES = (
    rule(1, "AE", "passed"),
    rule(2, "AE", "failed"),
    rule(3, "AE", "no records"),
    rule(1, "DM", "passed"),
)


def shown(findings):
    return findings_summary(Findings("S", findings, RULES)).data.split("\n\n")


def test_without_findings_the_summary_says_what_was_checked():
    said, found, by_domain = shown(())
    assert said.startswith("4 rules stand in the suites: 2 passed, 1 failed, and 1 had nothing")
    assert found == "No rule failed."
    assert by_domain.splitlines()[2:] == [
        "| AE | 3 | 1 | 1 | 1 | 0 | 0 | 0 | 0 |",
        "| DM | 1 | 1 | 0 | 0 | 0 | 0 | 0 | 0 |",
    ]


def test_findings_stand_between_the_sentence_and_the_domains():
    record = FindingRecord("AESEQ=1", "AETERM=a|b")
    finding = Finding("AE-002", "warning", "AE", "A rule", 1, 9, (record,), "Correct it", "data")
    said, found, _ = shown((finding,))
    assert "0 critical, 1 warning, 0 note, 0 waived" in said
    assert found.count("\n") == 2
    assert "a\\|b" in found
