"""The subjects behind each column of a display."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from csrkit.conditions import ALL_RECORDS, Condition, Named, both
from csrkit.conditions.frames import mask
from csrkit.study import Study


@dataclass(frozen=True)
class ColumnOfSubjects:
    """One column: its key in `study.yml`, the condition on ADSL, and its subjects, sorted."""

    key: str
    condition: Condition
    subjects: tuple[str, ...]

    @property
    def total(self) -> int:
        """Number of its subjects."""
        return len(self.subjects)


@dataclass(frozen=True)
class Columns:
    """The columns of a display over one analysis set; a subject may belong to several.

    Attributes
    ----------
    analysis_set
        Key of the analysis set in `study.yml`; empty when all subjects of ADSL are meant.
    groups
        The columns, in order.
    """

    analysis_set: str
    groups: tuple[ColumnOfSubjects, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the columns, in order."""
        return tuple(group.key for group in self.groups)

    def __getitem__(self, key: str) -> ColumnOfSubjects:
        """Return the column with this key."""
        return next(group for group in self.groups if group.key == key)

    @cached_property
    def members(self) -> pd.DataFrame:
        """One row a subject and column it belongs to: USUBJID, and COLUMN, the column's place."""
        sizes = [group.total for group in self.groups]
        subjects = [subject for group in self.groups for subject in group.subjects]
        return pd.DataFrame(
            {
                "USUBJID": pd.Series(subjects, dtype=object),
                "COLUMN": np.repeat(np.arange(len(sizes)), sizes),
            }
        )


def columns_of(
    study: Study, adsl: pd.DataFrame, analysis_set: str, keys: Sequence[str] = ()
) -> Columns:
    """Return the columns of a display over an analysis set.

    Parameters
    ----------
    study
        The study, whose `columns` and `analysis_sets` are used.
    adsl
        One record a subject.
    analysis_set
        Key of an analysis set, or empty for all subjects of ADSL.
    keys
        Keys of the columns wanted, in order; none means all columns of the study.
    """
    members: Condition = ALL_RECORDS
    if analysis_set:
        chosen = study.analysis_sets[analysis_set]
        members = Named(chosen.label, chosen.condition)
    inside = mask(adsl, members)
    subjects = adsl["USUBJID"]
    groups = []
    for key in keys or tuple(study.columns):
        own = study.column_condition(key, analysis_set)
        condition = (
            both(members, Named(study.columns[key].label, own)) if own != ALL_RECORDS else members
        )
        found = sorted(set(subjects[inside & mask(adsl, own)]))
        groups.append(ColumnOfSubjects(key, condition, tuple(found)))
    return Columns(analysis_set, tuple(groups))


def whole_columns(study: Study, keys: Sequence[str]) -> tuple[str, ...]:
    """Return those of some columns that hold all subjects of an analysis set."""
    return tuple(key for key in keys if not study.columns[key].filter)


def sorting_column(study: Study, columns: Columns) -> str:
    """Return the column that orders rows by frequency: all subjects, else the last one."""
    whole = whole_columns(study, columns.keys)
    return whole[0] if whole else columns.keys[-1]
