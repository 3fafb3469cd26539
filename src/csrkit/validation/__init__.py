"""Validation of SDTM and analysis datasets: Great Expectations suites in, findings out."""

from csrkit.validation.adam.validate import validate_adam
from csrkit.validation.findings import Finding, FindingRecord, Findings, together
from csrkit.validation.gate import stop_if_critical
from csrkit.validation.validate import validate

__all__ = [
    "Finding",
    "FindingRecord",
    "Findings",
    "stop_if_critical",
    "together",
    "validate",
    "validate_adam",
]
