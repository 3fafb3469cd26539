"""Time-to-event results by column: events, quantiles, rates, follow-up, and the curve itself.

Records are those of one parameter of ADTTE: AVAL in days, CNSR 0 for an event. Times are given in
months of 30.4375 days (365.25 / 12).
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from csrkit.results.ard import Analysis, Result, Statistic, ard
from csrkit.results.counts import NO_SUBJECTS
from csrkit.results.formats import NOT_ESTIMABLE, NOT_REACHED
from csrkit.stats.survival import KaplanMeier, kaplan_meier, reverse_kaplan_meier

DAYS_PER_MONTH = 30.4375
NO_LIMIT = "The confidence limit is not defined where the curve is at 0 or 100%"


def quantiles(
    analysis: Analysis, records: pd.DataFrame, shares: Sequence[float], *, level: float = 0.95
) -> pd.DataFrame:
    """Estimate the times by which shares of the subjects have had the event.

    Returns
    -------
    pandas.DataFrame
        ARD rows estimate, conf.low, conf.high (months); ROW = `quantile.<share>`. A quantile that
        isn't reached is NR with its reason.
    """
    return ard(
        analysis,
        [
            _result(f"quantile.{share:g}", key, found, _quantile(curve, share))
            for key, found, curve in _curves(analysis, records, level)
            for share in shares
        ],
    )


def rates(
    analysis: Analysis, records: pd.DataFrame, months: Sequence[float], *, level: float = 0.95
) -> pd.DataFrame:
    """Estimate the shares of subjects free of the event at given months.

    Returns
    -------
    pandas.DataFrame
        ARD rows estimate, conf.low, conf.high (proportions), n.risk; ROW = `rate.<month>`.
    """
    results = []
    for key, found, curve in _curves(analysis, records, level):
        for row in curve.at(list(months)).to_dict("records"):
            results.append(_result(f"rate.{row['time']:g}", key, found, _at(curve, row)))
    return ard(analysis, results)


def follow_up(analysis: Analysis, records: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Estimate the median follow-up by the reverse Kaplan-Meier method.

    Returns
    -------
    pandas.DataFrame
        ARD rows estimate, conf.low, conf.high (months); ROW = `follow_up`.
    """
    return ard(
        analysis,
        [
            _result("follow_up", key, found, _quantile(curve, 0.5))
            for key, found, curve in _curves(analysis, records, level, reverse=True)
        ],
    )


def at_risk(analysis: Analysis, records: pd.DataFrame, months: Sequence[float]) -> pd.DataFrame:
    """Count the subjects at risk at given months: ARD rows n.risk; ROW = `at_risk.<month>`."""
    results = []
    for key, found, curve in _curves(analysis, records, 0.95):
        for row in curve.at(list(months)).to_dict("records"):
            statistics = [Statistic("n.risk", int(row["n_risk"]), "count")]
            results.append(_result(f"at_risk.{row['time']:g}", key, found, statistics))
    return ard(analysis, results)


def steps(analysis: Analysis, records: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Return the Kaplan-Meier curve, one ROW (`step.<number>`) a distinct time.

    Returns
    -------
    pandas.DataFrame
        ARD rows time (months), estimate, conf.low, conf.high, n.censor.
    """
    results = []
    for key, found, curve in _curves(analysis, records, level):
        for number, row in enumerate(curve.table.to_dict("records")):
            statistics = [
                Statistic("time", row["time"], "fixed2"),
                Statistic("estimate", row["survival"], "percent1"),
                Statistic("conf.low", row["lower"], "percent1", NO_LIMIT, NOT_ESTIMABLE),
                Statistic("conf.high", row["upper"], "percent1", NO_LIMIT, NOT_ESTIMABLE),
                Statistic("n.censor", int(row["n_censor"]), "count"),
            ]
            results.append(_result(f"step.{number}", key, found, statistics))
    return ard(analysis, results)


def _curves(
    analysis: Analysis, records: pd.DataFrame, level: float, *, reverse: bool = False
) -> Iterator[tuple[str, pd.DataFrame, KaplanMeier]]:
    """Yield the column, its records and their Kaplan-Meier estimate in months."""
    estimate = reverse_kaplan_meier if reverse else kaplan_meier
    expanded = analysis.records(records)
    for key in analysis.groups.keys:
        found = expanded.loc[expanded["COLUMN"] == key]
        time = found["AVAL"].to_numpy(dtype=float) / DAYS_PER_MONTH
        yield key, found, estimate(time, (found["CNSR"] == 0).to_numpy(), level)


def _quantile(curve: KaplanMeier, share: float) -> list[Statistic]:
    """Return a quantile; not reached is what the estimate may be, a limit is not estimable then."""
    found = curve.quantile(share)
    reasons = [_sentence(reason) if curve.n else NO_SUBJECTS for reason in found.reasons]
    absent = (NOT_REACHED if curve.n else NOT_ESTIMABLE, NOT_ESTIMABLE, NOT_ESTIMABLE)
    names = ("estimate", "conf.low", "conf.high")
    parts = zip(names, found, reasons, absent, strict=True)
    return [Statistic(name, value, "fixed1", reason, word) for name, value, reason, word in parts]


def _sentence(reason: str | None) -> str:
    """Return a reason of the estimate as a sentence of the results."""
    return reason[0].upper() + reason[1:] if reason else ""


def _at(curve: KaplanMeier, row: Mapping[Hashable, Any]) -> list[Statistic]:
    reason = NO_LIMIT
    if math.isnan(row["survival"]):
        reason = _sentence(row["reason"]) if curve.n else NO_SUBJECTS
    values = {"estimate": row["survival"], "conf.low": row["lower"], "conf.high": row["upper"]}
    if row["survival"] in (0, 1):
        values |= {"conf.low": math.nan, "conf.high": math.nan}
    return [
        *(Statistic(name, value, "percent1", reason) for name, value in values.items()),
        Statistic("n.risk", int(row["n_risk"]), "count"),
    ]


def _result(row: str, key: str, found: pd.DataFrame, statistics: list[Statistic]) -> Result:
    subjects = found["USUBJID"].tolist()
    return Result(row, key, statistics, variable="AVAL", records=len(found), subjects=subjects)
