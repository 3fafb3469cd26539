"""Settings of tables of findings: by visit, and shifts from baseline."""

from __future__ import annotations

from pydantic import Field

from csrkit.index.settings.common import FromDataset, Level
from csrkit.study.base import Section


class ByVisit(FromDataset):
    """Settings of `by_visit`: values and their change from baseline, by parameter and visit.

    `where` has to leave one record a subject, parameter and visit (ANL01FL == 'Y').

    Attributes
    ----------
    parameters
        PARAMCD, in order; all that have values when empty, by category and name.
    decimals
        PARAMCD → decimals of the data; else as many as the data have, at most three.
    value, change
        Variables of the value and of its change; no change when empty.
    visit, order
        Variables of the visit's name and of its order.
    stub
        Header of the row labels.
    """

    parameters: tuple[str, ...] = ()
    decimals: dict[str, int] = Field(default_factory=dict)
    value: str = "AVAL"
    change: str = "CHG"
    visit: str = "AVISIT"
    order: str = "AVISITN"
    stub: str = "Parameter / visit"


class Direction(Section):
    """One shift: from a variable at baseline to its value on the record that a flag marks.

    Attributes
    ----------
    name
        What distinguishes it from the other directions (`low`).
    value, baseline
        Variables of the value and of the value at baseline.
    flag, mark
        Variable that marks the one record a subject and parameter whose value counts, and what it
        says there: a flag (WGRLFL) says Y, DTYPE how a derived record was made (MAXIMUM).
    """

    name: str
    value: str
    baseline: str
    flag: str
    mark: str = "Y"


class Shift(FromDataset):
    """Settings of `shift`: subjects by value at baseline (rows) and worst value (columns).

    Attributes
    ----------
    levels
        Value → text, in order. Those without a value are counted as missing.
    directions
        The shifts of each parameter; one that no record has is left out.
    stub
        Header of the row labels.
    """

    levels: dict[Level, str]
    directions: tuple[Direction, ...]
    stub: str
