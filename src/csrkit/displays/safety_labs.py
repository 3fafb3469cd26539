"""Shift of laboratory toxicity grades from baseline to the worst on treatment (section 14.3.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pandas as pd

from csrkit.displays.arrange import Line, heading, table
from csrkit.displays.index import IndexEntry
from csrkit.displays.model import Column, Display
from csrkit.displays.words import with_units
from csrkit.results.ard import Analysis, Result, Statistic, ard
from csrkit.results.groups import Groups, column_groups
from csrkit.results.templates import COUNT
from csrkit.results.where import Where, equals
from csrkit.study import Study

MISSING = "Missing"
GRADES = ("0", "1", "2", "3", "4", MISSING)
ON_TREATMENT = Where("On treatment", "ONTRTFL == 'Y' and DTYPE.isna()")


class Direction(NamedTuple):
    """A direction of abnormality, and the variables of its grade and its grade at baseline."""

    name: str
    grade: str
    baseline: str


DIRECTIONS = (
    Direction("low", "ATOXGRL", "BTOXGRL"),
    Direction("high", "ATOXGRH", "BTOXGRH"),
)


def grade_shift(entry: IndexEntry, study: Study, datasets: Mapping[str, pd.DataFrame]) -> Display:
    """Cross the grade at baseline with the worst on treatment, by test and direction.

    Every subject of a column stands in one cell of each block, so that a block adds up to N; a
    baseline grade that nobody had gets no row.
    """
    adlb = datasets["ADLB"]
    groups = column_groups(study, datasets["ADSL"], entry.population, entry.columns)
    lines: list[Line] = []
    results: list[Result] = []
    for test, records in _tests(adlb):
        for direction in DIRECTIONS:
            if records[direction.grade].isna().all():
                continue
            paramcd, param = test
            row = f"{paramcd}.{direction.name}"
            where = equals("PARAMCD", paramcd)
            found = list(_cross(groups, _grades(records, direction), row, direction, where))
            lines.append(heading(f"{with_units(param)}, {direction.name}"))
            lines += _lines(row, found)
            results += found
    results_of_all = ard(Analysis(entry.key, "ADLB", groups, ON_TREATMENT), results)
    return table(entry, study, _columns(groups), lines, [results_of_all], stub="Grade at baseline")


def _tests(adlb: pd.DataFrame) -> Iterator[tuple[tuple[str, str], pd.DataFrame]]:
    """Return the records of each test, in order of category and name."""
    for (_, param, paramcd), records in adlb.groupby(["PARCAT1", "PARAM", "PARAMCD"], sort=True):
        yield (str(paramcd), str(param)), records


def _grades(records: pd.DataFrame, direction: Direction) -> pd.DataFrame:
    """Return the grade at baseline and the worst on treatment, one row a subject with records."""
    treated = ON_TREATMENT.select(records, "ADLB")
    worst = pd.to_numeric(treated[direction.grade]).groupby(treated["USUBJID"]).max()
    base = pd.to_numeric(records[direction.baseline]).groupby(records["USUBJID"]).max()
    used = treated.groupby("USUBJID").size()
    grades = pd.DataFrame({"BASE": base, "WORST": worst})
    named = grades.astype("Int64").astype("string").astype("object")
    return named.fillna(MISSING).assign(RECORDS=used).reset_index(names="USUBJID")


def _cross(
    groups: Groups, grades: pd.DataFrame, row: str, direction: Direction, where: Where
) -> Iterator[Result]:
    """Count the subjects of each column in each cell; without a record both grades are missing."""
    all_subjects = groups.members.merge(grades, on="USUBJID", how="left")
    filled = all_subjects.fillna({"BASE": MISSING, "WORST": MISSING, "RECORDS": 0})
    cells = dict(iter(filled.groupby(["COLUMN", "BASE", "WORST"])))
    for key in groups.keys:
        for base in GRADES:
            for worst in GRADES:
                found = cells.get((key, base, worst), filled.iloc[:0])
                shift = Where(f"{direction.baseline} {base}, worst {direction.grade} {worst}")
                yield Result(
                    f"{row}.{base}",
                    key,
                    [Statistic("n", len(found), "count")],
                    variable=direction.grade,
                    level=worst,
                    where=where & shift,
                    records=int(found["RECORDS"].sum()),
                    subjects=list(found["USUBJID"]),
                    groups={"PARAMCD": row.partition(".")[0], direction.baseline: base},
                    at=f"{key}.{worst}",
                )


def _lines(row: str, results: list[Result]) -> list[Line]:
    """Return the rows of a block: one for each grade at baseline that somebody had."""
    had = {result.row for result in results if result.subjects}
    keys = {base: f"{row}.{base}" for base in GRADES}
    return [Line(_label(base), key, COUNT, indent=1) for base, key in keys.items() if key in had]


def _columns(groups: Groups) -> list[Column]:
    return [
        Column(f"{group.key}.{grade}", grade, spanner=group.header)
        for group in groups.groups
        for grade in GRADES
    ]


def _label(grade: str) -> str:
    return grade if grade == MISSING else f"Grade {grade}"
