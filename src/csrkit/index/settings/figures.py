"""Settings of figures."""

from __future__ import annotations

from pydantic import Field

from csrkit.index.settings.common import RecordCondition
from csrkit.index.settings.pk import Concentration
from csrkit.study.base import Section


class Source(Section):
    """A value of each subject: a variable of the one record of a condition.

    Attributes
    ----------
    dataset, variable
        Where the value stands.
    where
        Condition that leaves at most one record a subject.
    """

    dataset: str
    variable: str
    where: RecordCondition


class Waterfall(Section):
    """Settings of `waterfall`: one bar a subject.

    Attributes
    ----------
    change, response
        Where the change (percent) and the response that colours the bar stand.
    axis
        Label of the axis of changes.
    thresholds
        Percent, drawn as dashed lines.
    colours
        Response → colour.
    """

    change: Source
    response: Source
    axis: str
    thresholds: tuple[float, ...]
    colours: dict[str, str]


class Mark(Section):
    """A sign on a subject's bar.

    Attributes
    ----------
    day
        Where its study day stands.
    marker, colour
        How it is drawn, in the terms of matplotlib.
    label
        What it means.
    """

    day: Source
    marker: str
    colour: str
    label: str


class Swimmer(Section):
    """Settings of `swimmer`: the course of each subject, in months.

    Attributes
    ----------
    follow_up, treatment
        Where the study days of the ends of follow-up and treatment stand.
    status, ongoing
        Where the subject's status stands, and its value that draws an arrow.
    administrations, number
        Where the study days of the administrations stand: several records a subject, told apart
        by the variable `number`.
    marks
        Row key → further signs, in order.
    axis
        Label of the time axis.
    """

    follow_up: Source
    treatment: Source
    status: Source
    ongoing: str
    administrations: Source
    number: str
    marks: dict[str, Mark]
    axis: str


class SurvivalCurve(Section):
    """Settings of `survival_curve`: Kaplan-Meier curves with bands and numbers at risk.

    Attributes
    ----------
    dataset, paramcd
        The time: dataset and PARAMCD.
    axis, time_axis
        Labels of the axes of shares and of time.
    every_months
        Distance of the ticks of the time axis.
    level
        Confidence level.
    """

    dataset: str = "ADTTE"
    paramcd: str
    axis: str
    time_axis: str
    every_months: float
    level: float = Field(default=0.95, gt=0, lt=1)


class Profile(Concentration):
    """Settings of `profile`: means and standard deviations over time (those of `concentration`)."""
