"""Samples that people exclude from the pharmacokinetic analyses: `validation/pk_exclusions.yml`.

    - subject: SKNK01-01-001
      infusion: 1
      time: 48            # planned hours after the start of the infusion; or pcseq: 7; neither: all
      scope: lambda_z     # not a point of the terminal phase; sample: not used at all
      reason: Haemolysed sample.
      by: A. Person
      date: 2026-04-02    # may be left out

A sample excluded is kept in ADPC with its reason, and marked.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field, model_validator

from csrkit.study.base import Section

FILE = "pk_exclusions.yml"


class PkExclusion(Section):
    """Samples that an analysis leaves out, why, and who says so.

    Attributes
    ----------
    subject
        USUBJID.
    analyte
        PCTESTCD; empty for every analyte.
    infusion
        Number of the infusion (INFNUM).
    time
        Planned hours after the start of the infusion; without it and `pcseq`, every sample of it.
    pcseq
        PCSEQ of the sample, in place of infusion and time.
    scope
        `sample` leaves it out of the NCA and of summaries, `lambda_z` out of the points for λz.
    reason, by, date
        Why, who says so, and when.
    """

    subject: str = Field(min_length=1)
    analyte: str = ""
    infusion: int | None = None
    time: float | None = None
    pcseq: int | None = None
    scope: Literal["sample", "lambda_z"]
    reason: str = Field(min_length=1, max_length=120)
    by: str = Field(min_length=1, max_length=40)
    date: dt.date | None = None

    @model_validator(mode="after")
    def _names_samples(self) -> PkExclusion:
        if (self.infusion is None) == (self.pcseq is None):
            raise ValueError("name the samples by infusion (and time), or one of them by pcseq")
        if self.time is not None and self.pcseq is not None:
            raise ValueError("a sample named by pcseq has no time beside it")
        return self

    def describe(self) -> str:
        """Return which samples are meant, in words."""
        parts = {
            "subject": self.subject, "analyte": self.analyte, "infusion": self.infusion,
            "time": self.time, "pcseq": self.pcseq,
        }  # fmt: skip
        named = [f"{key} {value}" for key, value in parts.items() if value not in (None, "")]
        return ", ".join([*named, f"scope {self.scope}"])
