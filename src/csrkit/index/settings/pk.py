"""Settings of tables of concentrations and pharmacokinetic parameters."""

from __future__ import annotations

from typing import Literal

from csrkit.conditions import missing
from csrkit.index.settings.common import FromDataset, RecordCondition
from csrkit.study.base import Section


class Concentration(FromDataset):
    """Settings of `concentration` (table) and of `profile` (figure).

    Attributes
    ----------
    where
        The records that summaries use: by default those without a reason not to (PKSUMXF).
    paramcd, name, unit
        The analyte, and how it and its unit are written.
    value
        Variable that is summarised, values below quantification replaced.
    below
        Variable that is Y for a value below the limit of quantification.
    """

    dataset: str = "ADPC"
    where: RecordCondition = missing("PKSUMXF")
    words: str = "used in summaries"
    paramcd: str
    name: str
    unit: str
    value: str = "AVALSUM"
    below: str = "BLQFL"


class ParameterRow(Section):
    """A parameter: PARAMCD of ADPP, label with unit, and what is shown of it.

    `full` is every statistic, `range` the median with minimum and maximum (for times).
    """

    paramcd: str
    label: str
    show: Literal["full", "range"] = "full"


class Parameters(FromDataset):
    """Settings of `parameters`.

    Attributes
    ----------
    analyte
        PARCAT1 of the parameters.
    parameters
        The parameters, in order.
    reason
        Variable that says why a parameter wasn't calculated.
    """

    dataset: str = "ADPP"
    analyte: str
    parameters: tuple[ParameterRow, ...]
    reason: str = "PPREASND"
