"""Sets: whose records and subjects a number counts, each said by one condition on one dataset."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from csrkit.conditions import Condition
from csrkit.conditions.ars import to_ars
from csrkit.conditions.sql import to_sql
from csrkit.conditions.words import to_words

SET_COLUMNS = (
    "SET_ID",
    "DATASET",
    "WHERE_TEXT",
    "WHERE_SQL",
    "WHERE_ARS",
    "N_RECORDS",
    "N_SUBJECTS",
)
SUBJECT_COLUMNS = ("SET_ID", "USUBJID")


@dataclass(frozen=True)
class RecordSet:
    """The records of a dataset that meet a condition, and their subjects.

    The condition may name variables of ADSL that the dataset lacks; they are found by USUBJID.

    Attributes
    ----------
    id
        The same for the same dataset and condition, in every run.
    dataset, condition, sql
        Where the records are and which, as data and in SQL.
    n_records
        How many they are.
    subjects
        Their subjects, each once, sorted.
    """

    id: str
    dataset: str
    condition: Condition
    sql: str
    n_records: int
    subjects: tuple[str, ...]


@dataclass
class SetTable:
    """The sets of a display, each held once."""

    sets: dict[str, RecordSet] = field(default_factory=dict)

    def add(
        self, dataset: str, condition: Condition, n_records: int, subjects: Sequence[str]
    ) -> str:
        """Keep a set; return its id.

        Raises
        ------
        ValueError
            When the same condition was found to hold for other records: a fault of ours.
        """
        sql = to_sql(condition)
        key = "S" + hashlib.sha256(f"{dataset}\n{sql}".encode()).hexdigest()[:15]
        found = RecordSet(key, dataset, condition, sql, n_records, tuple(subjects))
        known = self.sets.setdefault(key, found)
        if (known.n_records, known.subjects) != (found.n_records, found.subjects):
            raise ValueError(f"two computations of one set differ: {dataset} where {sql}")
        return key

    def __getitem__(self, key: str) -> RecordSet:
        """Return the set with this id."""
        return self.sets[key]

    def frames(
        self,
        dataset_of: Callable[[str, str], str],
        labels_of: Callable[[str], Mapping[str, str]],
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the sets (SET_COLUMNS) and their subjects (SUBJECT_COLUMNS), in order of id.

        Parameters
        ----------
        dataset_of
            Dataset of a set and variable → the dataset that has the variable (it or ADSL).
        labels_of
            Dataset → labels of its variables, for the conditions in words.
        """
        ordered = sorted(self.sets.values(), key=lambda one: one.id)
        rows = [
            (
                one.id,
                one.dataset,
                to_words(one.condition, labels_of(one.dataset)),
                one.sql,
                _ars(one, dataset_of),
                one.n_records,
                len(one.subjects),
            )
            for one in ordered
        ]
        subjects = [(one.id, subject) for one in ordered for subject in one.subjects]
        return (
            typed_sets(pd.DataFrame(rows, columns=list(SET_COLUMNS))),
            pd.DataFrame(subjects, columns=list(SUBJECT_COLUMNS), dtype=object),
        )


def typed_sets(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the columns of a frame of sets their types, whatever the number of rows."""
    return frame.astype(
        dict.fromkeys(SET_COLUMNS, "object") | {"N_RECORDS": "int64", "N_SUBJECTS": "int64"}
    )


def _ars(one: RecordSet, dataset_of: Callable[[str, str], str]) -> str:
    clause = to_ars(one.condition, lambda variable: dataset_of(one.dataset, variable))
    return json.dumps(clause, ensure_ascii=False, separators=(",", ":"))
