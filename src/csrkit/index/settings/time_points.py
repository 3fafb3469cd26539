"""Settings of displays of findings before and after each administration."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from csrkit.index.settings.common import FromDataset, RecordCondition, Selection
from csrkit.study.base import Section


class Given(Section):
    """The administrations that the subjects received: one record each.

    Attributes
    ----------
    dataset, where
        Its records.
    occasion
        Variable of the administration's number.
    """

    dataset: str = "ADEX"
    where: RecordCondition
    occasion: str = "INFNUM"


class WithoutNumber(Selection):
    """Results that are no number, such as "<5": no statistic but their count includes them.

    Attributes
    ----------
    label
        Text of their row.
    """

    label: str


class ByTimePoint(FromDataset):
    """Settings of `by_time_point`: values before and after each administration, and their change.

    `where` has to leave one record a subject, parameter, administration and time point
    (ANL02FL == 'Y').

    Attributes
    ----------
    parameters
        PARAMCD, in order; all that have a time point when empty, by category and name.
    occasions
        Numbers of the administrations, in order; all that have a time point when empty.
    points
        Name of a time point → text; one that isn't named here stands as it is.
    decimals
        PARAMCD → decimals of the data; else as many as the data have, at most three.
    value, change
        Variables of the value, and of its change from the one before the same administration; no
        change when empty.
    occasion, point, order
        Variables of the administration's number, of the time point's name and of its order.
    given
        Administrations received, counted beside the name of each; not counted when empty.
    without_number
        Results that are no number, counted below n; not counted when empty.
    stub
        Header of the row labels.
    """

    parameters: tuple[str, ...] = ()
    occasions: tuple[int, ...] = ()
    points: dict[str, str] = Field(default_factory=dict)
    decimals: dict[str, int] = Field(default_factory=dict)
    value: str = "AVAL"
    change: str = "CHGPRE"
    occasion: str = "INFNUM"
    point: str = "ATPT"
    order: str = "ATPTN"
    given: Given | None = None
    without_number: WithoutNumber | None = None
    stub: str = "Parameter / time point"


class TimePointCurve(ByTimePoint):
    """Settings of `time_point_curve`: the same values as curves, a panel a parameter.

    Attributes
    ----------
    shown
        What is drawn: means with standard errors, or medians with quartiles.
    scale
        Of the axis of values: `linear` or `log`, which leaves out what isn't above 0.
    change
        Not drawn.
    """

    shown: Literal["mean_se", "median_quartiles"] = "mean_se"
    scale: Literal["linear", "log"] = "linear"
    change: str = ""
