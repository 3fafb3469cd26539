"""Analyses of `dose_proportionality` and `accumulation`."""

from __future__ import annotations

from csrkit.conditions import Comparison, Condition, Named, both, equal, one_of
from csrkit.errors import StudyError
from csrkit.index.settings.pk import Accumulation, DoseProportionality, ModelledParameter
from csrkit.results.bench import Bench
from csrkit.results.methods import ACCUMULATION, EXPECTED_ACCUMULATION, POWER_MODEL
from csrkit.results.patterns.pk import infusion
from csrkit.results.verbs.accumulation import estimate_accumulation, expect_accumulation
from csrkit.results.verbs.proportionality import estimate_slope

NUMBER = "INFNUM"
HOURS_PER_DAY = 24
TOGETHER = "profiles"
"""Begins the ROW of a model of all profiles together."""
EXPECTED = "expected"


def analyse_dose_proportionality(bench: Bench, settings: DoseProportionality) -> None:
    """Fit the power model to each profile and parameter, and to all profiles together."""
    bench.head_columns()
    numbers = bench.study.assumptions.pk_infusions.value
    for number in numbers:
        for one in settings.parameters:
            _slope(bench, settings, one, f"infusion{number}", infusion(bench, number), str(number))
    if settings.all_profiles:
        for one in settings.parameters:
            _slope(bench, settings, one, TOGETHER, profiles(bench, numbers), "")


def analyse_accumulation(bench: Bench, settings: Accumulation) -> None:
    """Estimate the accumulation of each parameter, and the one expected.

    Raises
    ------
    StudyError
        When the study has no two profiles, or no dosing interval.
    """
    bench.head_columns()
    first, later, interval = _profiles_and_interval(bench)
    for one in settings.parameters:
        declared = bench.declare(
            one.paramcd, dataset=settings.dataset, method=ACCUMULATION, level=settings.level,
            where=_values(settings, one.paramcd, profiles(bench, (first, later))),
            label=one.label, variable="AVAL", groupings=[NUMBER], first=first, later=later,
        )  # fmt: skip
        estimate_accumulation(bench, declared, one.paramcd, NUMBER, first, later)
    if settings.rate_constant:
        above = Comparison("AVAL", "GT", (0,))
        declared = bench.declare(
            EXPECTED, dataset=settings.dataset, method=EXPECTED_ACCUMULATION, level=settings.level,
            where=both(
                _values(settings, settings.rate_constant, infusion(bench, first)), above
            ),
            label="Expected accumulation", variable="AVAL", interval_hours=interval,
        )  # fmt: skip
        expect_accumulation(bench, declared, EXPECTED, interval)


def profiles(bench: Bench, numbers: tuple[int, ...]) -> Condition:
    """Return the condition of some administrations."""
    named = " and ".join(map(str, numbers))
    return Named(f"{bench.study.terms.administrations} {named}", one_of(NUMBER, numbers))


def _slope(
    bench: Bench,
    settings: DoseProportionality,
    one: ModelledParameter,
    prefix: str,
    profile: Condition,
    number: str,
) -> None:
    limits = bench.study.assumptions.dose_proportionality_limits.value
    row = f"{prefix}.{one.paramcd}"
    given = Comparison(settings.dose, "GT", (0,))
    declared = bench.declare(
        row, dataset=settings.dataset, method=POWER_MODEL, level=settings.level,
        where=both(_values(settings, one.paramcd, profile), given), label=one.label,
        variable="AVAL", dose=settings.dose, limits=list(limits),
    )  # fmt: skip
    levels = {NUMBER: number} if number else {}
    estimate_slope(bench, declared, row, settings.dose, limits, levels)


def _values(
    settings: DoseProportionality | Accumulation, paramcd: str, profile: Condition
) -> Condition:
    """Return the condition of the values of a parameter in some profiles that are used."""
    return both(
        settings.condition,
        equal("PARCAT1", settings.analyte),
        equal("PARAMCD", paramcd),
        profile,
        settings.values_used,
    )


def _profiles_and_interval(bench: Bench) -> tuple[int, int, float]:
    """Return the numbers of the first and the last full profile, and the interval in hours."""
    study = bench.study
    numbers = study.assumptions.pk_infusions.value
    days = study.treatment.infusion_interval_days
    if len(numbers) < 2 or days is None:
        raise StudyError(
            "The study has no accumulation to show",
            where=f"{study.file}, keys assumptions.pk_infusions, treatment.infusion_interval_days",
            found=f"profiles {', '.join(map(str, numbers))}; interval {days}",
            allowed="two profiles, and the days between doses",
            remedy="Correct the study, or take the display out of tlf.yml.",
        )
    return numbers[0], numbers[-1], float(days) * HOURS_PER_DAY
