"""The mTPI-2 design: a decision for each number of DLTs among the subjects at a dose.

Guo W, Wang SJ, Yang S, Lynn H, Ji Y. Contemp Clin Trials 2017;58:23-33. The keyboard design (Yan F,
Mandrekar SJ, Yuan Y. Clin Cancer Res 2017;23:3994-4003) decides alike but for the intervals at 0
and 1 that are shorter than the others, which it leaves out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import beta

from csrkit.stats.dose_finding.rules import DE_ESCALATE, ESCALATE, STAY

Floats = NDArray[np.float64]

UNACCEPTABLE = "UNACCEPTABLE TOXICITY"


def mtpi2_decision(
    n_evaluable: int,
    n_dlt: int,
    target: float,
    margins: tuple[float, float] = (0.05, 0.05),
    prior: tuple[float, float] = (1.0, 1.0),
    exclusion: float = 0.95,
) -> str:
    """Return the decision of the design at one dose.

    Parameters
    ----------
    n_evaluable
        DLT-evaluable subjects at the dose, 1 or more.
    n_dlt
        Those of them with a DLT.
    target
        Target DLT rate, between 0 and 1.
    margins
        How far below and above the target the equivalence interval reaches.
    prior
        Parameters of the beta prior of the DLT rate, both above 0.
    exclusion
        Posterior probability of a rate above the target above which the dose is unacceptable.

    Returns
    -------
    str
        ESCALATE, STAY, DE-ESCALATE, or UNACCEPTABLE TOXICITY (DU: de-escalate and never come back).

    Raises
    ------
    ValueError
        When the numbers are not whole, no subject is evaluable, there are more DLTs than subjects,
        the equivalence interval doesn't lie between 0 and 1 around the target, a parameter of the
        prior isn't above 0, or `exclusion` isn't between 0 and 1.

    Notes
    -----
    The rates from 0 to 1 are divided into intervals as long as the equivalence interval, starting
    from it, the outermost ones cut at 0 and 1. The interval of the highest unit probability mass
    (posterior probability divided by length) decides: below the equivalence interval escalate, in
    it stay, above it de-escalate.
    """
    _check(n_evaluable, n_dlt, target, margins, prior, exclusion)
    a, b = prior[0] + n_dlt, prior[1] + n_evaluable - n_dlt
    if beta.sf(target, a, b) > exclusion:
        return UNACCEPTABLE
    edges = _edges(target - margins[0], target + margins[1])
    mass = np.diff(beta.cdf(edges, a, b)) / np.diff(edges)
    best = int(np.argmax(mass))
    if edges[best + 1] <= target:
        return ESCALATE
    return DE_ESCALATE if edges[best] >= target else STAY


def mtpi2_table(
    numbers: Sequence[int],
    target: float,
    margins: tuple[float, float] = (0.05, 0.05),
    prior: tuple[float, float] = (1.0, 1.0),
    exclusion: float = 0.95,
) -> pd.DataFrame:
    """Return the decision table of the design.

    Parameters
    ----------
    numbers
        Numbers of evaluable subjects that the table has a column for.
    target, margins, prior, exclusion
        As for `mtpi2_decision`.

    Returns
    -------
    pandas.DataFrame
        One row a number of DLTs from 0 (index `n_dlt`), one column a number of subjects; None where
        there are more DLTs than subjects.

    Raises
    ------
    ValueError
        As `mtpi2_decision`.
    """
    rows = range(max(numbers, default=-1) + 1)
    return pd.DataFrame(
        {
            n: [
                mtpi2_decision(n, x, target, margins, prior, exclusion) if x <= n else None
                for x in rows
            ]
            for n in numbers
        },
        index=pd.Index(rows, name="n_dlt"),
        dtype=object,
    )


def _edges(low: float, high: float) -> Floats:
    """Return the ends of the intervals, from 0 to 1."""
    length = high - low
    # What is left after whole intervals is no interval of its own when it is but rounding.
    below = int(np.ceil(round(low / length, 9)))
    above = int(np.ceil(round((1 - high) / length, 9)))
    edges = low + length * np.arange(-below, above + 2)
    return np.clip(edges, 0.0, 1.0)


def _check(
    n_evaluable: int,
    n_dlt: int,
    target: float,
    margins: tuple[float, float],
    prior: tuple[float, float],
    exclusion: float,
) -> None:
    whole = float(n_evaluable).is_integer() and float(n_dlt).is_integer()
    if not whole or n_evaluable < 1 or not 0 <= n_dlt <= n_evaluable:
        raise ValueError(
            "the number with a DLT must be whole and lie between 0 and the number evaluable, "
            f"which must be 1 or more; found {n_dlt} of {n_evaluable}"
        )
    if not (min(margins) > 0 and target - margins[0] >= 0 and target + margins[1] <= 1):
        raise ValueError(
            f"margins must be above 0 and stay between 0 and 1 around the target {target}, "
            f"found {margins}"
        )
    if not min(prior) > 0:
        raise ValueError(f"the parameters of the beta prior must be above 0, found {prior}")
    if not 0 < exclusion < 1:
        raise ValueError(f"exclusion must lie between 0 and 1, found {exclusion}")
