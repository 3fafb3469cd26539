"""Dose proportionality: the power model of a parameter, and what its slope shows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from csrkit.results.ard import Result, Statistic
from csrkit.results.bench import Bench
from csrkit.results.model import COLUMN, Declared
from csrkit.results.spread import tally_of
from csrkit.stats.dose_proportionality import PowerModel, power_model, proportionality_limits
from csrkit.stats.estimate import Estimate, missing

PROPORTIONAL, INCONCLUSIVE = "Proportional", "Inconclusive"
MORE, LESS = "More than proportional", "Less than proportional"


def estimate_slope(
    bench: Bench,
    declared: Declared,
    row: str,
    dose: str,
    limits: tuple[float, float],
    levels: Mapping[str, str],
) -> None:
    """Fit the power model of AVAL on dose in each column, and conclude from its slope.

    Adds n (values), N (subjects), estimate, conf.low, conf.high (the slope), dose_ratio, limit.low,
    limit.high, conclusion and model (Fixed or Mixed).

    Parameters
    ----------
    dose
        Variable of the dose.
    limits
        Limits of the ratio of dose-normalised means at the highest and the lowest dose.
    levels
        Further grouping factors and levels.
    """
    scope, level = declared.scope, declared.level
    for key, records in bench.spread(scope).frames().items():
        doses = records[dose].to_numpy(dtype=float)
        model = power_model(
            doses,
            records["AVAL"].to_numpy(dtype=float),
            records["USUBJID"].to_numpy(),
            level,
        )
        tally = tally_of(records)
        bench.add(
            declared,
            Result(
                row=row,
                column=key,
                statistics=[
                    Statistic("n", model.n, "count"),
                    Statistic("n_subjects", model.subjects, "count"),
                    Statistic.of("estimate", model.slope, "fixed2"),
                    Statistic.of("conf.low", model.lower, "fixed2"),
                    Statistic.of("conf.high", model.upper, "fixed2"),
                    *_conclusion(model, doses, limits),
                ],
                levels={COLUMN: key, **levels},
                set_id=bench.set_of(scope, key, tally),
                variable="AVAL",
            ),
        )


def conclude(lower: float, upper: float, limits: tuple[float, float]) -> str:
    """Say what the interval of a slope shows, by the limits of proportionality for it."""
    if limits[0] <= lower and upper <= limits[1]:
        return PROPORTIONAL
    if lower > limits[1]:
        return MORE
    return LESS if upper < limits[0] else INCONCLUSIVE


def _conclusion(
    model: PowerModel, doses: np.ndarray, limits: tuple[float, float]
) -> list[Statistic]:
    """Return the ratio of doses, the limits for the slope, the conclusion, and the model used."""
    if model.slope.reason:
        none = missing(model.slope.reason)
        names = {"dose_ratio": "fixed2", "limit.low": "fixed2", "limit.high": "fixed2"}
        absent = [Statistic.of(name, none, written) for name, written in names.items()]
        return [*absent, *(Statistic.of(name, none, "text") for name in ("conclusion", "model"))]
    ratio = float(doses.max() / doses.min())
    low, high = proportionality_limits(ratio, *limits)
    reason = model.lower.reason
    shown = (
        Statistic("conclusion", None, "text", reason)
        if reason
        else Statistic.text(
            "conclusion", conclude(model.lower.value, model.upper.value, (low, high))
        )
    )
    return [
        Statistic.of("dose_ratio", Estimate(ratio), "fixed2"),
        Statistic.of("limit.low", Estimate(low), "fixed2"),
        Statistic.of("limit.high", Estimate(high), "fixed2"),
        shown,
        Statistic.text("model", model.model.capitalize()),
    ]
