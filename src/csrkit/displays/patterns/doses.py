"""Layout of `dose_decision`: a column a dose, a row a rule, a design or an estimate."""

from __future__ import annotations

from csrkit.displays.arrange import Line, Shelf, heading
from csrkit.displays.model import Display
from csrkit.index.settings.doses import DoseDecision
from csrkit.results.templates import COUNT_PERCENT, INTERVAL

MTD = "The maximum tolerated dose is the one that BOIN selects when the trial ends as it stands."
ENDS = (
    "BOIN and mTPI-2 look at one dose alone: where no higher dose is planned, escalate means stay, "
    "and where there is no lower one, de-escalate means stop."
)


def arrange_dose_decision(shelf: Shelf, settings: DoseDecision) -> Display:
    """Show DLTs, the decisions side by side, the estimates of the rate, and the MTD of BOIN."""
    assumed = shelf.study.assumptions
    target = f"{assumed.dlt_target_rate.value:.0%}"
    lines = [
        Line("DLT-evaluable subjects, n", "dlts", "{N}"),
        Line("Subjects with a DLT, n (%)", "dlts", COUNT_PERCENT),
        heading("Decision"),
        Line(f"{assumed.escalation_rule.value} rule", "rule", "{decision}", 1),
        Line("BOIN", "boin", "{decision}", 1),
        Line("mTPI-2", "mtpi2", "{decision}", 1),
        Line("Boundaries of BOIN, λe and λd (%)", "boin", "{boundary.low}, {boundary.high}"),
        heading("DLT rate"),
        Line("Isotonic estimate (%)", "isotonic", "{estimate}", 1),
        Line("Posterior mean (%)", "posterior", "{mean}", 1),
        Line(f"{settings.level:.0%} credible interval (%)", "posterior", INTERVAL, 1),
        Line(f"Probability of a rate above {target}", "posterior", "{prob}", 1),
        Line("Maximum tolerated dose by BOIN", "mtd", "{mtd}"),
    ]
    return shelf.table(shelf.columns(), lines, stub="Statistic", notes=[ENDS, MTD])
