"""Incidence rates by exposure: subjects with an event, by the time at risk of all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from csrkit.conditions import Condition, both
from csrkit.errors import StudyError
from csrkit.results.ard import Result, Statistic
from csrkit.results.bench import Bench
from csrkit.results.model import COLUMN, Declared
from csrkit.results.spread import Tally
from csrkit.results.verbs.counts import NO_SUBJECTS
from csrkit.stats.estimate import Estimate, missing
from csrkit.stats.incidence import exposure_adjusted_rate, piecewise_exposure

DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class AtRisk:
    """Where the time at risk is found: day of a record, and days of a subject without one."""

    day: str
    days: str


def estimate_rate(
    bench: Bench, declared: Declared, row: str, at_risk: AtRisk, per_years: float, *more: Condition
) -> None:
    """Estimate the exposure-adjusted incidence rate of each column.

    Adds n (subjects with a record), N, exposure (patient-years), estimate, conf.low, conf.high
    (per `per_years` patient-years).

    Raises
    ------
    StudyError
        When a subject of a column has no time at risk.
    """
    level = declared.level
    for key, tally, years, events in _times(bench, declared, at_risk, more):
        found = exposure_adjusted_rate(years, events, per_years, level)
        total = declared.scope.columns[key].total
        statistics = [
            Statistic("n", found.events, "count"),
            Statistic("N", total, "count"),
            Statistic("exposure", found.exposure, "fixed2"),
            *(
                Statistic.of(name, one if total else missing(NO_SUBJECTS), "fixed1")
                for name, one in (
                    ("estimate", found.rate),
                    ("conf.low", found.lower),
                    ("conf.high", found.upper),
                )
            ),
        ]
        _add(bench, declared, row, key, tally, statistics, more)


def estimate_rates_by_period(
    bench: Bench,
    declared: Declared,
    row: str,
    at_risk: AtRisk,
    per_years: float,
    cuts: Sequence[int],
    *more: Condition,
) -> None:
    """Estimate the incidence rate of each column by period; ROW = `<row>.after.<day>`.

    Adds n.risk, n.event, exposure, estimate, conf.low, conf.high.
    """
    level = declared.level
    years_cut = [cut / DAYS_PER_YEAR for cut in cuts]
    names = {"estimate": "rate", "conf.low": "lower", "conf.high": "upper"}
    for key, tally, years, events in _times(bench, declared, at_risk, more):
        table = piecewise_exposure(years, events, years_cut, per_years, level)
        for start, line in zip((0, *cuts), table.to_dict("records"), strict=True):
            reason = line["reason"]
            estimates = {
                name: missing(reason) if reason else Estimate(float(line[column]))
                for name, column in names.items()
            }
            statistics = [
                Statistic("n.risk", int(line["n_risk"]), "count"),
                Statistic("n.event", int(line["n_event"]), "count"),
                Statistic("exposure", float(line["exposure"]), "fixed2"),
                *(Statistic.of(name, one, "fixed1") for name, one in estimates.items()),
            ]
            _add(bench, declared, f"{row}.after.{start}", key, tally, statistics, more, str(start))


def _times(
    bench: Bench, declared: Declared, at_risk: AtRisk, more: Sequence[Condition]
) -> Iterator[tuple[str, Tally, np.ndarray, np.ndarray]]:
    """Yield each column, its records, years at risk by subject, and who has a record."""
    scope = declared.scope
    spread = bench.spread(scope)
    frame = spread.frame
    chosen = bench.holds(frame, both(*more), scope.dataset)
    first = frame[chosen].groupby("USUBJID")[at_risk.day].min()
    whole = bench.records("ADSL").set_index("USUBJID")[at_risk.days]
    for key, tally in spread.tally(chosen).items():
        subjects = scope.columns[key].subjects
        days = whole.reindex(subjects)
        _require_days(bench, at_risk, key, days)
        events = np.isin(subjects, tally.subjects)
        # An event can't come before the time at risk, or after it.
        to_event = np.minimum(first.reindex(subjects).clip(lower=1).fillna(np.inf), days)
        yield key, tally, np.where(events, to_event, days) / DAYS_PER_YEAR, events


def _require_days(bench: Bench, at_risk: AtRisk, key: str, days: pd.Series) -> None:
    lacking = days[days.isna()]
    if len(lacking):
        raise StudyError(
            "A subject has no time at risk",
            where=f"display {bench.entry.key}, column {key}, variable ADSL.{at_risk.days}",
            found=f"{len(lacking)} subjects: {', '.join(map(str, lacking.index[:5]))}",
            allowed="a number of days for every subject of the analysis set",
            remedy="Use an analysis set of treated subjects, or another variable (at_risk).",
        )


def _add(
    bench: Bench,
    declared: Declared,
    row: str,
    key: str,
    tally: Tally,
    statistics: list[Statistic],
    more: Sequence[Condition],
    level: str = "",
) -> None:
    scope = declared.scope
    bench.add(
        declared,
        Result(
            row=row,
            column=key,
            statistics=statistics,
            levels={COLUMN: key},
            set_id=bench.set_of(scope, key, tally, *more),
            denominator=bench.denominator(scope.columns, key),
            variable=declared.analysis.variable,
            level=level,
        ),
    )
