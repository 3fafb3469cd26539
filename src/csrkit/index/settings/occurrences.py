"""Settings of tables of occurrences, nested to any depth."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from csrkit.index.settings.common import FromDataset
from csrkit.study.base import Section


class Grades(Section):
    """Rows by worst grade below each level.

    Attributes
    ----------
    variable
        Variable of the grade.
    flags
        For each depth of the table, from the row of all, the flag of ADaM that marks a subject's
        record of the worst grade (AOCCIFL, AOCCSIFL, AOCCPIFL).
    labels
        Grade → text, in order, shown when anybody has one at that level.
    """

    variable: str
    flags: tuple[str, ...]
    labels: dict[str | int, str]


class Hierarchy(FromDataset):
    """Settings of `hierarchy`: subjects with a record, by variables nested in each other.

    Attributes
    ----------
    by
        Variables, outermost first (AEBODSYS, AEDECOD).
    any
        Label of the first row, of the subjects with any such record; none when empty.
    stub
        Header of the row labels.
    events
        Whether the records are counted as well, in square brackets.
    order
        Of the rows: by descending frequency in the column of all subjects, then by name; or by
        name alone.
    min_percent
        Rows of the innermost variable are shown when at least this share of a column has it.
    grades
        Rows by worst grade.
    """

    by: tuple[str, ...] = Field(min_length=1)
    any: str = ""
    stub: str
    events: bool = False
    order: Literal["frequency", "name"] = "frequency"
    min_percent: float | None = Field(default=None, gt=0, le=100)
    grades: Grades | None = None

    @model_validator(mode="after")
    def _flags_fit(self) -> Hierarchy:
        if self.grades and len(self.grades.flags) != len(self.by) + 1:
            raise ValueError(
                "grades.flags needs a flag for all records, and one for each of "
                + ", ".join(self.by)
            )
        return self
