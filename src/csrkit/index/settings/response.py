"""Settings of tables of tumour response, times to events and dose-limiting toxicities."""

from __future__ import annotations

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
    """

    dataset: str = "ADRS"
    response: str
    levels: dict[str, str]
    rates: dict[str, Rate]
    level: float = 0.95


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
    """

    dataset: str = "ADTTE"
    paramcd: str
    event: str
    rate: str
    rates_months: tuple[float, ...]
    level: float = 0.95


class Dlt(FromDataset):
    """Settings of `dlt`: rate by dose, what the escalation rule says, and the posterior.

    Attributes
    ----------
    term
        Variable whose levels are counted below.
    """

    dataset: str = "ADAE"
    term: str = "AEDECOD"
    level: float = 0.95
