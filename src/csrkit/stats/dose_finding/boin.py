"""Bayesian optimal interval design (BOIN): boundaries, decision table, and the estimated MTD.

Liu S, Yuan Y. J R Stat Soc C 2015;64:507-523. Yan F, Zhang L, Zhou Y, Pan H, Liu S, Yuan Y. J Stat
Softw 2020;94(13):1-32 (the R package BOIN, whose defaults are the defaults here).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression
from scipy.stats import beta

from csrkit.stats.dose_finding.rules import DE_ESCALATE, ESCALATE, STAY
from csrkit.stats.estimate import reason_where

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

#: Fewest subjects at a dose before it can be eliminated.
LEAST_TO_ELIMINATE = 3
#: Pseudo-count of subjects with and without a DLT in the isotonic estimate.
PSEUDO = 0.05
#: What is added to each higher dose, so that among equal estimates below the target the highest
#: dose is chosen, and above it the lowest.
TIE = 1e-10

ELIMINATE = "ELIMINATE"

TOO_TOXIC = "the lowest dose is too toxic"
NOT_GIVEN = "no subject was treated at the dose"
NONE_TREATED = "no subject was treated at a dose that is not eliminated"


@dataclass(frozen=True, slots=True)
class BoinBoundaries:
    """Escalate at a DLT rate of at most `escalate`, de-escalate at one of at least `deescalate`."""

    escalate: float
    deescalate: float


def boin_boundaries(
    target: float, p_saf: float | None = None, p_tox: float | None = None
) -> BoinBoundaries:
    """Return the optimal boundaries λe and λd of the observed DLT rate.

    Parameters
    ----------
    target
        Target DLT rate, between 0 and 1.
    p_saf
        Highest rate that is deemed too low; 0.6 of the target by default.
    p_tox
        Lowest rate that is deemed too toxic; 1.4 of the target by default.

    Returns
    -------
    BoinBoundaries
        For a target of 0.3: 0.236 and 0.359 (0.358 in the papers, which cut it off).

    Raises
    ------
    ValueError
        Unless 0 < p_saf < target < p_tox < 1.
    """
    low = 0.6 * target if p_saf is None else p_saf
    high = 1.4 * target if p_tox is None else p_tox
    if not 0 < low < target < high < 1:
        raise ValueError(
            f"rates must be 0 < p_saf < target < p_tox < 1, found {low:g}, {target:g}, {high:g}"
        )

    def optimal(other: float) -> float:
        odds = target * (1 - other) / (other * (1 - target))
        return float(np.log((1 - other) / (1 - target)) / np.log(odds))

    return BoinBoundaries(optimal(low), optimal(high))


def boin_table(
    target: float,
    numbers: Sequence[int],
    p_saf: float | None = None,
    p_tox: float | None = None,
    elimination: float = 0.95,
) -> pd.DataFrame:
    """Return the decision table of the design.

    Parameters
    ----------
    target, p_saf, p_tox
        As for `boin_boundaries`.
    numbers
        Numbers of evaluable subjects at the dose that the table has a row for.
    elimination
        Posterior probability of a rate above the target, under a uniform prior, above which the
        dose and those above it are eliminated (with 3 or more evaluable subjects).

    Returns
    -------
    pandas.DataFrame
        `n`, `escalate` (if at most so many DLTs), `deescalate` (if at least so many), `eliminate`
        (if at least so many; missing when no number of DLTs does). Nullable whole numbers.

    Raises
    ------
    ValueError
        As `boin_boundaries`, and when a number isn't a whole one above 0, or `elimination` isn't
        between 0 and 1.
    """
    bounds = boin_boundaries(target, p_saf, p_tox)
    _check_probability(elimination, "elimination")
    n = np.asarray(numbers, dtype=float)
    if not ((n >= 1) & (n == np.floor(n))).all():
        raise ValueError(f"numbers of subjects must be whole and above 0, found {list(numbers)}")
    escalate = np.floor(bounds.escalate * n)
    deescalate = np.ceil(bounds.deescalate * n)
    counts = np.arange(n.max(initial=0) + 1)
    possible = counts <= n[:, None]
    toxic = possible & (n[:, None] >= LEAST_TO_ELIMINATE)
    toxic &= _above(target, counts, np.maximum(n[:, None] - counts, 0)) > elimination
    eliminate = np.where(toxic.any(axis=1), toxic.argmax(axis=1), np.nan)
    # An eliminated dose is left, even where the observed rate alone would keep it.
    deescalate = np.fmin(deescalate, eliminate)
    return pd.DataFrame(
        {"n": n, "escalate": escalate, "deescalate": deescalate, "eliminate": eliminate}
    ).astype("Int64")


def boin_decision(
    n_evaluable: int,
    n_dlt: int,
    target: float,
    p_saf: float | None = None,
    p_tox: float | None = None,
    elimination: float = 0.95,
) -> str:
    """Return the decision of the design at one dose.

    Parameters
    ----------
    n_evaluable
        DLT-evaluable subjects at the dose, 1 or more.
    n_dlt
        Those of them with a DLT.
    target, p_saf, p_tox, elimination
        As for `boin_table`.

    Returns
    -------
    str
        ESCALATE, STAY, DE-ESCALATE, or ELIMINATE (de-escalate and never come back).

    Raises
    ------
    ValueError
        As `boin_table`, and when `n_dlt` isn't a whole number between 0 and `n_evaluable`.
    """
    line = boin_table(target, [n_evaluable], p_saf, p_tox, elimination).iloc[0]
    if not (float(n_dlt).is_integer() and 0 <= n_dlt <= n_evaluable):
        raise ValueError(
            "the number with a DLT must be whole and lie between 0 and the number evaluable, "
            f"found {n_dlt} of {n_evaluable}"
        )
    if not pd.isna(line["eliminate"]) and n_dlt >= line["eliminate"]:
        return ELIMINATE
    if n_dlt >= line["deescalate"]:
        return DE_ESCALATE
    return ESCALATE if n_dlt <= line["escalate"] else STAY


@dataclass(frozen=True, slots=True)
class MtdEstimate:
    """The maximum tolerated dose by isotonic regression.

    Attributes
    ----------
    level
        Place of the MTD among the doses, from 0; None when none can be recommended.
    reason
        Why there is no MTD; None when there is one.
    table
        One row a dose, ascending: `n`, `n_dlt`, `rate` (isotonic estimate over all doses given; NaN
        at a dose not given), `prob_above` (posterior probability of a rate above the target under
        the uniform prior; NaN at a dose not given), `eliminated`, `reason` (why a dose has no rate,
        else None).
    """

    level: int | None
    reason: str | None
    table: pd.DataFrame


def boin_mtd(
    target: float, n_evaluable: Sequence[int], n_dlt: Sequence[int], elimination: float = 0.95
) -> MtdEstimate:
    """Return the maximum tolerated dose at the end of a trial, as `select.mtd` of R's BOIN.

    Parameters
    ----------
    target
        Target DLT rate, between 0 and 1.
    n_evaluable, n_dlt
        DLT-evaluable subjects and those with a DLT, one of each a dose, from the lowest.
    elimination
        As for `boin_table`.

    Returns
    -------
    MtdEstimate
        The dose, among those given and not eliminated, whose isotonic estimate lies nearest the
        target. Among equal ones the highest when they lie below it, else the lowest.

    Raises
    ------
    ValueError
        When the lengths differ, a number isn't whole, there are more DLTs than subjects, or a
        probability isn't between 0 and 1.

    Notes
    -----
    The rates (y + 0.05) / (n + 0.1) are pooled where they violate the order of doses, weighted by
    the inverse of their variance (Beta(0.05, 0.05) prior). The MTD is chosen after pooling over the
    doses that are not eliminated, as BOIN does; `table` shows the rates pooled over all.
    """
    _check_probability(target, "target")
    _check_probability(elimination, "elimination")
    n, y = np.asarray(n_evaluable, dtype=float), np.asarray(n_dlt, dtype=float)
    if n.ndim != 1 or n.shape != y.shape:
        raise ValueError("n_evaluable and n_dlt must have one number a dose")
    if not ((n == np.floor(n)) & (y == np.floor(y)) & (y >= 0) & (y <= n)).all():
        raise ValueError("numbers must be whole, and DLTs between 0 and the number evaluable")
    given = n > 0
    above = _above(target, y, n - y)
    eliminated = np.maximum.accumulate((n >= LEAST_TO_ELIMINATE) & (above > elimination))
    rate = np.full(n.shape, np.nan)
    rate[given] = _pooled(n[given], y[given])
    table = pd.DataFrame(
        {
            "n": n.astype(np.int64),
            "n_dlt": y.astype(np.int64),
            "rate": rate,
            "prob_above": np.where(given, above, np.nan),
            "eliminated": eliminated,
            "reason": reason_where(~given, NOT_GIVEN),
        }
    )
    if eliminated.size and eliminated[0]:
        return MtdEstimate(None, TOO_TOXIC, table)
    admissible = np.flatnonzero(given & ~eliminated)
    if admissible.size == 0:
        return MtdEstimate(None, NONE_TREATED, table)
    pooled = _pooled(n[admissible], y[admissible])
    distance = np.abs(pooled + TIE * np.arange(1, admissible.size + 1) - target)
    return MtdEstimate(int(admissible[int(np.argmin(distance))]), None, table)


def _pooled(n: Floats, y: Floats) -> Floats:
    """Return the rates made ascending by pooling adjacent violators."""
    total = n + 2 * PSEUDO
    rate = (y + PSEUDO) / total
    variance = (y + PSEUDO) * (n - y + PSEUDO) / (total**2 * (total + 1))
    return np.asarray(isotonic_regression(rate, weights=1 / variance).x)


def _above(target: float, with_dlt: Floats, without: Floats) -> Floats:
    """Return the posterior probability of a rate above the target under a uniform prior."""
    return np.asarray(beta.sf(target, with_dlt + 1, without + 1))


def _check_probability(value: float, name: str) -> None:
    if not 0 < value < 1:
        raise ValueError(f"{name} must lie between 0 and 1, found {value}")
