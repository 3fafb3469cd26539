"""Settings of ADEX, and of what EX means everywhere."""

from __future__ import annotations

from typing import Literal

from csrkit.conditions import ConditionIfTold, ConditionText
from csrkit.study.base import Section


class Exposure(Section):
    """Settings of ADEX, and of what EX means everywhere.

    Attributes
    ----------
    missing_end
        A dose without an end date ends when it starts (`start`), or says nothing about the last
        exposure (`ignore`, as the R package admiral has it).
    infusion, course
        Variables of EX that hold the number of the infusion and of the course; without the first,
        infusions are numbered by time, without the second, all are of course 1.
    missed
        Condition (`csrkit.conditions`) on EC: infusions planned but not given.
    each_day
        Condition on EX: records that stand for one dose a day from start to end; None when every
        record is one dose.
    delay_tolerance_days
        Days by which an infusion may come late without being delayed.
    interrupted
        Condition on EX: infusions interrupted; None when EX doesn't say.
    """

    missing_end: Literal["start", "ignore"]
    infusion: str | None = None
    course: str | None = None
    missed: ConditionText
    each_day: ConditionIfTold = None
    delay_tolerance_days: int
    interrupted: ConditionIfTold = None
