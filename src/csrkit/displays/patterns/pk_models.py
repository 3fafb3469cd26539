"""Layout of `dose_proportionality` and `accumulation`."""

from __future__ import annotations

from csrkit.displays.arrange import Line, Shelf, heading
from csrkit.displays.model import Display
from csrkit.index.settings.pk import Accumulation, DoseProportionality
from csrkit.results.patterns.pk_models import EXPECTED, TOGETHER
from csrkit.results.templates import ESTIMATE_INTERVAL


def arrange_dose_proportionality(shelf: Shelf, settings: DoseProportionality) -> Display:
    """Show a block a profile and parameter: values, slope, limits and conclusion."""
    terms, numbers = shelf.study.terms, shelf.study.assumptions.pk_infusions.value
    blocks = {f"infusion{number}": f"{{Administration}} {number}" for number in numbers}
    if settings.all_profiles:
        blocks[TOGETHER] = f"{{Administrations}} {' and '.join(map(str, numbers))}"
    lines: list[Line] = []
    for prefix, label in blocks.items():
        lines.append(heading(terms.fill(label)))
        for one in settings.parameters:
            row = f"{prefix}.{one.paramcd}"
            lines += [
                heading(one.label, 1),
                Line("Values (subjects), n", row, "{n} ({n_subjects})", 2),
                Line(f"Slope ({settings.level:.0%} CI)", row, ESTIMATE_INTERVAL, 2),
                Line("Limits of proportionality", row, "({limit.low}, {limit.high})", 2),
                Line("Highest by lowest dose", row, "{dose_ratio}", 2),
                Line("Conclusion", row, "{conclusion}", 2),
            ]
            if prefix == TOGETHER:
                lines.append(Line("Effect of the subject", row, "{model}", 2))
    return shelf.table(shelf.columns(), lines, stub="Parameter")


def arrange_accumulation(shelf: Shelf, settings: Accumulation) -> Display:
    """Show a block a parameter: subjects with both profiles, and the ratio; then the expected."""
    study = shelf.study
    numbers = study.assumptions.pk_infusions.value
    interval = f"({settings.level:.0%} CI)"
    pair = study.terms.fill(f"{{administration}} {numbers[-1]} / {{administration}} {numbers[0]}")
    lines: list[Line] = []
    for one in settings.parameters:
        lines += [
            heading(one.label),
            Line("Subjects with both, n", one.paramcd, "{n}", 1),
            Line(f"Ratio of geometric means {interval}, {pair}", one.paramcd, ESTIMATE_INTERVAL, 1),
        ]
    if settings.rate_constant:
        lines += [
            heading("Expected accumulation"),
            Line("Subjects, n", EXPECTED, "{n}", 1),
            Line(f"Geometric mean {interval}", EXPECTED, ESTIMATE_INTERVAL, 1),
        ]
    return shelf.table(shelf.columns(), lines, stub="Parameter")
