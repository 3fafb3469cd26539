"""Kaplan-Meier estimates by the conventions of SAS PROC LIFETEST and R `survfit`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from csrkit.stats.estimate import Numbers, reason_where
from csrkit.stats.survival.data import (
    AFTER_LAST,
    AT_0,
    CURVE_ABOVE,
    LIMIT_ABOVE,
    NO_SUBJECT,
    subjects,
)
from csrkit.stats.survival.intervals import pointwise_limits

Floats = NDArray[np.float64]

#: Probabilities closer than this count as equal when a quantile is looked up, as in R `survfit`.
TOLERANCE = float(np.sqrt(np.finfo(float).eps))


@dataclass(frozen=True, slots=True)
class KaplanMeier:
    """A product-limit estimate.

    Attributes
    ----------
    table
        One row a distinct time, ascending, beginning with time 0: `time`, `n_risk` (just before
        the time), `n_event`, `n_censor`, `survival` (just after it), `std_error` (Greenwood),
        `lower`, `upper`, `reason`. Draw it as steps that hold to the right. No row when there is no
        subject. Where survival is 0 the standard error and the limits are NaN, as in R, and
        `reason` says so; it is None elsewhere.
    n
        Number of subjects.
    n_event
        Number of them with the event.
    level
        Confidence level.
    ci
        Type of the pointwise confidence limits.
    """

    table: pd.DataFrame
    n: int
    n_event: int
    level: float
    ci: str

    def quantile(self, p: float) -> Numbers[float]:
        """Return the time by which a share of the subjects has had the event.

        Parameters
        ----------
        p
            The share, above 0 and at most 1; 0.5 asks for the median.

        Returns
        -------
        Numbers
            (estimate, lower, upper), each NaN with its reason where the curve or its limit doesn't
            reach it.

        Raises
        ------
        ValueError
            When `p` isn't above 0 and at most 1.

        Notes
        -----
        The estimate is the first time at which survival falls below 1 - p; where the curve runs
        flat at exactly 1 - p, the middle of that step, which ends at the next event, or at the
        last time when none follows (R `quantile.survfit`). The limits are found by the same rule
        on the pointwise limits of survival (Brookmeyer R, Crowley J. Biometrics 1982;38:29-41).
        Where such a limit rises again, as an upper limit of type "log" may, the time whose limit
        lies nearest below 1 - p is taken, as R does.
        """
        if not 0 < p <= 1:
            raise ValueError(f"p must be above 0 and at most 1, found {p}")
        found = [self._crossing(name, p) for name in ("survival", "lower", "upper")]
        above = [CURVE_ABOVE, LIMIT_ABOVE, LIMIT_ABOVE] if self.n else [NO_SUBJECT] * 3
        pairs = zip(found, above, strict=True)
        return Numbers(found, [why if np.isnan(value) else None for value, why in pairs])

    def at(self, times: ArrayLike) -> pd.DataFrame:
        """Return the estimates at given times.

        Parameters
        ----------
        times
            Times of 0 or more, in any order.

        Returns
        -------
        pandas.DataFrame
            One row a time in the order given: `time`, `n_risk` (subjects neither with the event nor
            censored before the time), `survival`, `lower`, `upper`, `reason` (why one of these is
            NaN, else None). After the last time nobody is at risk: survival is then 0 when the
            curve has come down to 0, and otherwise NaN since it isn't defined there (as SAS; R
            would carry the last value on).

        Raises
        ------
        ValueError
            When a time is negative or missing.
        """
        asked = np.atleast_1d(np.asarray(times, dtype=float))
        if not (asked >= 0).all():
            raise ValueError("times must be numbers of 0 or more")
        if self.n == 0:
            nothing = np.full(asked.size, np.nan)
            return pd.DataFrame(
                {
                    "time": asked,
                    "n_risk": 0,
                    "survival": nothing,
                    "lower": nothing,
                    "upper": nothing,
                    "reason": reason_where(np.isnan(nothing), NO_SUBJECT),
                }
            )
        known = self._times
        row = np.searchsorted(known, asked, side="right") - 1
        names = ["survival", "lower", "upper", "reason"]
        result = self.table[names].iloc[row].reset_index(drop=True)
        left = self.table["n_event"].to_numpy() + self.table["n_censor"].to_numpy()
        gone = np.concatenate([[0], np.cumsum(left)])
        result.insert(0, "time", asked)
        result.insert(1, "n_risk", self.n - gone[np.searchsorted(known, asked, side="left")])
        undefined = (asked > known[-1]) & (result["survival"].to_numpy() > 0)
        result.loc[undefined, ["survival", "lower", "upper"]] = np.nan
        result.loc[undefined, "reason"] = AFTER_LAST
        return result

    def rmst(self, tau: float) -> Numbers[float]:
        """Return the restricted mean survival time: the area under the curve from 0 to `tau`.

        Parameters
        ----------
        tau
            Horizon, 0 or more.

        Returns
        -------
        Numbers
            (estimate, standard_error); both NaN with a reason when there is no subject, or when
            `tau` lies beyond the last time and the curve hasn't come down to 0, since the area
            isn't defined then.

        Raises
        ------
        ValueError
            When `tau` is negative or missing.

        Notes
        -----
        Variance: the sum over event times t of A(t)² d / (n (n - d)), with A(t) the area from t to
        `tau`, d events and n at risk; a time at which all subjects left have the event adds nothing
        (Klein, Moeschberger, Survival Analysis; R `print.survfit(rmean=)`, SAS PROC LIFETEST RMST).
        """
        if not tau >= 0:
            raise ValueError(f"tau must be a number of 0 or more, found {tau}")
        if self.n == 0:
            return Numbers([np.nan] * 2, [NO_SUBJECT] * 2)
        survival = self.table["survival"].to_numpy()
        if tau > self._times[-1] and survival[-1] > 0:
            return Numbers([np.nan] * 2, [AFTER_LAST] * 2)
        ends = np.minimum(np.append(self._times[1:], max(tau, self._times[-1])), tau)
        areas = survival * np.maximum(ends - self._times, 0.0)
        ahead = np.cumsum(areas[::-1])[::-1]
        terms = _greenwood_terms(self.table)
        variance = np.sum(ahead**2 * np.where(np.isfinite(terms), terms, 0.0))
        return Numbers([float(ahead[0]), float(np.sqrt(variance))], [None] * 2)

    @property
    def _times(self) -> Floats:
        return np.asarray(self.table["time"], dtype=float)

    def _crossing(self, column: str, p: float) -> float:
        """Return the time at which a column of probabilities crosses 1 - p."""
        if self.n == 0:
            return np.nan
        fallen = 1 - self.table[column].to_numpy()
        reached, passed = fallen >= p - TOLERANCE, fallen >= p + TOLERANCE
        if not reached.any():
            return np.nan
        first = self._times[_smallest(fallen, reached)]
        if abs(fallen[-1] - p) < TOLERANCE:
            return float(first + self._times[-1]) / 2
        if not passed.any():
            return np.nan
        return float(first + self._times[_smallest(fallen, passed)]) / 2


def kaplan_meier(
    time: ArrayLike, event: ArrayLike, level: float = 0.95, ci: str = "log-log"
) -> KaplanMeier:
    """Return the Kaplan-Meier estimate of a time to event.

    Parameters
    ----------
    time
        Times of 0 or more, one a subject, in any unit.
    event
        Whether the time is that of the event (True or 1) or of censoring (False or 0). Among equal
        times the events come first.
    level
        Confidence level, between 0 and 1.
    ci
        Type of the pointwise limits: "log-log" (SAS PROC LIFETEST's default), "plain", "log",
        "logit" or "arcsin".

    Returns
    -------
    KaplanMeier
        A usable object for any number of subjects, 0 too.

    Raises
    ------
    ValueError
        When the lengths differ, a time is missing, negative or infinite, an event is neither 0 nor
        1, `level` isn't between 0 and 1 or `ci` isn't one of the five.

    Notes
    -----
    Kaplan EL, Meier P. J Am Stat Assoc 1958;53:457-481. The product is lifelines'
    (`KaplanMeierFitter`); limits, quantiles and means are made here, since lifelines has one type
    of limits, no middle of a flat step, and carries the last value on.
    """
    times, events = subjects(time, event)
    counts = _event_table(times, events)
    # The sum stays infinite from the time on at which all subjects left have the event.
    relative_error = np.sqrt(np.cumsum(_greenwood_terms(counts)))
    survival = counts["survival"].to_numpy()
    lower, upper = pointwise_limits(survival, relative_error, level, ci)
    error = np.full(survival.size, np.nan)
    np.multiply(survival, relative_error, out=error, where=survival > 0)
    table = counts.assign(
        std_error=error, lower=lower, upper=upper, reason=reason_where(survival == 0, AT_0)
    )
    return KaplanMeier(table, int(times.size), int(events.sum()), level, ci)


def reverse_kaplan_meier(
    time: ArrayLike, event: ArrayLike, level: float = 0.95, ci: str = "log-log"
) -> KaplanMeier:
    """Return the reverse Kaplan-Meier estimate: the distribution of the time of follow-up.

    Parameters, result and errors are those of `kaplan_meier`, with the same `event`: here being
    censored is what happens, and the event ends the observation of it. The median is the median
    follow-up (Schemper M, Smith TL. Control Clin Trials 1996;17:343-346).
    """
    times, events = subjects(time, event)
    return kaplan_meier(times, ~events, level, ci)


def _smallest(values: Floats, among: NDArray[np.bool_]) -> int:
    """Return the position of the smallest of the values marked, the first one of equal ones."""
    return int(np.where(among, values, np.inf).argmin())


def _event_table(times: Floats, events: NDArray[np.bool_]) -> pd.DataFrame:
    """Return numbers at risk, with event and censored, and survival, for 0 and each time."""
    if times.size == 0:
        whole = pd.Series([], dtype="int64")
        real = pd.Series([], dtype="float64")
        return pd.DataFrame(
            {"time": real, "n_risk": whole, "n_event": whole, "n_censor": whole, "survival": real}
        )
    from lifelines import KaplanMeierFitter

    fitted = KaplanMeierFitter().fit(times, events)
    counts = fitted.event_table
    return pd.DataFrame(
        {
            "time": counts.index.to_numpy(dtype=float),
            "n_risk": counts["at_risk"].to_numpy(dtype="int64"),
            "n_event": counts["observed"].to_numpy(dtype="int64"),
            "n_censor": counts["censored"].to_numpy(dtype="int64"),
            "survival": fitted.survival_function_["KM_estimate"].to_numpy(dtype=float),
        }
    )


def _greenwood_terms(table: pd.DataFrame) -> Floats:
    """Return d / (n (n - d)) a row, infinite where all at risk have the event."""
    d, n = table["n_event"].to_numpy(dtype=float), table["n_risk"].to_numpy(dtype=float)
    with np.errstate(divide="ignore"):
        return np.asarray(d / (n * (n - d)), dtype=float)
