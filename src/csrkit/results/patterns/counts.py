"""Analyses of `counts`, `analysis_sets` and `characteristics`."""

from __future__ import annotations

from csrkit.conditions import Condition, Named, both, equal
from csrkit.index.settings.common import FromDataset, Levels, labels_of
from csrkit.index.settings.counts import (
    AnalysisSets,
    Characteristic,
    Characteristics,
    CountRow,
    Counts,
)
from csrkit.results.bench import Bench
from csrkit.results.columns import Columns, whole_columns
from csrkit.results.methods import SUMMARY
from csrkit.results.model import Scope
from csrkit.results.verbs.counts import count_levels, count_subjects, level_name
from csrkit.results.verbs.summaries import CONTINUOUS, continuous_formats, summarise_values


def analyse_counts(bench: Bench, settings: Counts) -> None:
    """Count the subjects with a record, for each row, and the levels below it."""
    bench.head_columns()
    for row in settings.rows:
        columns = _columns(bench, row)
        dataset = row.dataset or settings.dataset
        if not row.heading:
            declared = bench.declare(
                row.row, dataset=dataset, where=settings.condition, columns=columns,
                label=row.label,
            )  # fmt: skip
            count_subjects(
                bench, declared, row.row, row.condition,
                percent=row.percent, events=settings.events,
            )  # fmt: skip
        if row.levels:
            scope = Scope(dataset, both(settings.condition, row.condition), columns)
            count_below(bench, scope, row.levels, row.row, row.percent, settings.events)


def count_below(
    bench: Bench, scope: Scope, levels: Levels, above: str, percent: bool, events: bool
) -> None:
    """Count the levels of a variable below a row, and those below a level."""
    prefix = levels.row_prefix(above)
    where = both(scope.where, levels.condition)
    declared = bench.declare(
        levels.analysis_name(above), dataset=scope.dataset, where=where, columns=scope.columns,
        variable=levels.variable, groupings=[levels.variable],
    )  # fmt: skip
    found = count_levels(
        bench, declared, levels.variable, prefix=prefix,
        levels=tuple(labels_of(levels.labels, bench.study)),
        by_frequency=levels.order == "frequency", percent=percent, events=events,
    )  # fmt: skip
    for level in found:
        inside = Scope(scope.dataset, both(where, equal(levels.variable, level)), scope.columns)
        for below, row in levels.levels_below(level_name(level), above):
            count_below(bench, inside, below, row, percent, events)


def analyse_sets(bench: Bench, settings: AnalysisSets) -> None:
    """Count the members of each analysis set, and why others aren't."""
    bench.head_columns()
    for key, chosen in bench.study.analysis_sets.items():
        declared = bench.declare(key, dataset="ADSL", label=chosen.label)
        count_subjects(bench, declared, key, Named(chosen.label, chosen.condition))
        if key == bench.entry.population:
            continue
        outside = Named(f"Not in the {chosen.label.lower()}", chosen.outside)
        excluded = bench.declare(f"{key}.excluded", dataset="ADSL", label=f"Not in: {chosen.label}")
        count_subjects(bench, excluded, f"{key}.excluded", outside)
        if chosen.reason:
            scope = Scope("ADSL", outside, bench.columns())
            levels = Levels(variable=chosen.reason, order="frequency")
            count_below(bench, scope, levels, key, True, False)


def analyse_characteristics(bench: Bench, settings: Characteristics) -> None:
    """Summarise numbers, count categories, and count subjects with a record."""
    bench.head_columns()
    for one in settings.variables:
        if one.decimals is not None:
            _summarise(bench, settings, one, one.decimals)
        elif one.variable:
            scope = Scope(settings.dataset, _where(settings, one), bench.columns())
            levels = Levels(variable=one.variable, prefix=one.key, labels=one.levels)
            count_below(bench, scope, levels, "", True, False)
        else:
            declared = bench.declare(
                one.key, dataset=settings.dataset, where=settings.condition, label=one.label
            )
            count_subjects(bench, declared, one.key, one.condition)
        if one.reasons:
            scope = Scope(settings.dataset, settings.condition, bench.columns())
            count_below(bench, scope, one.reasons, one.key, True, False)


def _columns(bench: Bench, row: CountRow) -> Columns:
    if not row.everyone:
        return bench.columns()
    return bench.columns("", whole_columns(bench.study, bench.columns().keys))


def _where(settings: FromDataset, one: Characteristic) -> Condition:
    return both(settings.condition, one.condition)


def _summarise(bench: Bench, settings: FromDataset, one: Characteristic, decimals: int) -> None:
    declared = bench.declare(
        one.key, dataset=settings.dataset, where=_where(settings, one), method=SUMMARY,
        label=one.label, variable=one.variable,
    )  # fmt: skip
    summarise_values(
        bench, declared, one.variable, row=one.key, formats=continuous_formats(decimals),
        statistics=(*CONTINUOUS, "n_missing"),
    )  # fmt: skip
