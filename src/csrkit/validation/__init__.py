"""Validation of SDTM and analysis datasets: Great Expectations suites in, findings out."""

from csrkit.validation.adam.validate import validate_adam
from csrkit.validation.findings.gate import stop_if_critical
from csrkit.validation.findings.model import Finding, FindingRecord, Findings, combine_findings
from csrkit.validation.validate import validate

__all__ = [
    "Finding",
    "FindingRecord",
    "Findings",
    "combine_findings",
    "stop_if_critical",
    "validate",
    "validate_adam",
]
