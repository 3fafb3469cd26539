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
        What a dose without an end date means, for ADSL and every window that ends with the
        treatment: it ends when it starts (`start`: doses are short administrations), goes on to the
        data cut (`cut`: the last dose of a subject whose treatment and study haven't ended; any
        other says nothing), says nothing about the last exposure (`ignore`, as the R package
        admiral has it), or is an error (`error`).
    one_administration
        Variables of EX whose values the records of one administration have in common (an
        interrupted and resumed infusion in several records); records that have none go by their day
        and EXTPT.
    resumed_within_days
        Days after the end of a part by which the next part with the same values may begin; one that
        begins later is another administration.
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

    missing_end: Literal["start", "cut", "ignore", "error"]
    one_administration: tuple[str, ...] = ("EXLNKID",)
    resumed_within_days: int = 1
    infusion: str | None = None
    course: str | None = None
    missed: ConditionText
    each_day: ConditionIfTold = None
    delay_tolerance_days: int
    interrupted: ConditionIfTold = None
