"""Analyses of `concentration`, `profile` and `parameters`."""

from __future__ import annotations

from csrkit.conditions import Condition, Named, Not, both, equal, missing, present
from csrkit.index.settings.pk import Concentration, Parameters
from csrkit.results.ard import Result, Statistic
from csrkit.results.bench import Bench
from csrkit.results.methods import SUMMARY
from csrkit.results.model import COLUMN, Declared
from csrkit.results.verbs.counts import count_levels
from csrkit.results.verbs.summaries import (
    PHARMACOKINETIC,
    significant_formats,
    summarise_values,
)

PROFILE = ("n", "mean", "sd")
CALCULATED = Named("calculated", present("AVAL"))
NOT_CALCULATED = Named("not calculated", missing("AVAL"))


def analyse_concentration(bench: Bench, settings: Concentration) -> None:
    """Summarise the concentrations of each profile at each planned time."""
    _by_time(bench, settings, PHARMACOKINETIC)


def analyse_profile(bench: Bench, settings: Concentration) -> None:
    """Give the means and standard deviations of each profile at each planned time."""
    _by_time(bench, settings, PROFILE)


def analyse_parameters(bench: Bench, settings: Parameters) -> None:
    """Summarise parameters of each profile; count why they aren't there, or aren't used."""
    bench.head_columns()
    for number in bench.study.assumptions.pk_infusions.value:
        for parameter in settings.parameters:
            row = f"infusion{number}.{parameter.paramcd}"
            where = both(
                settings.condition,
                equal("PARCAT1", settings.analyte),
                infusion(bench, number),
                equal("PARAMCD", parameter.paramcd),
            )
            declared = bench.declare(
                row, dataset=settings.dataset, where=where, method=SUMMARY,
                label=parameter.label, variable="AVAL",
            )  # fmt: skip
            summarise_values(
                bench, declared, "AVAL", settings.values_used, row=row,
                formats=significant_formats(), statistics=PHARMACOKINETIC,
                levels={"INFNUM": str(number)},
            )  # fmt: skip
            reasons = bench.declare(
                f"{row}.missing", dataset=settings.dataset, where=both(where, NOT_CALCULATED),
                label=f"{parameter.label}, not calculated", variable=settings.reason,
                groupings=[settings.reason],
            )  # fmt: skip
            count_levels(bench, reasons, settings.reason, prefix=f"{row}.missing", percent=False)
            excluded = bench.declare(
                f"{row}.excluded", dataset=settings.dataset,
                where=both(where, CALCULATED, Named("not used", Not(settings.used))),
                label=f"{parameter.label}, not used", variable=settings.excluded,
                groupings=[settings.excluded],
            )  # fmt: skip
            count_levels(
                bench, excluded, settings.excluded, prefix=f"{row}.excluded", percent=False
            )


def infusion(bench: Bench, number: int) -> Condition:
    """Return the condition of one administration."""
    return Named(f"{bench.study.terms.administration} {number}", equal("INFNUM", number))


def time_label(hours: float) -> str:
    """Return the name of a planned time after the start of an infusion."""
    return f"{hours:g} h" if hours > 0 else "Pre-dose"


def _by_time(bench: Bench, settings: Concentration, statistics: tuple[str, ...]) -> None:
    """Summarise at each time: ROW = `infusion<number>.<column group>`, COLUMN = `h<hours>`.

    Beside the statistics of the value stands n_blq, the number of subjects whose result was below
    quantification.
    """
    bench.head_columns()
    where = both(equal("PARAMCD", settings.paramcd), settings.condition)
    declared = bench.declare(
        "times", dataset=settings.dataset, where=where, method=SUMMARY,
        label=settings.name, variable=settings.value, groupings=["INFNUM", "NRRLT"],
    )  # fmt: skip
    below = bench.declare(
        "below", dataset=settings.dataset, where=where,
        label=f"{settings.name}, below quantification", groupings=["INFNUM", "NRRLT"],
    )  # fmt: skip
    for number in bench.study.assumptions.pk_infusions.value:
        for hours in _planned_times(bench, declared):
            at = Named(f"planned at {time_label(hours)}", equal("NRRLT", hours))
            more = [infusion(bench, number), at]
            levels = {"INFNUM": str(number), "NRRLT": f"{hours:g}"}
            summarise_values(
                bench, declared, settings.value, *more, row=f"infusion{number}.{{column}}",
                column=f"h{hours:g}", formats=significant_formats(), statistics=statistics,
                levels=levels,
            )  # fmt: skip
            _count_below(bench, below, settings.below, more, levels)


def _count_below(
    bench: Bench, declared: Declared, flag: str, more: list[Condition], levels: dict[str, str]
) -> None:
    scope = declared.scope
    spread = bench.spread(scope)
    conditions = [*more, Named("below the limit of quantification", equal(flag, "Y"))]
    found = spread.tally(bench.holds(spread.frame, both(*conditions), scope.dataset))
    for key, tally in found.items():
        bench.add(
            declared,
            Result(
                row=f"infusion{levels['INFNUM']}.{key}",
                column=f"h{levels['NRRLT']}",
                statistics=[Statistic("n_blq", len(tally.subjects), "count")],
                levels={COLUMN: key, **levels},
                set_id=bench.set_of(scope, key, tally, *conditions),
                variable=flag,
                level="Y",
            ),
        )


def _planned_times(bench: Bench, declared: Declared) -> list[float]:
    """Return the hours after an infusion that were planned, or that samples were planned for."""
    assumed = bench.study.assumptions
    used = bench.spread(declared.scope).frame
    profiles = used[used["INFNUM"].isin(assumed.pk_infusions.value)]
    return sorted({*map(float, assumed.pk_times_hours.value), *profiles["NRRLT"].dropna()})
