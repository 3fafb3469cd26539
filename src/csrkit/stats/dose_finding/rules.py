"""Dose escalation: the 3+3 rule as a table, and the beta-binomial posterior beside it."""

from __future__ import annotations

from dataclasses import dataclass

from scipy.stats import beta

ESCALATE = "ESCALATE"
EXPAND = "EXPAND"
STAY = "STAY"
DE_ESCALATE = "DE-ESCALATE"
NO_DECISION = "NO DECISION"
HIGHEST_TOLERATED = "HIGHEST DOSE TOLERATED"


@dataclass(frozen=True, slots=True)
class EscalationRule:
    """One line of the decision table: what to do with so many evaluable subjects and DLTs.

    Attributes
    ----------
    evaluable
        Least and greatest number of DLT-evaluable subjects at the dose (both included).
    dlts
        Least and greatest number of them with a DLT (both included).
    decision
        ESCALATE, EXPAND, STAY, DE-ESCALATE or NO DECISION.
    words
        The decision as the review would write it.
    """

    evaluable: tuple[int, int]
    dlts: tuple[int, int]
    decision: str
    words: str

    def covers(self, n_evaluable: int, n_dlt: int) -> bool:
        """Whether this line is about so many evaluable subjects and DLTs."""
        within = self.evaluable[0] <= n_evaluable <= self.evaluable[1]
        return within and self.dlts[0] <= n_dlt <= self.dlts[1]


_NONE_HIGHER = "No higher dose is planned: the maximum tolerated dose is not reached."
_TOO_TOXIC = "Two or more subjects with a DLT: the dose exceeds the maximum tolerated dose."

#: The traditional 3+3 design (Storer BE. Biometrics 1989;45:925-937, design A). The lines cover
#: every number of DLTs among 0 to 6 evaluable subjects exactly once; the rule says nothing of more.
THREE_PLUS_THREE: tuple[EscalationRule, ...] = (
    EscalationRule((0, 0), (0, 0), NO_DECISION, "No DLT-evaluable subject yet."),
    EscalationRule(
        (1, 2), (0, 1), STAY, "The cohort of 3 is not complete: enrol on at the same dose."
    ),
    EscalationRule(
        (3, 5), (0, 0), ESCALATE, "No DLT among 3 or more subjects: the next dose may be given."
    ),
    EscalationRule(
        (3, 3), (1, 1), EXPAND, "1 DLT among 3 subjects: treat 3 more at the same dose."
    ),
    EscalationRule(
        (4, 5), (1, 1), STAY, "The cohort of 6 is not complete: enrol on at the same dose."
    ),
    EscalationRule(
        (6, 6), (0, 1), ESCALATE, "At most 1 DLT among 6 subjects: the next dose may be given."
    ),
    EscalationRule((2, 6), (2, 6), DE_ESCALATE, _TOO_TOXIC),
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a rule says of a dose: the decision and the words for it."""

    decision: str
    words: str


def three_plus_three(n_evaluable: int, n_dlt: int, *, highest: bool = False) -> Decision:
    """Return the decision of the 3+3 rule at one dose.

    Parameters
    ----------
    n_evaluable
        DLT-evaluable subjects treated at the dose.
    n_dlt
        Those of them with a DLT.
    highest
        Whether no higher dose is planned.

    Returns
    -------
    Decision
        HIGHEST DOSE TOLERATED in place of ESCALATE when no higher dose is planned; NO DECISION for
        none and for more than 6 evaluable subjects, which the rule doesn't cover.

    Raises
    ------
    ValueError
        When the numbers are not whole or there are more DLTs than subjects.
    """
    _check(n_evaluable, n_dlt)
    for rule in THREE_PLUS_THREE:
        if rule.covers(n_evaluable, n_dlt):
            if highest and rule.decision == ESCALATE:
                return Decision(HIGHEST_TOLERATED, _NONE_HIGHER)
            return Decision(rule.decision, rule.words)
    return Decision(NO_DECISION, "The 3+3 rule covers at most 6 evaluable subjects at a dose.")


@dataclass(frozen=True, slots=True)
class Posterior:
    """The posterior Beta(a, b) of a DLT rate."""

    a: float
    b: float

    @property
    def mean(self) -> float:
        """Posterior mean of the rate."""
        return self.a / (self.a + self.b)

    def exceeds(self, target: float) -> float:
        """Return the posterior probability that the rate is above `target`.

        Raises
        ------
        ValueError
            When `target` isn't between 0 and 1.
        """
        if not 0 <= target <= 1:
            raise ValueError(f"target must lie between 0 and 1, found {target}")
        return float(beta.sf(target, self.a, self.b))

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the equal-tailed credible interval of the rate.

        Raises
        ------
        ValueError
            When `level` isn't between 0 and 1.
        """
        if not 0 < level < 1:
            raise ValueError(f"level must lie between 0 and 1, found {level}")
        tail = (1 - level) / 2
        return float(beta.ppf(tail, self.a, self.b)), float(beta.isf(tail, self.a, self.b))


def dlt_posterior(n_evaluable: int, n_dlt: int, prior: tuple[float, float]) -> Posterior:
    """Return the posterior of the DLT rate at one dose in the beta-binomial model.

    Parameters
    ----------
    n_evaluable
        DLT-evaluable subjects treated at the dose.
    n_dlt
        Those of them with a DLT.
    prior
        Parameters (a, b) of the beta prior, both above 0; (0.5, 0.5) is Jeffreys' prior.

    Returns
    -------
    Posterior
        Beta(a + n_dlt, b + n_evaluable - n_dlt).

    Raises
    ------
    ValueError
        When the numbers are not whole, there are more DLTs than subjects, or a parameter of the
        prior isn't above 0.

    Notes
    -----
    Gelman A, Carlin JB, Stern HS, et al. Bayesian Data Analysis, 3rd ed.: binomial data
    with a beta prior.
    """
    _check(n_evaluable, n_dlt)
    a, b = prior
    if not (a > 0 and b > 0):
        raise ValueError(f"the parameters of the beta prior must be above 0, found {prior}")
    return Posterior(a + n_dlt, b + n_evaluable - n_dlt)


def _check(n_evaluable: int, n_dlt: int) -> None:
    whole = float(n_evaluable).is_integer() and float(n_dlt).is_integer()
    if not whole or not 0 <= n_dlt <= n_evaluable:
        raise ValueError(
            "the number with a DLT must be whole and lie between 0 and the number evaluable, "
            f"found {n_dlt} of {n_evaluable}"
        )
