"""Settings of tables that compare the decisions on doses."""

from __future__ import annotations

from pydantic import Field

from csrkit.index.settings.common import FromDataset


class DoseDecision(FromDataset):
    """Settings of `dose_decision`: what the study's rule, BOIN and mTPI-2 say of each dose.

    `where` says which records are DLTs. Target rate, priors, margins and elimination are
    assumptions of `study.yml`; each column is one dose.

    Attributes
    ----------
    level
        Level of the credible interval.
    """

    dataset: str = "ADAE"
    level: float = Field(default=0.95, gt=0, lt=1)
