"""Settings of tables of incidence: by exposure, and cumulative with competing events."""

from __future__ import annotations

from pydantic import Field, field_validator

from csrkit.conditions import Condition, ConditionText, Named, parse
from csrkit.index.settings.common import FromDataset, Selection
from csrkit.study.base import Section


class IncidenceRow(Selection):
    """A category: the first record of a subject that meets a condition ends its time at risk.

    Attributes
    ----------
    row
        Row key of the results.
    label
        Text of the row.
    """

    row: str
    label: str


class IncidenceRate(FromDataset):
    """Settings of `incidence_rate`: subjects with a record by their time at risk.

    Attributes
    ----------
    rows
        The categories, in order.
    day
        Day of a record, 1 on the day of the first dose.
    at_risk
        Variable of ADSL: days at risk from the first dose, of a subject without such a record.
    per_years
        Patient-years that the rate is given for.
    periods_days
        Days at which the time at risk is cut for rates by period, ascending; none without them.
    stub
        Header of the row labels.
    level
        Confidence level.
    """

    dataset: str = "ADAE"
    rows: tuple[IncidenceRow, ...] = Field(min_length=1)
    day: str = "ASTDY"
    at_risk: str = "RISKDURD"
    per_years: float = Field(default=100, gt=0)
    periods_days: tuple[int, ...] = ()
    level: float = Field(default=0.95, gt=0, lt=1)
    stub: str = ""

    @field_validator("periods_days")
    @classmethod
    def _ascending(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        if list(days) != sorted({day for day in days if day > 0}):
            raise ValueError("periods_days must be above 0 and ascending")
        return days


class Event(Selection):
    """What happened at the end of a time.

    Attributes
    ----------
    label
        What it is called.
    """

    label: str

    @property
    def condition(self) -> Condition:
        """The condition, under its name."""
        return Named(self.words or self.label, self.where)


class CompetingEvent(Event):
    """An event that keeps the other from happening."""

    where: ConditionText


class TimedEvent(Event):
    """The event asked of; by default what isn't censored."""

    where: ConditionText = parse("CNSR == 0")


class CumulativeIncidence(Section):
    """Settings of `cumulative_incidence`: the share of subjects with an event by given months.

    Attributes
    ----------
    dataset, paramcd
        Records of the times: AVAL in days.
    event, competing
        Which of them end with the event, and which with another one that keeps it from happening;
        all others are censored.
    months
        Months at which the incidence is given.
    level
        Confidence level.
    """

    dataset: str = "ADTTE"
    paramcd: str
    event: TimedEvent
    competing: CompetingEvent
    months: tuple[float, ...] = Field(min_length=1)
    level: float = Field(default=0.95, gt=0, lt=1)
