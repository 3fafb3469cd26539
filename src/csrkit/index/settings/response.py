"""Settings of tables of tumour response, times to events and dose-limiting toxicities."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from csrkit.index.settings.common import FromDataset
from csrkit.study.base import Section


class Rate(Section):
    """A share of subjects with a Y of a parameter.

    Attributes
    ----------
    paramcd
        The parameter.
    label
        What the rate is called.
    population
        Key of another analysis set than that of the display.
    """

    paramcd: str
    label: str
    population: str = ""


class Response(Section):
    """Settings of `response`: best overall response, and rates with exact intervals.

    Attributes
    ----------
    dataset
        Dataset of the responses.
    response
        PARAMCD of the best overall response.
    levels
        Its values with their texts, in order.
    rates
        Row key → the rate.
    level
        Confidence level.
    difference_to
        Key of the column that the rates of the others are compared with; none when empty.
    difference_by
        Interval of the difference.
    """

    dataset: str = "ADRS"
    response: str
    levels: dict[str, str]
    rates: dict[str, Rate]
    level: float = Field(default=0.95, gt=0, lt=1)
    difference_to: str = ""
    difference_by: Literal["newcombe", "miettinen_nurminen"] = "newcombe"


class TimeToEvent(Section):
    """Settings of `time_to_event`: events and reasons for censoring, quartiles, rates, follow-up.

    Attributes
    ----------
    dataset
        Dataset of the times.
    paramcd
        PARAMCD of the time.
    event, rate
        What the event is called, and being free of it.
    rates_months
        Months at which the share without the event is given.
    level
        Confidence level.
    """

    dataset: str = "ADTTE"
    paramcd: str
    event: str
    rate: str
    rates_months: tuple[float, ...]
    level: float = Field(default=0.95, gt=0, lt=1)


class TimeToEventComparison(TimeToEvent):
    """Settings of `time_to_event_comparison`: each column against a reference column.

    The columns must not share subjects with the reference.

    Attributes
    ----------
    reference
        Key of the column that the others are compared with.
    rates_months
        Months at which the shares without the event are compared.
    strata
        Variables that the hazard ratio and the log-rank test are stratified by; a missing value is
        a stratum of its own. The differences of shares aren't stratified.
    """

    reference: str
    rates_months: tuple[float, ...] = ()
    strata: tuple[str, ...] = ()


class Dlt(FromDataset):
    """Settings of `dlt`: rate by dose, what the escalation rule says, and the posterior.

    Attributes
    ----------
    term
        Variable whose levels are counted below.
    level
        Confidence level.
    """

    dataset: str = "ADAE"
    term: str = "AEDECOD"
    level: float = Field(default=0.95, gt=0, lt=1)
