"""Settings of tables of concentrations and pharmacokinetic parameters."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from csrkit.conditions import Condition, Named, both, equal, missing, present
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
    """A parameter, and what is shown of it.

    Attributes
    ----------
    paramcd, label
        PARAMCD of ADPP, and its label with unit.
    show
        `full` is every statistic, `range` the median with minimum and maximum (for times).
    """

    paramcd: str
    label: str
    show: Literal["full", "range"] = "full"


class FromParameters(FromDataset):
    """Parameters of one analyte, and which of their values are used.

    Attributes
    ----------
    analyte
        PARCAT1 of the parameters.
    used
        Condition on the records: the values that summaries and models use, by default those that
        fulfil the acceptance criteria.
    """

    dataset: str = "ADPP"
    analyte: str
    used: RecordCondition = equal("ANL01FL", "Y")

    @property
    def values_used(self) -> Condition:
        """The values used, under a name."""
        return Named("used in summaries", both(self.used, present("AVAL")))


class Parameters(FromParameters):
    """Settings of `parameters`.

    Attributes
    ----------
    parameters
        The parameters, in order.
    reason
        Variable that says why a parameter wasn't calculated.
    excluded
        Variable that says why a parameter that was calculated isn't used.
    """

    parameters: tuple[ParameterRow, ...]
    reason: str = "PPREASND"
    excluded: str = "EXCLREAS"


class ModelledParameter(Section):
    """A parameter that a model is fitted to.

    Attributes
    ----------
    paramcd, label
        PARAMCD of ADPP, and what it is called.
    """

    paramcd: str
    label: str


class DoseProportionality(FromParameters):
    """Settings of `dose_proportionality`: the power model of each parameter and profile.

    The limits of proportionality are an assumption of `study.yml`.

    Attributes
    ----------
    parameters
        The parameters, in order.
    dose
        Variable of the dose that a value belongs to; values at a dose of 0 are left out.
    all_profiles
        Whether a model of all profiles together, with a random effect of the subject, follows.
    level
        Confidence level.
    """

    parameters: tuple[ModelledParameter, ...] = Field(min_length=1)
    dose: str = "DOSE"
    all_profiles: bool = False
    level: float = Field(default=0.9, gt=0, lt=1)


class Accumulation(FromParameters):
    """Settings of `accumulation`: a parameter of the last full profile by that of the first.

    The profiles are the first and the last of the assumption `pk_infusions`, the dosing interval
    that of the treatment in `study.yml`.

    Attributes
    ----------
    parameters
        The parameters, in order.
    rate_constant
        PARAMCD of the terminal rate constant (per hour), for the accumulation expected; none when
        empty.
    level
        Confidence level.
    """

    parameters: tuple[ModelledParameter, ...] = Field(min_length=1)
    rate_constant: str = "LAMZ"
    level: float = Field(default=0.9, gt=0, lt=1)
