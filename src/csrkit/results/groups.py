"""The subjects behind each column of a display."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from csrkit.results.where import EVERY_RECORD, Where
from csrkit.study import Study

ALL_SUBJECTS = Where("All subjects")


@dataclass(frozen=True)
class Group:
    """One column: its key in `study.yml`, its label, who is in it, and how many they are."""

    key: str
    label: str
    where: Where
    total: int

    @property
    def header(self) -> str:
        """Label with the number of subjects: `Phase I 20×10⁸ (N=6)`."""
        return f"{self.label} (N={self.total})"


@dataclass(frozen=True)
class Groups:
    """The columns of a display over one analysis set.

    Attributes
    ----------
    analysis_set
        Key of the analysis set in `study.yml`; empty when all subjects of ADSL are meant.
    label
        Name of the analysis set, as the population line of a display says it.
    groups
        The columns, in order.
    members
        One row a subject and column it belongs to (USUBJID, COLUMN). Columns may overlap.
    """

    analysis_set: str
    label: str
    groups: tuple[Group, ...]
    members: pd.DataFrame

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the columns, in order."""
        return tuple(group.key for group in self.groups)

    @property
    def totals(self) -> dict[str, int]:
        """Number of subjects by column."""
        return {group.key: group.total for group in self.groups}

    def __getitem__(self, key: str) -> Group:
        """Return the column with this key."""
        return next(group for group in self.groups if group.key == key)

    def expand(self, records: pd.DataFrame) -> pd.DataFrame:
        """Return the records once for every column their subject belongs to, with COLUMN."""
        columns = [name for name in records.columns if name != "COLUMN"]
        return self.members.merge(records[columns], on="USUBJID", how="inner")


def analysis_set_filter(study: Study, analysis_set: str) -> Where:
    """Return the filter of an analysis set; an empty key means all subjects."""
    if not analysis_set:
        return ALL_SUBJECTS
    chosen = study.analysis_sets[analysis_set]
    return Where(chosen.label, f"{chosen.flag} == 'Y'")


def column_groups(
    study: Study, adsl: pd.DataFrame, analysis_set: str, columns: Sequence[str] = ()
) -> Groups:
    """Return the columns of a display over an analysis set.

    Parameters
    ----------
    study
        The study, whose `columns` and `analysis_sets` are used.
    adsl
        One record a subject.
    analysis_set
        Key of an analysis set, or empty for all subjects of ADSL.
    columns
        Keys of the columns wanted, in order; none means all columns of the study.
    """
    members_of_set = analysis_set_filter(study, analysis_set)
    selected = members_of_set.select(adsl, "ADSL")
    dose_set = analysis_set or next(iter(study.analysis_sets))
    groups: list[Group] = []
    parts: list[pd.DataFrame] = []
    for key in columns or tuple(study.columns):
        label = study.columns[key].label
        expr = study.column_filter(key, dose_set)
        inside = Where(label, expr).select(selected, "ADSL")
        where = members_of_set & (Where(label, expr) if expr else EVERY_RECORD)
        groups.append(Group(key, label, where, int(inside["USUBJID"].nunique())))
        parts.append(inside[["USUBJID"]].drop_duplicates().assign(COLUMN=key))
    label = study.analysis_sets[analysis_set].label if analysis_set else ALL_SUBJECTS.text
    members = pd.concat(parts, ignore_index=True) if parts else _no_members()
    return Groups(analysis_set, label, tuple(groups), members)


def _no_members() -> pd.DataFrame:
    return pd.DataFrame({"USUBJID": [], "COLUMN": []}, dtype=object)
