"""What the settings of several patterns share."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator

from csrkit.conditions import ALL_RECORDS, Condition, ConditionText, Named
from csrkit.conditions.tree import comparisons_of
from csrkit.study import Study
from csrkit.study.base import Section

Level = str | int | float
DeclaredLevels = dict[Level, str] | Literal["age_groups", "aesi", "death_groups"]


def _known_to_ars(condition: Condition) -> Condition:
    """Refuse a comparator that ARS lacks: every set of a result has its clause of ARS."""
    for one in comparisons_of(condition):
        if one.comparator == "CONTAINS":
            raise ValueError(
                f"{one.variable} contains …: ARS has no such comparator, so no result can say it; "
                "derive a flag of ADaM, or compare with whole values"
            )
    return condition


RecordCondition = Annotated[ConditionText, AfterValidator(_known_to_ars)]
"""A condition on records of ADaM, given as text."""


class Selection(Section):
    """Records of a dataset.

    Attributes
    ----------
    where
        Condition on the records; all of them when empty.
    words
        What the condition is called; written out by itself when empty.
    """

    where: RecordCondition = ALL_RECORDS
    words: str = ""

    @property
    def condition(self) -> Condition:
        """The condition, under its name where it has one."""
        return Named(self.words, self.where) if self.words else self.where


class FromDataset(Selection):
    """Records of a dataset.

    Attributes
    ----------
    dataset
        One of the datasets that the display names.
    """

    dataset: str


class Levels(Selection):
    """Rows that count the levels of a variable.

    Attributes
    ----------
    variable
        The variable.
    prefix
        Beginning of the row keys; that of the row above and the variable when empty.
    labels
        Level → text, shown even when nobody has it; `age_groups` for the age groups, `aesi` for
        the adverse events of special interest and `death_groups` for the days from the last dose to
        death in `study.yml`. Other levels found follow, and missing ones are counted.
    order
        Order of the levels found: by name, or by descending frequency in the last column.
    below
        Level → further levels counted below it (the reasons of those who discontinued).
    each
        Further levels counted below each level.
    """

    variable: str
    prefix: str = ""
    labels: DeclaredLevels = Field(default_factory=dict)
    order: Literal["name", "frequency"] = "name"
    below: dict[str, Levels] = Field(default_factory=dict)
    each: Levels | None = None

    @field_validator("each")
    @classmethod
    def _has_rows_of_its_own(cls, each: Levels | None) -> Levels | None:
        if each and each.prefix:
            raise ValueError("each stands below several levels, so it can't have a prefix")
        return each

    def row_prefix(self, above: str) -> str:
        """Return the beginning of the row keys, below a row."""
        return self.prefix or f"{above}.{self.variable}"

    def analysis_name(self, above: str) -> str:
        """Return the name of the analysis that counts the levels, other than that of the row."""
        prefix = self.row_prefix(above)
        return f"{prefix}.{self.variable}" if prefix == above else prefix

    def levels_below(self, level: str, above: str) -> list[tuple[Levels, str]]:
        """Return the levels counted below one of these, each with the row key it stands below."""
        prefix = self.row_prefix(above)
        own = [(self.below[level], prefix)] if level in self.below else []
        return own + ([(self.each, f"{prefix}.{level}")] if self.each else [])


def labels_of(declared: DeclaredLevels, study: Study) -> dict[Level, str]:
    """Return declared levels with their texts, those that `study.yml` holds looked up."""
    if declared == "age_groups":
        return {group.label: group.label for group in study.age_groups}
    if declared == "aesi":
        return {one.name: one.name for one in study.assumptions.aesi.value}
    if declared == "death_groups":
        soon, later = study.derivations.adsl.death_groups
        return {soon: f"{soon} days".replace("<=", "≤"), later: f"{later} days"}
    return dict(declared)
