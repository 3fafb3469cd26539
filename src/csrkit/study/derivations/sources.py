"""Where a derivation finds something: a variable of a domain, and which of its records."""

from __future__ import annotations

from typing import Literal

from csrkit.conditions import ALL_RECORDS, ConditionText
from csrkit.study.base import Section


class DateSource(Section):
    """A variable of a domain that dates something; `where` is a condition on the domain."""

    domain: str
    variable: str
    where: ConditionText = ALL_RECORDS


class ValueSource(Section):
    """A variable of a domain that gives a value; `date` dates it where its time matters.

    `where` is a condition (`csrkit.conditions`) on the domain.
    """

    domain: str
    variable: str
    date: str | None = None
    where: ConditionText = ALL_RECORDS


class TimePoints(Section):
    """How a planned time point tells of an infusion.

    `reference` is the regular expression on --TPTREF whose group is the number of the infusion;
    `before` are the names (--TPT) of time points before its start.
    """

    reference: str | None = None
    before: tuple[str, ...] = ()


class Imputation(Section):
    """How a partial date is completed: highest part that may be imputed, and from which end."""

    highest: Literal["n", "D", "M", "Y"]
    how: Literal["first", "mid", "last"]
