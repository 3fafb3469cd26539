"""Analyses of `by_visit` and `shift`."""

from __future__ import annotations

import numpy as np
import pandas as pd

from csrkit.conditions import both, equal, present
from csrkit.index.settings.findings import ByVisit, Shift
from csrkit.results.bench import Bench
from csrkit.results.methods import SUMMARY
from csrkit.results.model import Declared
from csrkit.results.verbs.shifts import Shifted, cross_shift
from csrkit.results.verbs.summaries import NO_PLACES, add_summary, continuous_formats

STATISTICS = ("n", "mean", "sd", "median", "min", "max")
MOST_DECIMALS = 3


def analyse_by_visit(bench: Bench, settings: ByVisit) -> None:
    """Summarise each parameter's value at each visit, and its change from baseline."""
    bench.head_columns()
    named = [settings.value, settings.visit, settings.order]
    frame = bench.frame_with(settings.dataset, [*named, *filter(None, [settings.change])])
    known = frame[bench.holds(frame, settings.condition, settings.dataset)]
    known = known[known[settings.value].notna()]
    parameters = parameters_of(known, settings.parameters)
    variables = [name for name in (settings.value, settings.change) if name]
    for paramcd, param in parameters.items():
        declared = bench.declare(
            paramcd, dataset=settings.dataset, method=SUMMARY, label=param,
            where=both(settings.condition, equal("PARAMCD", paramcd)),
            groupings=["PARAMCD", settings.visit], variable=settings.value,
        )  # fmt: skip
        own = known[known["PARAMCD"] == paramcd]
        decimals = settings.decimals.get(paramcd, decimals_of(own[settings.value]))
        visits = own.drop_duplicates(settings.order).sort_values(settings.order)
        names = dict(zip(visits[settings.order], visits[settings.visit], strict=True))
        for variable in variables:
            _summarise(bench, declared, settings, paramcd, variable, names, decimals)


def _summarise(
    bench: Bench,
    declared: Declared,
    settings: ByVisit,
    paramcd: str,
    variable: str,
    visits: dict[float, str],
    decimals: int,
) -> None:
    spread = bench.spread(declared.scope)
    chosen = bench.holds(spread.frame, present(variable), settings.dataset)
    places = spread.places([settings.order], chosen)
    part = "value" if variable == settings.value else "change"
    measured = {visit for _, visit in places}
    for visit, name in visits.items():
        if part == "change" and visit not in measured:
            continue  # the visit of the baseline itself
        for key in declared.keys:
            add_summary(
                bench, declared, key, places.get((key, visit), NO_PLACES), variable,
                [equal(settings.order, float(visit)), present(variable)],
                row=f"{paramcd}.{visit:g}", column=f"{key}.{part}",
                formats=continuous_formats(decimals), statistics=STATISTICS,
                levels={"PARAMCD": paramcd, settings.visit: name},
            )  # fmt: skip


def analyse_shift(bench: Bench, settings: Shift) -> None:
    """Cross the value at baseline with the worst one, by parameter and direction."""
    bench.head_columns()
    named = [n for one in settings.directions for n in (one.value, one.baseline, one.flag)]
    frame = bench.frame_with(settings.dataset, named)
    chosen = frame[bench.holds(frame, settings.condition, settings.dataset)]
    for paramcd, param in parameters_of(frame, ()).items():
        own = chosen[chosen["PARAMCD"] == paramcd]
        for direction in settings.directions:
            if own[direction.value].isna().all():
                continue
            declared = bench.declare(
                f"{paramcd}.{direction.name}", dataset=settings.dataset,
                where=settings.condition, label=f"{param}, {direction.name}",
                variable=direction.value, groupings=["PARAMCD", direction.baseline],
            )  # fmt: skip
            row = f"{paramcd}.{direction.name}"
            levels = tuple(settings.levels)
            cross_shift(Shifted(bench, declared, direction, paramcd, levels, row))


def parameters_of(records: pd.DataFrame, wanted: tuple[str, ...]) -> dict[str, str]:
    """Return PARAMCD → PARAM: those wanted, else all, by category and name."""
    named = ["PARCAT1", "PARAM", "PARAMCD"] if "PARCAT1" in records else ["PARAM", "PARAMCD"]
    known = records[named].drop_duplicates().sort_values(named)
    found = {
        str(code): str(name) for code, name in zip(known["PARAMCD"], known["PARAM"], strict=True)
    }
    return {code: found[code] for code in wanted if code in found} if wanted else found


def decimals_of(values: pd.Series) -> int:
    """Return how many decimals the data have, at most MOST_DECIMALS."""
    numbers = values.to_numpy(dtype=float)
    for digits in range(MOST_DECIMALS):
        if np.allclose(numbers, np.round(numbers, digits), rtol=0, atol=1e-9):
            return digits
    return MOST_DECIMALS
