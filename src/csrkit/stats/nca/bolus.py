"""Concentration at the time of a bolus, extrapolated back from the first samples.

Source: Phoenix WinNonlin User's Guide, NCA calculations, "Data pre-treatment"; Gabrielsson and
Weiner, Pharmacokinetic and Pharmacodynamic Data Analysis.
"""

from __future__ import annotations

import numpy as np

from csrkit.stats.nca.area import area, segments
from csrkit.stats.nca.column import Array, Column, Texts, column, first, given
from csrkit.stats.nca.profiles import Profiles

INFUSED = "Given as an infusion"


def initial_concentrations(profiles: Profiles) -> Array:
    """Return the concentration at time 0 (C0) of each profile; NaN where none is above 0.

    The log-linear line through the first two samples, taken back to time 0. Where the second one
    isn't below the first, or one of them isn't above 0, the first concentration above 0 stands for
    it.
    """
    earliest = profiles.at(profiles.conc, np.argmax(profiles.quantified, axis=1))
    earliest = np.where(profiles.some, earliest, np.nan)
    if profiles.conc.shape[1] < 2:
        return earliest
    t1, t2 = profiles.time[:, 0], profiles.time[:, 1]
    c1, c2 = profiles.conc[:, 0], profiles.conc[:, 1]
    falls = (c2 > 0) & (c1 > c2)
    with np.errstate(divide="ignore", invalid="ignore"):
        back = c1 * (c1 / c2) ** (t1 / (t2 - t1))
    return np.where(falls, back, earliest)


def back_extrapolated(
    profiles: Profiles, time: Array, conc: Array, duration: Array, method: str, empty: Texts
) -> tuple[Column, Column]:
    """Return C0, and the area before the first sample of each profile.

    Parameters
    ----------
    profiles
        The samples.
    time, conc
        The same with time 0 before them.
    duration
        Of the infusion, 0 for a bolus.
    method
        Rule of the area.
    empty
        Reasons why a profile has no such concentration; None where it has one.
    """
    parts = segments(time, conc, method)
    counted = np.zeros(parts.t1.shape, dtype=bool)
    counted[:, 0] = profiles.some
    before = area(parts, counted).auc
    reason = first(given(duration > 0, INFUSED), empty)
    return column(conc[:, 0], reason), column(before, reason)
