"""Analysis sets and table columns."""

from __future__ import annotations

from pydantic import field_validator, model_validator

from csrkit.conditions import Comparison, Condition, ConditionIfTold, Not, equal, parse
from csrkit.study.base import Section

DOSE, TREATMENT = "{DOSE}", "{TREATMENT}"


class AnalysisSet(Section):
    """An analysis set, keyed by a short name used in `tlf.yml` (`SAF`).

    Attributes
    ----------
    flag
        ADSL variable that is Y for its members (`SAFFL`).
    where
        Instead: condition (`csrkit.conditions`) on ADSL that its members meet.
    reason
        ADSL variable that says why a subject isn't a member (`SAFREAS`); none when empty.
    label
        Name shown under a display's title.
    definition
        Who belongs to it, in words.
    dose
        ADSL variable that a column's `{DOSE}` stands for: planned or actual dose (TRT01PN,
        TRT01AN). `{TREATMENT}` stands for the treatment of that dose (TRT01P, TRT01A).
    """

    flag: str = ""
    where: ConditionIfTold = None
    reason: str = ""
    label: str
    definition: str
    dose: str = "TRT01PN"

    @property
    def condition(self) -> Condition:
        """The condition on ADSL that its members meet."""
        return equal(self.flag, "Y") if self.where is None else self.where

    @property
    def outside(self) -> Condition:
        """The condition on ADSL that all others meet."""
        return Comparison(self.flag, "NE", ("Y",)) if self.where is None else Not(self.where)

    @model_validator(mode="after")
    def _says_who_belongs(self) -> AnalysisSet:
        if bool(self.flag) == (self.where is not None):
            raise ValueError("an analysis set has either a flag or a condition (where)")
        return self


class ColumnGroup(Section):
    """A column of the tables, keyed by a short name (`ph1_20`).

    `filter` is a condition on ADSL (`csrkit.conditions`), empty for all subjects; `{DOSE}` stands
    for the analysis set's dose variable, `{TREATMENT}` for that of its treatment.
    """

    label: str
    filter: str
    colour: str | None = None
    marker: str | None = None

    @field_validator("filter")
    @classmethod
    def _can_be_read(cls, text: str) -> str:
        parse(_fill(text, "DOSEN"))
        return text

    def condition(self, dose: str) -> Condition:
        """Return the condition on ADSL, with the variable that holds the dose."""
        return parse(_fill(self.filter, dose))


def _fill(text: str, dose: str) -> str:
    """Return a condition with the variables of the dose and of its treatment (TRT01PN, TRT01P)."""
    return text.replace(DOSE, dose).replace(TREATMENT, dose.removesuffix("N"))


class AgeGroup(Section):
    """An age group: `lower <= AGE < upper` (years)."""

    label: str
    lower: float | None = None
    upper: float | None = None
