"""Analyses of `by_time_point` and `time_point_curve`: before and after each administration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from csrkit.conditions import Condition, Named, both, equal, present
from csrkit.index.settings.time_points import ByTimePoint, Given, TimePointCurve, WithoutNumber
from csrkit.results.ard import Result, Statistic
from csrkit.results.bench import Bench
from csrkit.results.methods import SUMMARY
from csrkit.results.model import COLUMN, Declared
from csrkit.results.patterns.findings import STATISTICS, decimals_of, parameters_of
from csrkit.results.spread import NOTHING
from csrkit.results.verbs.summaries import NO_PLACES, add_summary, continuous_formats

GIVEN, WITHOUT_NUMBER = "given", "without_number"
CURVE = {
    "mean_se": ("n", "mean", "se"),
    "median_quartiles": ("n", "median", "p25", "p75"),
}


@dataclass(frozen=True)
class Point:
    """A planned time point of an administration: its number, and the time point's name."""

    occasion: float
    name: str

    @property
    def key(self) -> str:
        """What stands behind the parameter in the row key."""
        return f"{self.occasion:g}.{self.name}"


def analyse_by_time_point(bench: Bench, settings: ByTimePoint) -> None:
    """Summarise values and their change from the one before the same administration.

    ROW = `<PARAMCD>.<administration>.<time point>`, COLUMN = `<column group>.value` or `.change`.
    A time point that was planned has its rows, whether or not there is a value. Where settings say
    which records they are, the subjects who received an administration stand at ROW =
    `given.<administration>`.
    """
    _analyse(bench, settings, STATISTICS)


def analyse_time_point_curve(bench: Bench, settings: TimePointCurve) -> None:
    """Give what is drawn of each time point, as `analyse_by_time_point` does."""
    _analyse(bench, settings, CURVE[settings.shown])


def _analyse(bench: Bench, settings: ByTimePoint, statistics: Sequence[str]) -> None:
    bench.head_columns()
    named = [settings.occasion, settings.point, settings.order, settings.value]
    frame = bench.frame_with(settings.dataset, [*named, *filter(None, [settings.change])])
    planned = frame[frame[settings.occasion].notna() & frame[settings.point].notna()]
    if settings.occasions:
        planned = planned[planned[settings.occasion].isin(settings.occasions)]
    for paramcd, param in parameters_of(planned, settings.parameters).items():
        own = planned[planned["PARAMCD"] == paramcd]
        declared = bench.declare(
            paramcd, dataset=settings.dataset, method=SUMMARY, label=param,
            where=both(settings.condition, equal("PARAMCD", paramcd)),
            groupings=["PARAMCD", settings.occasion, settings.point], variable=settings.value,
        )  # fmt: skip
        points = _points(own, settings)
        decimals = settings.decimals.get(paramcd, decimals_of(own[settings.value].dropna()))
        for variable in filter(None, (settings.value, settings.change)):
            _summarise(bench, declared, settings, paramcd, variable, points, statistics, decimals)
        if settings.without_number:
            _count_without_number(bench, settings, settings.without_number, paramcd, points)
    if settings.given:
        _count_given(bench, settings.given, planned[settings.occasion])


def _points(records: pd.DataFrame, settings: ByTimePoint) -> list[Point]:
    """Return the time points of some records: by administration, order and name."""
    key = [settings.occasion, settings.order, settings.point]
    known = records[key].sort_values(key, na_position="last")
    known = known.drop_duplicates([settings.occasion, settings.point])
    pairs = zip(known[settings.occasion], known[settings.point], strict=True)
    return [Point(float(occasion), str(name)) for occasion, name in pairs]


def _summarise(
    bench: Bench,
    declared: Declared,
    settings: ByTimePoint,
    paramcd: str,
    variable: str,
    points: Sequence[Point],
    statistics: Sequence[str],
    decimals: int,
) -> None:
    spread = bench.spread(declared.scope)
    chosen = bench.holds(spread.frame, present(variable), settings.dataset)
    places = spread.places([settings.occasion, settings.point], chosen)
    part = "value" if variable == settings.value else "change"
    measured = {name for _, _, name in places}
    for point in points:
        if part == "change" and point.name not in measured:
            continue  # the time point before the administration itself
        at = _at(bench, settings, point)
        for key in declared.keys:
            add_summary(
                bench, declared, key,
                places.get((key, point.occasion, point.name), NO_PLACES), variable,
                [at, present(variable)],
                row=f"{paramcd}.{point.key}", column=f"{key}.{part}",
                formats=continuous_formats(decimals), statistics=statistics,
                levels=_levels(settings, paramcd, point),
            )  # fmt: skip


def _at(bench: Bench, settings: ByTimePoint, point: Point) -> Condition:
    """Return the condition of one time point."""
    return Named(
        f"{bench.study.terms.administration} {point.occasion:g}, {point.name}",
        both(equal(settings.occasion, point.occasion), equal(settings.point, point.name)),
    )


def _levels(settings: ByTimePoint, paramcd: str, point: Point) -> dict[str, str]:
    """Return the grouping factors of a time point with their levels."""
    occasion = f"{point.occasion:g}"
    return {"PARAMCD": paramcd, settings.occasion: occasion, settings.point: point.name}


def _count_without_number(
    bench: Bench,
    settings: ByTimePoint,
    counted: WithoutNumber,
    paramcd: str,
    points: Sequence[Point],
) -> None:
    """Count the subjects with a result that is no number: ROW ends in WITHOUT_NUMBER."""
    declared = bench.declare(
        f"{paramcd}.{WITHOUT_NUMBER}", dataset=settings.dataset, label=counted.label,
        where=both(counted.condition, equal("PARAMCD", paramcd)),
        groupings=["PARAMCD", settings.occasion, settings.point],
    )  # fmt: skip
    scope = declared.scope
    found = bench.spread(scope).by([settings.occasion, settings.point])
    for point in points:
        for key in declared.keys:
            tally = found.get((key, point.occasion, point.name), NOTHING)
            bench.add(
                declared,
                Result(
                    row=f"{paramcd}.{point.key}.{WITHOUT_NUMBER}",
                    column=f"{key}.value",
                    statistics=[Statistic("n", len(tally.subjects), "count")],
                    levels={COLUMN: key, **_levels(settings, paramcd, point)},
                    set_id=bench.set_of(scope, key, tally, _at(bench, settings, point)),
                    denominator=bench.denominator(scope.columns, key),
                ),
            )


def _count_given(bench: Bench, given: Given, occasions: pd.Series) -> None:
    """Count the subjects who received each administration: ROW = `given.<administration>`."""
    declared = bench.declare(
        GIVEN, dataset=given.dataset, where=given.where, groupings=[given.occasion],
        label=bench.study.terms.fill("Subjects who received the {administration}"),
    )  # fmt: skip
    found = bench.spread(declared.scope).by([given.occasion])
    for number in map(float, np.unique(occasions)):
        for key in declared.keys:
            tally = found.get((key, number), NOTHING)
            bench.add(
                declared,
                Result(
                    row=f"{GIVEN}.{number:g}",
                    column=f"{key}.value",
                    statistics=[Statistic("n", len(tally.subjects), "count")],
                    levels={COLUMN: key, given.occasion: f"{number:g}"},
                    set_id=bench.set_of(declared.scope, key, tally, equal(given.occasion, number)),
                    denominator=bench.denominator(declared.scope.columns, key),
                ),
            )
