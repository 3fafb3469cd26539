"""Cumulative incidence in the presence of competing events (Aalen-Johansen)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from csrkit.stats.estimate import reason_where
from csrkit.stats.survival.data import AFTER_LAST, NO_SUBJECT, checked_times

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

AT_1 = "an incidence of 1 has no limits"

#: Share by which sums that are equal may differ by rounding.
CLOSE = 1e-13


@dataclass(frozen=True, slots=True)
class CumulativeIncidence:
    """The estimated probability of having had an event of one cause by a time.

    Attributes
    ----------
    table
        One row a distinct time, ascending, beginning with time 0: `time`, `n_risk` (just before
        the time), `n_event` (of the cause), `n_competing`, `n_censor`, `incidence` (just after it),
        `std_error`, `lower`, `upper`, `reason` (why there are no limits, else None). Draw it as
        steps that hold to the right. No row when there is no subject.
    n, n_event, n_competing
        Subjects, events of the cause and competing events.
    level
        Confidence level.
    """

    table: pd.DataFrame
    n: int
    n_event: int
    n_competing: int
    level: float

    def at(self, times: ArrayLike) -> pd.DataFrame:
        """Return the estimates at given times.

        Parameters
        ----------
        times
            Times of 0 or more, in any order.

        Returns
        -------
        pandas.DataFrame
            One row a time in the order given: `time`, `n_risk`, `incidence`, `lower`, `upper`,
            `reason` (why one of these is NaN, else None). After the last time the incidence is
            what it was when nobody is left without an event, and otherwise NaN, since it isn't
            defined there.

        Raises
        ------
        ValueError
            When a time is negative or missing.
        """
        asked = np.atleast_1d(np.asarray(times, dtype=float))
        if not (asked >= 0).all():
            raise ValueError("times must be numbers of 0 or more")
        names = ["incidence", "lower", "upper"]
        if self.n == 0:
            none = pd.DataFrame(np.nan, index=range(asked.size), columns=names)
            none.insert(0, "time", asked)
            none.insert(1, "n_risk", 0)
            return none.assign(reason=NO_SUBJECT)
        known = self.table["time"].to_numpy()
        row = np.searchsorted(known, asked, side="right") - 1
        result = self.table[[*names, "reason"]].iloc[row].reset_index(drop=True)
        gone = self.table[["n_event", "n_competing", "n_censor"]].to_numpy().sum(axis=1)
        before = np.concatenate([[0], np.cumsum(gone)])
        result.insert(0, "time", asked)
        result.insert(1, "n_risk", self.n - before[np.searchsorted(known, asked, side="left")])
        if self.table["n_censor"].iloc[-1] > 0:
            result.loc[asked > known[-1], names] = np.nan
            result.loc[asked > known[-1], "reason"] = AFTER_LAST
        return result


def cumulative_incidence(
    time: ArrayLike, cause: ArrayLike, of: int = 1, level: float = 0.95
) -> CumulativeIncidence:
    """Return the Aalen-Johansen estimate of the cumulative incidence of one cause.

    Parameters
    ----------
    time
        Times of 0 or more, one a subject: to the first event of any cause or to censoring.
    cause
        What happened then: 0 for censoring, 1, 2, … for the causes. Among equal times events come
        before censorings.
    of
        The cause that the incidence is asked of; all others compete with it.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    CumulativeIncidence
        A usable object for any number of subjects, 0 too.

    Raises
    ------
    ValueError
        When the lengths differ, a time is missing, negative or infinite, a cause isn't a whole
        number of 0 or more, `of` is none of the causes, or `level` isn't between 0 and 1.

    Notes
    -----
    Aalen OO, Johansen S. Scand J Stat 1978;5:141-150. Variance by the delta method (Gaynor JJ,
    Feuer EJ, Tan CC, et al. J Am Stat Assoc 1993;88:400-409), which equals the infinitesimal
    jackknife of R's `survfit`. Limits by log(-log), the default of SAS PROC LIFETEST for failure
    curves; 0 and 0 as long as there is no event of the cause. lifelines' AalenJohansenFitter moves
    tied times by chance, so it isn't used.
    """
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, found {level}")
    if of < 1:
        raise ValueError(f"the cause must be 1 or more, found {of}")
    times, causes = _checked(time, cause)
    moments, counts = _counts(times, causes, of)
    event, competing, censor = counts
    gone = counts.sum(axis=0)
    at_risk = times.size - np.concatenate([[0], np.cumsum(gone)[:-1]]) if moments.size else gone
    estimate, error = _aalen_johansen(event, competing, at_risk)
    lower, upper = _limits(estimate, error, level)
    table = pd.DataFrame(
        {
            "time": moments,
            "n_risk": at_risk,
            "n_event": event,
            "n_competing": competing,
            "n_censor": censor,
            "incidence": estimate,
            "std_error": error,
            "lower": lower,
            "upper": upper,
            "reason": reason_where(np.isnan(lower), AT_1),
        }
    )
    return CumulativeIncidence(
        table, int(times.size), int(event.sum()), int(competing.sum()), level
    )


def _checked(time: ArrayLike, cause: ArrayLike) -> tuple[Floats, Whole]:
    times = checked_times(time)
    causes = np.asarray(cause, dtype=float).ravel()
    if times.size != causes.size:
        raise ValueError(f"time has {times.size} values and cause has {causes.size}")
    unclear = ~((causes >= 0) & (causes == np.floor(causes)))
    if unclear.any():
        raise ValueError(f"causes must be whole numbers of 0 or more, found {causes[unclear][0]}")
    return times, causes.astype(np.int64)


def _counts(times: Floats, causes: Whole, of: int) -> tuple[Floats, Whole]:
    """Return time 0 and the distinct times; at each, events of the cause, of others, of none."""
    if times.size == 0:
        return times, np.zeros((3, 0), dtype=np.int64)
    moments, place = np.unique(np.append(times, 0.0), return_inverse=True)
    kind = np.where(causes == of, 0, np.where(causes > 0, 1, 2))
    counts = np.zeros((3, moments.size), dtype=np.int64)
    np.add.at(counts, (kind, place[:-1]), 1)
    return moments, counts


def _aalen_johansen(event: Whole, competing: Whole, at_risk: Whole) -> tuple[Floats, Floats]:
    """Return the incidence after each time and its standard error."""
    n = at_risk.astype(float)
    all_events = (event + competing).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        free = np.cumprod(1 - all_events / n)
        before = np.concatenate([[1.0], free[:-1]])[: n.size]
        incidence = np.cumsum(before * event / n)
        # Sums over the times up to t of a quadratic in the incidence at t.
        hazard = np.where(n > all_events, all_events / (n * (n - all_events)), 0.0)
        own = before**2 * event * (n - event) / n**3
        mixed = before * event / n**2
    # Rounding alone must not keep the incidence below 1 when everybody has had the event.
    incidence = np.where(incidence > 1 - CLOSE, 1.0, incidence)
    gains = incidence**2 * np.cumsum(hazard) + np.cumsum(
        hazard * incidence**2 + own + 2 * mixed * incidence
    )
    losses = 2 * incidence * np.cumsum(hazard * incidence + mixed)
    variance = np.where(gains - losses > CLOSE * gains, gains - losses, 0.0)
    return np.asarray(incidence), np.sqrt(variance)


def _limits(estimate: Floats, error: Floats, level: float) -> tuple[Floats, Floats]:
    z = float(norm.ppf((1 + level) / 2))
    lower = np.where(estimate == 0, 0.0, np.nan)
    upper = lower.copy()
    inside = (estimate > 0) & (estimate < 1)
    p = estimate[inside]
    half = z * error[inside] / (p * np.log(p))
    lower[inside], upper[inside] = p ** np.exp(-half), p ** np.exp(half)
    return lower, upper
