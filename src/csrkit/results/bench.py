"""The bench: the records of one display, and the results made of them.

A bench belongs to one display of the index and has the datasets that its entry names, no others. A
verb (`csrkit.results.verbs`) takes a bench and an analysis declared on it, and adds results. The
records of an analysis are selected and spread over the columns once, however many levels are
counted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from csrkit.adam.spec import spec_of
from csrkit.conditions import ALL_RECORDS, Condition, both, either, variables_of
from csrkit.conditions.frames import Mask, UnusableConditionError, mask
from csrkit.conditions.sql import to_sql
from csrkit.conditions.words import to_words
from csrkit.errors import RunError, StudyError
from csrkit.index import IndexEntry
from csrkit.results.ard import (
    Analysis,
    Result,
    Statistic,
    rows_of,
)
from csrkit.results.columns import Columns, columns_of
from csrkit.results.methods import COUNT, Method
from csrkit.results.model import (
    COLUMN,
    HEADER,
    Declared,
    Results,
    Scope,
    analyses_frame,
    rows_with_sets,
)
from csrkit.results.sets import SetTable
from csrkit.results.spread import Spread, Tally
from csrkit.study import Study


@dataclass
class Bench:
    """The records and results of one display.

    Parameters
    ----------
    entry
        The display.
    study
        The study.
    datasets
        The datasets that the entry names, by name.
    """

    entry: IndexEntry
    study: Study
    datasets: Mapping[str, pd.DataFrame]
    sets: SetTable = field(default_factory=SetTable)
    listed: pd.DataFrame | None = None
    _rows: list[dict[str, Any]] = field(default_factory=list)
    _analyses: dict[str, Analysis] = field(default_factory=dict)
    _columns: dict[tuple[str, tuple[str, ...]], Columns] = field(default_factory=dict)
    _spread: dict[tuple[Any, ...], Spread] = field(default_factory=dict)

    def columns(
        self, analysis_set: str | None = None, keys: Sequence[str] | None = None
    ) -> Columns:
        """Return the columns of the display, or of another analysis set or selection.

        Raises
        ------
        StudyError
            When the condition of a column or of the analysis set can't be asked of ADSL.
        """
        chosen = self.entry.population if analysis_set is None else analysis_set
        wanted = tuple(self.entry.columns if keys is None else keys)
        key = (chosen, wanted)
        if key not in self._columns:
            adsl = self.records("ADSL")
            try:
                self._columns[key] = columns_of(self.study, adsl, chosen, wanted)
            except UnusableConditionError as fault:
                raise self._cannot_ask(
                    "a column or the analysis set", "ADSL", adsl, fault
                ) from None
        return self._columns[key]

    def records(self, dataset: str) -> pd.DataFrame:
        """Return a dataset.

        Raises
        ------
        RunError
            When the display doesn't name it, or it isn't there.
        """
        if dataset not in self.datasets:
            raise RunError(
                "A display needs a dataset that it doesn't have",
                where=f"display {self.entry.key}",
                found=f"no {dataset}",
                allowed=tuple(self.datasets),
                remedy="Add it to the display's datasets in tlf.yml, or derive it.",
            )
        return self.datasets[dataset]

    def declare(
        self,
        name: str,
        *,
        dataset: str,
        method: Method = COUNT,
        where: Condition = ALL_RECORDS,
        columns: Columns | None = None,
        label: str = "",
        variable: str = "",
        groupings: Sequence[str] = (),
        level: float | None = None,
        **settings: object,
    ) -> Declared:
        """Declare an analysis of the display.

        Parameters
        ----------
        name
            Unique within the display.
        dataset, where
            Its records.
        method, level, settings
            How, at which confidence level, and settings of the method.
        columns
            The columns; those of the display when left out.
        label
            What it gives; the display's title when empty.
        variable, groupings
            Variable analysed, and grouping factors below the columns.
        """
        chosen = self.columns() if columns is None else columns
        analysis = Analysis(
            id=f"{self.entry.key}.{name}",
            output=self.entry.key,
            label=label or self.entry.title,
            analysis_set=chosen.analysis_set,
            dataset=dataset,
            where_text=to_words(where, self._labels_of(dataset)),
            where_sql=to_sql(where),
            groupings=(COLUMN, *groupings),
            variable=variable,
            method=method,
            settings=json.dumps(settings, sort_keys=True, ensure_ascii=False),
            level=level,
            purpose=self.entry.purpose or "",
            reason=self.entry.reason,
        )
        known = self._analyses.setdefault(analysis.id, analysis)
        if known != analysis:
            raise ValueError(f"two analyses are called {analysis.id}")
        variables = tuple(dict.fromkeys([*groupings, *([variable] if variable else [])]))
        return Declared(analysis, Scope(dataset, where, chosen, variables))

    def spread(self, scope: Scope) -> Spread:
        """Return the records of an analysis, selected and spread over the columns (once)."""
        columns = scope.columns
        key = (
            scope.dataset,
            to_sql(scope.where),
            columns.analysis_set,
            columns.keys,
            scope.variables,
        )
        if key not in self._spread:
            frame = self.frame_with(scope.dataset, scope.variables)
            chosen = frame[self.holds(frame, scope.where, scope.dataset)]
            self._spread[key] = Spread.over(chosen, columns)
        return self._spread[key]

    def frame_with(self, dataset: str, variables: Iterable[str]) -> pd.DataFrame:
        """Return a dataset with some variables, taken from ADSL where it lacks them.

        Raises
        ------
        StudyError
            When neither the dataset nor ADSL has one of them.
        """
        wanted = list(variables)
        frame = self.with_adsl(self.records(dataset), wanted)
        unknown = [name for name in wanted if name not in frame]
        if unknown:
            raise StudyError(
                "A display names a variable that its dataset doesn't have",
                where=f"tlf.yml, key displays.{self.entry.key}.settings",
                found=unknown[0],
                allowed=tuple(map(str, frame.columns)),
                remedy=f"Use variables of {' or '.join(dict.fromkeys([dataset, 'ADSL']))}.",
            )
        return frame

    def with_adsl(self, frame: pd.DataFrame, variables: Iterable[str]) -> pd.DataFrame:
        """Return records with those of some variables that they lack and ADSL has."""
        adsl = self.records("ADSL")
        lacking = [name for name in variables if name not in frame and name in adsl]
        if not lacking:
            return frame
        return frame.join(adsl.set_index("USUBJID")[lacking], on="USUBJID")

    def holds(self, frame: pd.DataFrame, where: Condition, dataset: str) -> Mask:
        """Return for each record of a dataset whether a condition holds.

        Raises
        ------
        StudyError
            When the condition can't be asked of the dataset (an unknown variable, say).
        """
        try:
            return mask(self.with_adsl(frame, variables_of(where)), where)
        except UnusableConditionError as fault:
            raise self._cannot_ask(to_words(where), dataset, frame, fault) from None

    def _cannot_ask(
        self, asked: str, dataset: str, frame: pd.DataFrame, fault: UnusableConditionError
    ) -> StudyError:
        return StudyError(
            "A condition can't be asked of its dataset",
            where=f"display {self.entry.key}, dataset {dataset}: {asked}",
            found=str(fault),
            allowed=f"variables of {dataset}: {', '.join(map(str, frame.columns))}",
            remedy="Correct the condition in tlf.yml or in study.yml.",
        )

    def set_of(self, scope: Scope, column: str, tally: Tally, *more: Condition) -> str:
        """Keep the set of an analysis' records in one column that meet further conditions."""
        condition = both(scope.columns[column].condition, scope.where, *more)
        return self.sets.add(scope.dataset, condition, tally.records, tally.subjects)

    def set_of_all(
        self, scope: Scope, columns: Sequence[str], tally: Tally, *more: Condition
    ) -> str:
        """Keep the set of an analysis' records in any of several columns, as `set_of` for one."""
        members = either(*(scope.columns[key].condition for key in columns))
        condition = both(members, scope.where, *more)
        return self.sets.add(scope.dataset, condition, tally.records, tally.subjects)

    def denominator_of_all(self, columns: Columns, keys: Sequence[str]) -> str:
        """Keep the set of the subjects of several columns."""
        members = either(*(columns[key].condition for key in keys))
        subjects = sorted({subject for key in keys for subject in columns[key].subjects})
        return self.sets.add("ADSL", members, len(subjects), subjects)

    def denominator(self, columns: Columns, column: str) -> str:
        """Keep the set of a column's subjects."""
        group = columns[column]
        return self.sets.add("ADSL", group.condition, group.total, group.subjects)

    def add(self, declared: Declared, *results: Result) -> None:
        """Keep results of an analysis."""
        for result in results:
            self._rows += rows_of(declared.analysis, result)

    def head_columns(self, columns: Columns | None = None) -> None:
        """Keep the number of subjects of each column, which heads it."""
        chosen = self.columns() if columns is None else columns
        declared = self.declare(HEADER, dataset="ADSL", columns=chosen, label="Subjects by column")
        for key in chosen.keys:
            total = Statistic("N", chosen[key].total, "count")
            own = self.denominator(chosen, key)
            self.add(
                declared,
                Result(
                    row=HEADER, column=key, statistics=[total], levels={COLUMN: key}, set_id=own
                ),
            )

    def finish(self) -> Results:
        """Return what was made."""
        sets, subjects = self.sets.frames(self._dataset_of, self._labels_of)
        return Results(
            ard=rows_with_sets(self._rows, sets),
            sets=sets,
            subjects=subjects,
            analyses=analyses_frame(self._analyses.values()),
            listed=self.listed,
        )

    def _labels_of(self, dataset: str) -> dict[str, str]:
        """Return what the variables of a dataset and of ADSL are called, by the specifications."""
        specs = [spec_of(name, self.study) for name in ("ADSL", dataset)]
        return {one.name: one.label for spec in specs for one in spec.variables}

    def _dataset_of(self, dataset: str, variable: str) -> str:
        return dataset if variable in self.datasets[dataset].columns else "ADSL"
