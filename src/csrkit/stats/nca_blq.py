"""What replaces a concentration below the limit of quantification (BLQ), by its place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

#: What a BLQ concentration can be replaced by, as a share of its limit of quantification.
SHARES = {"zero": 0.0, "half_lloq": 0.5, "lloq": 1.0, "missing": np.nan}


@dataclass(frozen=True, slots=True)
class BlqRule:
    """What replaces a BLQ concentration by its place among the quantifiable ones of its profile.

    Attributes
    ----------
    before_first, between, after_last
        `zero`, `half_lloq`, `lloq` or `missing`. In a profile without any quantifiable
        concentration all are before the first.

    Raises
    ------
    ValueError
        For another word.
    """

    before_first: str
    between: str
    after_last: str

    def __post_init__(self) -> None:
        for word in (self.before_first, self.between, self.after_last):
            if word not in SHARES:
                raise ValueError(f"a BLQ rule is one of {', '.join(SHARES)}; got {word!r}")


#: The usual choice in NCA: 0 before the drug appears, and left out afterwards.
FOR_NCA = BlqRule("zero", "missing", "missing")


def replace_blq(
    profile: ArrayLike,
    time: ArrayLike,
    conc: ArrayLike,
    lloq: ArrayLike,
    rule: BlqRule = FOR_NCA,
) -> Array:
    """Return the concentrations with those below their limit of quantification replaced.

    Parameters
    ----------
    profile
        Label of the profile that each sample belongs to; length n.
    time
        Sampling times, in any order.
    conc
        Concentrations; NaN is a missing sample and stays one. One below its limit is BLQ, so a
        sample that was only reported as BLQ is given as 0 (or as any number below the limit).
    lloq
        Lower limit of quantification, above 0: one number, or one a sample.
    rule
        What replaces a BLQ concentration.

    Returns
    -------
    numpy.ndarray
        Length n.

    Raises
    ------
    ValueError
        When lengths differ, or a limit isn't above 0.
    """
    times, concs = np.asarray(time, dtype=float), np.asarray(conc, dtype=float)
    limits = np.broadcast_to(np.asarray(lloq, dtype=float), concs.shape)
    labels = np.asarray(profile)
    if not labels.shape == times.shape == concs.shape:
        raise ValueError("profile, time and conc must be of the same length")
    if not (limits > 0).all():
        raise ValueError(
            f"a limit of quantification must be above 0; got {limits[~(limits > 0)][0]}"
        )
    blq = concs < limits
    quantified = pd.Series(np.where(concs >= limits, times, np.nan)).groupby(labels)
    first, last = (quantified.transform(name).to_numpy() for name in ("min", "max"))
    share = np.full(concs.shape, SHARES[rule.between])
    share[times > last] = SHARES[rule.after_last]
    share[np.isnan(first) | (times < first)] = SHARES[rule.before_first]
    return np.where(blq, share * limits, concs)
