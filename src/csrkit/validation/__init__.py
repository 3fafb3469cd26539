"""Validation of the delivered SDTM: Great Expectations suites in, findings out."""

from csrkit.validation.findings import Finding, Findings, stop_if_critical
from csrkit.validation.validate import validate

__all__ = ["Finding", "Findings", "stop_if_critical", "validate"]
