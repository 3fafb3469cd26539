"""Analysis sets and table columns."""

from __future__ import annotations

from pydantic import Field

from csrkit.study.base import Section


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


class ColumnGroup(Section):
    """A column of the tables, keyed by a short name (`ph1_20`).

    `filter` is a pandas query on ADSL; `{DOSE}` is replaced by the analysis set's dose variable.
    """

    label: str
    filter: str = Field(description="pandas query on ADSL; empty for all subjects")
    colour: str | None = None
    marker: str | None = None


class AgeGroup(Section):
    """An age group: `lower <= AGE < upper` (years)."""

    label: str
    lower: float | None = None
    upper: float | None = None
