"""Time-to-event results by column: quantiles, rates, follow-up, numbers at risk, and the curve.

Records are those of one parameter of ADTTE: AVAL in days, CNSR 0 for an event. Times are given in
months of 30.4375 days (365.25 / 12).
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

from csrkit.results.ard import Result, Statistic
from csrkit.results.bench import Bench
from csrkit.results.formats import NOT_ESTIMABLE, NOT_REACHED
from csrkit.results.model import COLUMN, Declared
from csrkit.results.spread import Tally, tally_of
from csrkit.results.verbs.counts import NO_SUBJECTS
from csrkit.stats.survival import KaplanMeier, kaplan_meier, reverse_kaplan_meier

DAYS_PER_MONTH = 30.4375
NO_LIMIT = "The confidence limit is not defined where the curve is at 0 or 100%"


def estimate_quantiles(bench: Bench, declared: Declared, shares: Sequence[float]) -> None:
    """Estimate the times by which shares of the subjects have had the event.

    Adds estimate, conf.low, conf.high (months); ROW = `quantile.<share>`. A quantile that isn't
    reached is NR with its reason.
    """
    for key, tally, curve in _curves(bench, declared):
        for share in shares:
            _add(bench, declared, f"quantile.{share:g}", key, tally, _quantile(curve, share))


def estimate_rates(bench: Bench, declared: Declared, months: Sequence[float]) -> None:
    """Estimate the shares of subjects free of the event at given months.

    Adds estimate, conf.low, conf.high (proportions), n.risk; ROW = `rate.<month>`.
    """
    for key, tally, curve in _curves(bench, declared):
        for row in curve.at(list(months)).to_dict("records"):
            _add(bench, declared, f"rate.{row['time']:g}", key, tally, _at(curve, row))


def estimate_follow_up(bench: Bench, declared: Declared) -> None:
    """Estimate the median follow-up by the reverse Kaplan-Meier method.

    Adds estimate, conf.low, conf.high (months); ROW = `follow_up`.
    """
    for key, tally, curve in _curves(bench, declared, reverse=True):
        _add(bench, declared, "follow_up", key, tally, _quantile(curve, 0.5))


def count_at_risk(bench: Bench, declared: Declared, months: Sequence[float]) -> None:
    """Count the subjects at risk at given months: n.risk; ROW = `at_risk.<month>`."""
    for key, tally, curve in _curves(bench, declared):
        for row in curve.at(list(months)).to_dict("records"):
            statistics = [Statistic("n.risk", int(row["n_risk"]), "count")]
            month = f"{row['time']:g}"
            _add(bench, declared, f"at_risk.{month}", key, tally, statistics, level=month)


def trace_curve(bench: Bench, declared: Declared) -> None:
    """Add the Kaplan-Meier curve, one ROW (`step.<number>`) a distinct time.

    Adds time (months), estimate, conf.low, conf.high, n.censor.
    """
    for key, tally, curve in _curves(bench, declared):
        for number, row in enumerate(curve.table.to_dict("records")):
            statistics = [
                Statistic("time", row["time"], "fixed2"),
                Statistic("estimate", row["survival"], "percent1"),
                Statistic("conf.low", row["lower"], "percent1", NO_LIMIT, NOT_ESTIMABLE),
                Statistic("conf.high", row["upper"], "percent1", NO_LIMIT, NOT_ESTIMABLE),
                Statistic("n.censor", int(row["n_censor"]), "count"),
            ]
            _add(bench, declared, f"step.{number}", key, tally, statistics)


def last_month(bench: Bench, declared: Declared) -> float:
    """Return the longest time of the analysis in months; 0 when it has no record."""
    spread = bench.spread(declared.scope)
    days = spread.frame["AVAL"].to_numpy(dtype=float)[spread.place]
    return float(days.max()) / DAYS_PER_MONTH if len(days) else 0.0


def _curves(
    bench: Bench, declared: Declared, *, reverse: bool = False
) -> Iterator[tuple[str, Tally, KaplanMeier]]:
    """Yield the column, its records counted, and their Kaplan-Meier estimate in months."""
    estimate = reverse_kaplan_meier if reverse else kaplan_meier
    level = declared.level
    for key, found in bench.spread(declared.scope).frames().items():
        time = found["AVAL"].to_numpy(dtype=float) / DAYS_PER_MONTH
        yield key, tally_of(found), estimate(time, (found["CNSR"] == 0).to_numpy(), level)


def _quantile(curve: KaplanMeier, share: float) -> list[Statistic]:
    """Return a quantile; not reached is what the estimate may be, a limit is not estimable then."""
    found = curve.quantile(share)
    reasons = [_sentence(reason) if curve.n else NO_SUBJECTS for reason in found.reasons]
    shown_as = (NOT_REACHED if curve.n else NOT_ESTIMABLE, NOT_ESTIMABLE, NOT_ESTIMABLE)
    names = ("estimate", "conf.low", "conf.high")
    parts = zip(names, found, reasons, shown_as, strict=True)
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


def _add(
    bench: Bench,
    declared: Declared,
    row: str,
    key: str,
    tally: Tally,
    statistics: list[Statistic],
    level: str = "",
) -> None:
    bench.add(
        declared,
        Result(
            row=row,
            column=key,
            statistics=statistics,
            levels={COLUMN: key},
            set_id=bench.set_of(declared.scope, key, tally),
            variable="AVAL",
            level=level,
        ),
    )
