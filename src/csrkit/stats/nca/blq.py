"""What replaces a concentration below the limit of quantification (BLQ), by its place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.object_]

#: What a BLQ concentration can be replaced by, as a share of its limit of quantification.
SHARES = {"zero": 0.0, "half_lloq": 0.5, "lloq": 1.0, "missing": np.nan}


BEFORE_FIRST, BETWEEN, AFTER_LAST = "before_first", "between", "after_last"


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

    def replacement(self, place: Places, lloq: Array) -> Array:
        """Return what stands for a BLQ concentration at each place, by its limit."""
        share = {
            BEFORE_FIRST: SHARES[self.before_first],
            BETWEEN: SHARES[self.between],
            AFTER_LAST: SHARES[self.after_last],
        }
        return np.asarray(pd.Series(place).map(share).to_numpy(dtype=float) * lloq)


#: The usual choice in NCA: 0 before the drug appears, and left out afterwards.
FOR_NCA = BlqRule("zero", "missing", "missing")


def blq_places(profile: ArrayLike, time: ArrayLike, quantified: ArrayLike) -> Places:
    """Say where each sample stands by the quantifiable ones of its profile.

    Parameters
    ----------
    profile
        Label of the profile that each sample belongs to; length n.
    time
        Sampling times, in any order; a sample without one stands between.
    quantified
        True for the samples that have a quantifiable concentration; length n.

    Returns
    -------
    numpy.ndarray
        `before_first`, `between` or `after_last`, length n. In a profile without any quantifiable
        concentration all are before the first.
    """
    times = np.asarray(time, dtype=float)
    known = pd.Series(np.where(np.asarray(quantified, dtype=bool), times, np.nan))
    profiles = known.groupby(np.asarray(profile))
    first, last = (profiles.transform(name).to_numpy() for name in ("min", "max"))
    place = np.full(times.shape, BETWEEN, dtype=object)
    place[times > last] = AFTER_LAST
    place[np.isnan(first) | (times < first)] = BEFORE_FIRST
    return place


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
    place = blq_places(labels, times, concs >= limits)
    return np.where(concs < limits, rule.replacement(place, limits), concs)
