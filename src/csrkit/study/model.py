"""The whole of `study.yml`, and what one run of it covers."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Collection
from pathlib import Path

from pydantic import Field, model_validator

from csrkit.conditions import Condition
from csrkit.errors import StudyError
from csrkit.study.analysis import AgeGroup, AnalysisSet, ColumnGroup
from csrkit.study.assumptions import Assumptions
from csrkit.study.base import Section
from csrkit.study.data_cut import DataCut, day_of, folder_name_of, moment_of, text_of
from csrkit.study.derivations import Derivations
from csrkit.study.design import Arm, CutRules, Cuts, Paths, Registry, ReportKind, Treatment
from csrkit.study.notebooks import Notebook, NotebookName
from csrkit.study.pk_exclusions import PkExclusion
from csrkit.study.reading import Reading
from csrkit.study.terms import Terms

# Where a study stands and what it covers, rather than what it is.
SURROUNDINGS = ("paths", "notebooks", "root", "file", "scope")


class Scope(Section):
    """What one run covers: interim or final, and up to which date.

    `data_cut` is the last day whose data counts, 23:59:59 included, or the last date and time.
    """

    report: ReportKind
    data_cut: DataCut


class Study(Section):
    """A study, read from `study.yml`; `root` is the folder that file stands in."""

    study: Registry
    paths: Paths
    reading: Reading = Field(default_factory=Reading)
    cuts: Cuts
    cut_rules: CutRules
    notebooks: dict[NotebookName, Notebook]
    treatment: Treatment
    terms: Terms = Field(default_factory=Terms)
    arms: dict[str, Arm]
    analysis_sets: dict[str, AnalysisSet]
    columns: dict[str, ColumnGroup]
    age_groups: tuple[AgeGroup, ...]
    assumptions: Assumptions
    derivations: Derivations = Field(description="settings of the ADaM derivations")
    root: Path = Path(".")
    file: Path = Path("study.yml")
    pk_exclusions: tuple[PkExclusion, ...] = Field(
        default=(), description="samples that people exclude, from paths.validation"
    )
    scope: Scope | None = None

    @model_validator(mode="after")
    def _doses_have_labels(self) -> Study:
        for code, arm in self.arms.items():
            if arm.dose and arm.dose not in self.treatment.dose_labels:
                known = ", ".join(f"{dose:g}" for dose in self.treatment.dose_labels)
                raise ValueError(
                    f"arms.{code}.dose {arm.dose:g} has no label in treatment.dose_labels ({known})"
                )
        return self

    @model_validator(mode="after")
    def _notebooks_follow(self) -> Study:
        for made in ("validation", "datasets"):
            found = [name for name, one in self.notebooks.items() if one.makes == made]
            if len(found) != 1:
                named = ", ".join(found) or "none"
                raise ValueError(f"one of notebooks has to make the {made}; found {named}")
        return self

    @model_validator(mode="after")
    def _notebooks_differ(self) -> Study:
        names = [name.lower() for name in self.notebooks]
        same = [name for name in self.notebooks if names.count(name.lower()) > 1]
        if same:
            raise ValueError(f"notebooks {' and '.join(same)} differ only in case")
        return self

    def covering(self, report: str, data_cut: dt.date | None = None) -> Study:
        """Return this study with the scope of one run; no cut-off means that report's own.

        Raises
        ------
        StudyError
            When `report` is neither interim nor final.
        """
        if report not in ("interim", "final"):
            raise StudyError(
                "There is no such report",
                where="--report",
                found=report,
                allowed=("interim", "final"),
                remedy="Use one of the allowed values.",
            )
        cut = data_cut or getattr(self.cuts, report)
        return self.model_copy(update={"scope": Scope(report=report, data_cut=cut)})

    @property
    def data_cut(self) -> dt.date:
        """The data cut-off of this run: a date, or a date and time (a `datetime`)."""
        if self.scope is None:
            raise StudyError("The study has no scope yet", remedy="Call study.covering(...) first.")
        return self.scope.data_cut

    @property
    def cut_moment(self) -> dt.datetime:
        """The last moment whose data counts in this run."""
        return moment_of(self.data_cut)

    @property
    def cut_day(self) -> dt.date:
        """The last day of which data counts in this run."""
        return day_of(self.data_cut)

    @property
    def cut_text(self) -> str:
        """The data cut-off as people read it, `2026-03-31` or `2026-03-31T12:00`."""
        return text_of(self.data_cut)

    @property
    def cut_name(self) -> str:
        """The data cut-off in names of files, `2026-03-31` or `2026-03-31T1200`."""
        return folder_name_of(self.data_cut)

    def notebook_that_makes(self, made: str) -> str:
        """Return the name of the notebook that makes the `validation` or the `datasets`."""
        return next(name for name, one in self.notebooks.items() if one.makes == made)

    def limited_to(self, sections: Collection[str]) -> Study:
        """Return this study without the sections that aren't named: to read one is an error.

        What a study is in (paths, notebooks, file, scope) always stays.
        """
        limited = self.model_copy()
        for name in set(type(self).model_fields) - {*sections, *SURROUNDINGS}:
            limited.__dict__.pop(name, None)
        return limited

    def path(self, name: str) -> Path:
        """Return one of `paths`, made absolute."""
        relative: Path = getattr(self.paths, name)
        # A link in a circle stays what it is, for who opens it to tell.
        return Path(os.path.realpath(self.root / relative))

    def column_condition(self, column: str, analysis_set: str) -> Condition:
        """Return the condition on ADSL that selects a column's subjects for an analysis set.

        An empty key means all subjects, whose dose is that of the study's first analysis set.
        """
        chosen = analysis_set or next(iter(self.analysis_sets))
        return self.columns[column].condition(self.analysis_sets[chosen].dose)
