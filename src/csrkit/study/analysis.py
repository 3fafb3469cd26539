"""Analysis sets and table columns."""

from __future__ import annotations

from pydantic import field_validator

from csrkit.conditions import Condition, equal, parse
from csrkit.study.base import Section

DOSE = "{DOSE}"


class AnalysisSet(Section):
    """An analysis set, keyed by a short name used in `tlf.yml` (`SAF`).

    Attributes
    ----------
    flag
        ADSL variable that is Y for its members (`SAFFL`).
    reason
        ADSL variable that says why a subject isn't a member (`SAFREAS`).
    label
        Name shown under a display's title.
    definition
        Who belongs to it, in words.
    dose
        ADSL variable that a column's `{DOSE}` stands for: planned or actual dose.
    """

    flag: str
    reason: str
    label: str
    definition: str
    dose: str = "TRT01PN"

    @property
    def condition(self) -> Condition:
        """The condition on ADSL that its members meet."""
        return equal(self.flag, "Y")


class ColumnGroup(Section):
    """A column of the tables, keyed by a short name (`ph1_20`).

    `filter` is a condition on ADSL (`csrkit.conditions`), empty for all subjects; `{DOSE}` stands
    for the analysis set's dose variable.
    """

    label: str
    filter: str
    colour: str | None = None
    marker: str | None = None

    @field_validator("filter")
    @classmethod
    def _can_be_read(cls, text: str) -> str:
        parse(text.replace(DOSE, "DOSE"))
        return text

    def condition(self, dose: str) -> Condition:
        """Return the condition on ADSL, with the variable that holds the dose."""
        return parse(self.filter.replace(DOSE, dose))


class AgeGroup(Section):
    """An age group: `lower <= AGE < upper` (years)."""

    label: str
    lower: float | None = None
    upper: float | None = None
