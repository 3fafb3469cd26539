"""Analyses of `listing`, `waterfall` and `swimmer`: records and values of single subjects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from csrkit.conditions import Comparison, Condition, equal, present
from csrkit.index.settings.common import FromDataset
from csrkit.index.settings.figures import Source, Swimmer, Waterfall
from csrkit.index.settings.listing import FIELD, Listing
from csrkit.results.bench import Bench
from csrkit.results.columns import Columns, whole_columns
from csrkit.results.methods import LISTED, VALUE
from csrkit.results.verbs.counts import count_subjects
from csrkit.results.verbs.times import DAYS_PER_MONTH
from csrkit.results.verbs.values import pick_values


def analyse_listing(bench: Bench, settings: Listing) -> None:
    """Select and order the records of a listing; count them and their subjects.

    Raises
    ------
    StudyError
        When a column or the order names a variable that neither the dataset nor ADSL nor the
        dataset beside has.
    """
    whole = whole_columns(bench.study, tuple(bench.study.columns))[:1]
    columns = bench.columns(keys=bench.entry.columns or whole)
    declared = bench.declare(
        "listed", dataset=settings.dataset, where=settings.condition, columns=columns,
        method=LISTED, label="Records listed",
    )  # fmt: skip
    count_subjects(bench, declared, "listed", percent=False, events=True)
    fields = (name for text in settings.texts for name, _ in FIELD.findall(text))
    named = list(dict.fromkeys([*settings.sort, *fields]))
    other = _variables_beside(bench, settings, named)
    own = list(dict.fromkeys(["USUBJID", *(name for name in named if name not in other)]))
    listed = _select_members(bench, settings, columns, own)
    if settings.beside:
        count_beside = bench.declare(
            "beside", dataset=settings.beside.dataset, where=settings.beside.condition,
            columns=columns, method=LISTED, label="Records beside them",
        )  # fmt: skip
        count_subjects(bench, count_beside, "beside", percent=False, events=True)
        records = _select_members(bench, settings.beside, columns, ["USUBJID", *other])
        listed = listed.merge(records, on="USUBJID", how="left")
    listed = listed.sort_values(list(settings.sort), kind="stable", na_position="last")
    bench.listed = listed[named].reset_index(drop=True)


def _variables_beside(bench: Bench, settings: Listing, named: list[str]) -> list[str]:
    """Return the variables that only the records beside can have."""
    if settings.beside is None:
        return []
    known = bench.with_adsl(bench.records(settings.dataset), named).columns
    return [name for name in named if name not in known]


def _select_members(
    bench: Bench, selection: FromDataset, columns: Columns, variables: list[str]
) -> pd.DataFrame:
    """Return some variables of the records that are selected, of subjects of the columns."""
    frame = bench.frame_with(selection.dataset, variables)
    members = set(columns.members["USUBJID"])
    chosen = bench.holds(frame, selection.condition, selection.dataset)
    selected: pd.DataFrame = frame.loc[chosen & frame["USUBJID"].isin(members), variables]
    return selected


def analyse_waterfall(bench: Bench, settings: Waterfall) -> None:
    """Pick the change and the response of each subject; count those with a smaller sum."""
    bench.head_columns()
    change = settings.change
    _pick(
        bench, "change", change, change.variable.lower(), written="fixed1",
        order=lambda column, value: -value,
    )  # fmt: skip
    _pick(bench, "response", settings.response, "response")
    _count(bench, "shown", change, present(change.variable))
    _count(bench, "smaller", change, Comparison(change.variable, "LT", (0,)))


def analyse_swimmer(bench: Bench, settings: Swimmer) -> None:
    """Pick the months of what happened to each subject, and its status; count them."""
    bench.head_columns()
    days = {
        "follow_up": settings.follow_up,
        "treatment_end": settings.treatment,
        **{name: mark.day for name, mark in settings.marks.items()},
    }
    for name, source in days.items():
        _pick(
            bench, name, source, name, written="fixed1", divisor=DAYS_PER_MONTH,
            order=lambda column, value: (-column, value),
        )  # fmt: skip
    _pick(bench, "status", settings.status, "status")
    _pick(
        bench, "administrations", settings.administrations, bench.study.terms.administration,
        written="fixed1", divisor=DAYS_PER_MONTH, number=settings.number,
    )  # fmt: skip
    for name, mark in settings.marks.items():
        _count(bench, name, mark.day, present(mark.day.variable))
    _count(bench, "ongoing", settings.status, equal(settings.status.variable, settings.ongoing))


def _count(bench: Bench, name: str, source: Source, condition: Condition) -> None:
    """Count the subjects of a source's condition and a further one: ROW = `n.<name>`."""
    declared = bench.declare(f"n.{name}", dataset=source.dataset, where=source.where)
    count_subjects(bench, declared, f"n.{name}", condition)


def _pick(
    bench: Bench,
    name: str,
    source: Source,
    stat: str,
    *,
    written: str = "text",
    divisor: float = 1.0,
    number: str = "",
    order: Callable[[int, float], Any] | None = None,
) -> None:
    declared = bench.declare(
        name, dataset=source.dataset, where=source.where, method=VALUE,
        label=name.replace("_", " ").capitalize(), variable=source.variable, divisor=divisor,
    )  # fmt: skip
    pick_values(
        bench, declared, stat, source.variable, written=written, divisor=divisor, number=number,
        order=order,
    )  # fmt: skip
