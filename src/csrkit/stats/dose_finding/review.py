"""The 3+3 rule over all doses of a trial: what each calls for, and the maximum tolerated dose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from csrkit.stats.dose_finding.rules import (
    DE_ESCALATE,
    ESCALATE,
    EXPAND,
    HIGHEST_TOLERATED,
    Decision,
    three_plus_three,
)

MTD = "MAXIMUM TOLERATED DOSE"
COHORT_OF_6 = 6

LOWER_TOO_TOXIC = Decision(DE_ESCALATE, "A lower dose exceeds the maximum tolerated dose.")
FILL_UP = Decision(
    EXPAND,
    "The next dose exceeds the maximum tolerated dose: treat up to 6 subjects at this one.",
)
FOUND = Decision(
    MTD, "At most 1 DLT among 6 subjects, and the next dose exceeds it: the maximum tolerated dose."
)

ALL_TOO_TOXIC = "the lowest dose exceeds the maximum tolerated dose"
NOT_REACHED = "no dose given exceeds the maximum tolerated dose"
NOT_COMPLETE = "the dose below one that exceeds it has fewer than 6 evaluable subjects"
NOT_COVERED = "the dose below one that exceeds it has more than 6 evaluable subjects"


@dataclass(frozen=True, slots=True)
class DoseReview:
    """What the 3+3 rule says of a trial.

    Attributes
    ----------
    mtd
        Place of the maximum tolerated dose among the doses, from 0; None when there is none yet.
    reason
        Why there is no maximum tolerated dose; None when there is one.
    table
        One row a dose, ascending: `n`, `n_dlt`, `decision`, `words`.
    """

    mtd: int | None
    reason: str | None
    table: pd.DataFrame

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """The decision at each dose, ascending."""
        words = zip(self.table["decision"], self.table["words"], strict=True)
        return tuple(Decision(decision, text) for decision, text in words)


def review_doses(n_evaluable: Sequence[int], n_dlt: Sequence[int]) -> DoseReview:
    """Return the decisions of the 3+3 rule for the doses of a trial, each in view of the others.

    Parameters
    ----------
    n_evaluable, n_dlt
        DLT-evaluable subjects and those with a DLT, one of each a planned dose, from the lowest.

    Returns
    -------
    DoseReview
        Each dose as `three_plus_three` decides it, but: above a dose that exceeds the maximum
        tolerated one none is given; below it none is escalated from: up to 6 subjects are treated
        at that dose, which with at most 1 DLT among 6 is the maximum tolerated dose.

    Raises
    ------
    ValueError
        When the lengths differ, a number isn't whole, or there are more DLTs than subjects.

    Notes
    -----
    Storer BE. Biometrics 1989;45:925-937, design A; Le Tourneau C, Lee JJ, Siu LL. J Natl Cancer
    Inst 2009;101:708-720.
    """
    if len(n_evaluable) != len(n_dlt):
        raise ValueError("n_evaluable and n_dlt must have one number a dose")
    top = len(n_evaluable) - 1
    alone = [
        three_plus_three(n, x, highest=place == top)
        for place, (n, x) in enumerate(zip(n_evaluable, n_dlt, strict=True))
    ]
    toxic = [place for place, each in enumerate(alone) if each.decision == DE_ESCALATE]
    first = toxic[0] if toxic else None
    decisions = [
        _in_view(each, place, first, n)
        for place, (each, n) in enumerate(zip(alone, n_evaluable, strict=True))
    ]
    table = pd.DataFrame(
        {
            "n": list(n_evaluable),
            "n_dlt": list(n_dlt),
            "decision": [each.decision for each in decisions],
            "words": [each.words for each in decisions],
        }
    )
    if first is None:
        return DoseReview(None, NOT_REACHED, table)
    if first == 0:
        return DoseReview(None, ALL_TOO_TOXIC, table)
    below = first - 1
    if decisions[below] == FOUND:
        return DoseReview(below, None, table)
    covered = n_evaluable[below] < COHORT_OF_6
    return DoseReview(None, NOT_COMPLETE if covered else NOT_COVERED, table)


def _in_view(alone: Decision, place: int, toxic: int | None, n: int) -> Decision:
    """Return the decision at a dose in view of the lowest one that exceeds the tolerated dose."""
    if toxic is None or place == toxic:
        return alone
    if place > toxic:
        return LOWER_TOO_TOXIC
    if place < toxic - 1 or alone.decision not in (ESCALATE, HIGHEST_TOLERATED):
        return alone
    return FOUND if n == COHORT_OF_6 else FILL_UP
