"""Cumulative incidence of an event by column, another event competing.

Records are those of one parameter of an ADTTE-like dataset, AVAL in days.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from csrkit.conditions import Condition
from csrkit.errors import StudyError
from csrkit.results.ard import Result, Statistic
from csrkit.results.bench import Bench
from csrkit.results.model import COLUMN, Declared
from csrkit.results.spread import tally_of
from csrkit.results.verbs.counts import NO_SUBJECTS
from csrkit.results.verbs.times import DAYS_PER_MONTH
from csrkit.stats.estimate import Estimate, missing
from csrkit.stats.survival.competing import cumulative_incidence

EVENT, COMPETING = 1, 2


def estimate_incidence(
    bench: Bench,
    declared: Declared,
    event: Condition,
    competing: Condition,
    months: Sequence[float],
) -> None:
    """Estimate the share of the subjects of each column with the event by given months.

    Adds estimate, conf.low, conf.high, n.risk; ROW = `incidence.<month>`.

    Raises
    ------
    StudyError
        When a record is both of the event and of the competing one.
    """
    scope, level = declared.scope, declared.level
    spread = bench.spread(scope)
    first, other = (bench.holds(spread.frame, one, scope.dataset) for one in (event, competing))
    if (first & other).any():
        raise StudyError(
            "An event competes with itself",
            where=f"tlf.yml, key displays.{bench.entry.key}.settings",
            found=f"subject {spread.frame['USUBJID'][first & other].iloc[0]} has both",
            allowed="no record that meets the conditions of event and competing",
            remedy="Correct the conditions.",
        )
    cause = np.where(first, EVENT, np.where(other, COMPETING, 0))
    for key in declared.keys:
        places = spread.together([key])
        records = spread.frame.iloc[places]
        time = records["AVAL"].to_numpy(dtype=float) / DAYS_PER_MONTH
        found = cumulative_incidence(time, cause[places], EVENT, level).at(list(months))
        tally = tally_of(records)
        for line in found.to_dict("records"):
            month = f"{line['time']:g}"
            bench.add(
                declared,
                Result(
                    row=f"incidence.{month}",
                    column=key,
                    statistics=[
                        Statistic.of(name, _estimate(line[column], line["reason"]), "percent1")
                        for name, column in (
                            ("estimate", "incidence"),
                            ("conf.low", "lower"),
                            ("conf.high", "upper"),
                        )
                    ]
                    + [Statistic("n.risk", int(line["n_risk"]), "count")],
                    levels={COLUMN: key},
                    set_id=bench.set_of(scope, key, tally),
                    variable="AVAL",
                    level=month,
                ),
            )


def _estimate(value: float, reason: str | None) -> Estimate:
    return missing(reason or NO_SUBJECTS) if np.isnan(value) else Estimate(float(value))
