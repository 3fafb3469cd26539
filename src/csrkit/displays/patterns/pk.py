"""Layout of `concentration` and `parameters`."""

from __future__ import annotations

from csrkit.displays.arrange import Line, Shelf, heading
from csrkit.displays.model import Column, Display
from csrkit.index.settings.pk import Concentration, Parameters
from csrkit.results.patterns.pk import time_label
from csrkit.results.templates import COUNT

ROWS = {
    "n (n BLQ)": "{n} ({n_blq})",
    "Mean (SD)": "{mean} ({sd})",
    "CV%": "{cv}",
    "Geometric mean (CV%)": "{geom_mean} ({geom_cv})",
    "Median": "{median}",
    "Min, max": "{min}, {max}",
}
FULL = {
    "n": "{n}",
    "Mean (SD)": "{mean} ({sd})",
    "CV%": "{cv}",
    "Geometric mean (geometric CV%)": "{geom_mean} ({geom_cv})",
    "Median": "{median}",
    "Minimum, maximum": "{min}, {max}",
}
RANGE = {"n": "{n}", "Median (minimum, maximum)": "{median} ({min}, {max})"}


def arrange_concentration(shelf: Shelf, settings: Concentration) -> Display:
    """Show a block a profile and column group, a column a planned time."""
    study = shelf.study
    lines: list[Line] = []
    for number in study.assumptions.pk_infusions.value:
        for group in shelf.columns():
            lines.append(heading(f"{_administration(shelf, number)}, {group.header}"))
            row = f"infusion{number}.{group.key}"
            lines += [Line(label, row, template, indent=1) for label, template in ROWS.items()]
    columns = [Column(f"h{hours:g}", time_label(hours)) for hours in planned_times(shelf)]
    shown = lines if _some(shelf) else []
    return shelf.table(columns, shown, stub=f"{settings.name} ({settings.unit})")


def arrange_parameters(shelf: Shelf, settings: Parameters) -> Display:
    """Show a block a profile and parameter; below it why it isn't there or isn't used."""
    lines: list[Line] = []
    for number in shelf.study.assumptions.pk_infusions.value:
        lines.append(heading(_administration(shelf, number)))
        for parameter in settings.parameters:
            row = f"infusion{number}.{parameter.paramcd}"
            shown = FULL if parameter.show == "full" else RANGE
            lines.append(heading(parameter.label, indent=1))
            lines += [Line(label, row, template, indent=2) for label, template in shown.items()]
            lines += [
                Line(f"{words}: {_uncapitalised(one.level)}", one.row, COUNT, indent=2)
                for words, kind in (("Not calculated", "missing"), ("Not used", "excluded"))
                for one in shelf.rows(f"{row}.{kind}")
            ]
    return shelf.table(shelf.columns(), lines if _some(shelf) else [], stub="Parameter (unit)")


def planned_times(shelf: Shelf) -> list[float]:
    """Return the planned times of the results, in order."""
    return [float(hours) for hours in dict.fromkeys(shelf.ard["LEVEL3"]) if hours]


def _administration(shelf: Shelf, number: int) -> str:
    return shelf.study.terms.fill(f"{{Administration}} {number}")


def _some(shelf: Shelf) -> bool:
    """Tell whether any result beside the heads of the columns counts a record."""
    below = shelf.ard[shelf.ard["LEVEL2"] != ""]
    return bool((below["N_RECORDS"] > 0).any())


def _uncapitalised(reason: str) -> str:
    """Return a reason with a small letter, to stand after a colon; a symbol stays as it is."""
    return reason[:1].lower() + reason[1:] if reason[1:2].islower() else reason
