"""Settings of tables that count subjects, and of those that summarise what they are like."""

from __future__ import annotations

from pydantic import Field, model_validator

from csrkit.index.settings.common import DeclaredLevels, FromDataset, Levels, Selection
from csrkit.study.base import Section


class CountRow(Selection):
    """A row: the subjects with a record of a condition.

    Attributes
    ----------
    row
        Row key of the results.
    label
        Text of the row.
    dataset
        Dataset of its records; that of the table when left out.
    heading
        The row only names the levels below it.
    everyone
        Of all subjects of ADSL, whether or not they belong to the analysis set or to a column;
        shown in the columns of all subjects.
    percent
        Whether a percentage makes sense.
    indent, group
        Levels of indentation, and whether the row opens a block.
    levels
        Levels of a variable counted below it.
    """

    row: str
    label: str
    dataset: str | None = None
    heading: bool = False
    everyone: bool = False
    percent: bool = True
    indent: int = 0
    group: bool = False
    levels: Levels | None = None


class Counts(FromDataset):
    """Settings of `counts`: rows that count subjects with records of a condition.

    Attributes
    ----------
    rows
        The rows, in order.
    events
        Whether the records are counted as well, in square brackets.
    stub
        Header of the row labels.
    """

    rows: tuple[CountRow, ...]
    events: bool = False
    stub: str = ""


class AnalysisSets(Section):
    """Settings of `analysis_sets`: members of each set of `study.yml`, and why others aren't.

    Attributes
    ----------
    stub
        Header of the row labels.
    """

    stub: str = "Analysis set"


class Characteristic(Selection):
    """A characteristic of subjects: a number, a category, or something that is so or not.

    Attributes
    ----------
    label
        Heading of its rows, or text of its row.
    variable
        What is summarised (with `decimals`) or whose levels are counted; empty for the subjects
        with a record of the condition.
    row
        Row key of the results; the variable when empty.
    decimals
        Decimals of the data; makes the variable a number.
    levels
        Level → text, as `labels` of Levels.
    reasons
        Levels of a variable counted below the subjects with a record.
    """

    label: str
    variable: str = ""
    row: str = ""
    decimals: int | None = None
    levels: DeclaredLevels = Field(default_factory=dict)
    reasons: Levels | None = None

    @model_validator(mode="after")
    def _has_a_key(self) -> Characteristic:
        if not (self.row or self.variable):
            raise ValueError("a characteristic without a variable needs a row")
        return self

    @property
    def key(self) -> str:
        """Row key of the results."""
        return self.row or self.variable


class Characteristics(FromDataset):
    """Settings of `characteristics`: numbers summarised, categories counted, and who has a record.

    Attributes
    ----------
    variables
        The characteristics.
    stub
        Header of the row labels.
    """

    dataset: str = "ADSL"
    variables: tuple[Characteristic, ...]
    stub: str = "Characteristic"
