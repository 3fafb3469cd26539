"""Dose finding: 3 + 3, mTPI-2 and BOIN, and the review of several doses."""

from csrkit.stats.dose_finding.review import DoseReview, review_doses
from csrkit.stats.dose_finding.rules import (
    NO_DECISION,
    Decision,
    dlt_posterior,
    three_plus_three,
)

__all__ = [
    "NO_DECISION",
    "Decision",
    "DoseReview",
    "dlt_posterior",
    "review_doses",
    "three_plus_three",
]
