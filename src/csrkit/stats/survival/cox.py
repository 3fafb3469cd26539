"""Proportional hazards regression with Efron's treatment of ties, as R `coxph` has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack, identity, vstack
from scipy.stats import chi2, norm

from csrkit.stats.estimate import Estimate, missing
from csrkit.stats.survival.data import strata_of, subjects

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.intp]

NO_EVENT = "no event"
NOT_IDENTIFIED = "the covariates do not differ, or follow from each other, among subjects at risk"
MONOTONE = "a hazard ratio is 0 or infinite: every event happened at the extreme of a covariate"
NOT_CONVERGED = "the regression did not converge"

#: Newton steps end when they would gain less log likelihood than this. On its way to an infinite
#: hazard ratio the likelihood gains more, as long as no log hazard ratio is far above `SUSPECT`.
PRECISION = 1e-18
#: Log likelihood that a step may lose by rounding.
ROUNDING = 1e-9
#: Newton steps after which the search is given up; a fit needs fewer than 20.
MOST_STEPS = 200
#: A log hazard ratio between two subjects above which an infinite one is looked for.
SUSPECT = 10.0
#: Differences of covariates, as a share of their range, that the information matrix can't hold; R
#: `coxph` draws the line at about the same.
LEAST_DIFFERENCE = 1e-6
#: Rise of the linear programme's optimum above 0 that is more than rounding.
LEAST_RISE = 1e-7


@dataclass(frozen=True, slots=True)
class Cox:
    """A fitted proportional hazards model.

    Attributes
    ----------
    table
        One row a covariate: `coef`, `std_error`, `hazard_ratio`, `lower`, `upper` (Wald limits of
        the hazard ratio), `z`, `p_value` (Wald, two-sided). All NaN when there is a reason.
    likelihood_ratio, p_value
        Test that no covariate matters, with as many degrees of freedom as covariates.
    n, n_event
        Subjects and events.
    level
        Confidence level.
    reason
        Why nothing is estimable; None when the model was fitted.
    """

    table: pd.DataFrame
    likelihood_ratio: Estimate
    p_value: Estimate
    n: int
    n_event: int
    level: float
    reason: str | None


def cox(
    time: ArrayLike,
    event: ArrayLike,
    covariates: Mapping[str, ArrayLike],
    stratum: ArrayLike | None = None,
    level: float = 0.95,
) -> Cox:
    """Fit a proportional hazards model.

    Parameters
    ----------
    time, event
        As for `csrkit.stats.survival.kaplan_meier`.
    covariates
        Name to numbers, one a subject, none missing; a group is 0 or 1.
    stratum
        Label of the stratum of each subject, each with its own baseline hazard.
    level
        Confidence level of the limits, between 0 and 1.

    Returns
    -------
    Cox
        With a reason and no numbers when there is no event, when the covariates can't be told apart
        among the subjects at risk, and when the likelihood has no maximum because a hazard ratio
        runs to 0 or infinity (no event in one of two groups, say): then the numbers that software
        prints are where its iterations stopped. Likewise when no maximum is found, as when the
        hazards of two subjects differ by more than numbers hold.

    Raises
    ------
    ValueError
        As `kaplan_meier`; when there is no covariate, or one has other than a number a subject.

    Notes
    -----
    Cox DR. J R Stat Soc B 1972;34:187-220. Tied events by Efron's approximation (Efron B. J Am Stat
    Assoc 1977;72:557-565), the default of R `coxph` and `TIES=EFRON` of SAS PROC PHREG; standard
    errors from the observed information. The likelihood, its gradient and its Hessian are
    statsmodels' (`PHReg`), whose own Newton steps run past the maximum where a covariate is skew:
    here a step that loses likelihood is halved, as in R. Whether the maximum exists is decided
    exactly, by a linear programme (Heinze G, Schemper M. Biometrics 2001;57:114-119 describe the
    problem).
    """
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, found {level}")
    times, events = subjects(time, event)
    design = _design(covariates, times.size)
    strata = strata_of(stratum, times.size)
    names, counts = list(covariates), (int(times.size), int(events.sum()))
    if not events.any():
        return _unfitted(NO_EVENT, names, counts, level)
    spread = np.maximum(np.ptp(design, axis=0), np.finfo(float).tiny)
    scaled = (design - design[0]) / spread
    if not _identified(times, events, scaled, strata):
        return _unfitted(NOT_IDENTIFIED, names, counts, level)
    fit = _fitted(times, events, scaled, strata)
    far = fit is None or np.ptp(scaled @ fit.coef) > SUSPECT
    if far and _monotone(times, events, scaled, strata):
        return _unfitted(MONOTONE, names, counts, level)
    if fit is None:
        return _unfitted(NOT_CONVERGED, names, counts, level)
    coef, error = fit.coef / spread, fit.error / spread
    z = float(norm.ppf((1 + level) / 2))
    with np.errstate(over="ignore"):  # a limit above all numbers is infinite
        ratio, lower, upper = (np.exp(coef + k * z * error) for k in (0, -1, 1))
    table = pd.DataFrame(
        {
            "coef": coef,
            "std_error": error,
            "hazard_ratio": ratio,
            "lower": lower,
            "upper": upper,
            "z": coef / error,
            "p_value": 2 * norm.sf(np.abs(coef / error)),
        },
        index=pd.Index(names, name="covariate"),
    )
    p_value = float(chi2.sf(fit.gain, len(names)))
    return Cox(table, Estimate(fit.gain), Estimate(p_value), *counts, level, None)


@dataclass(frozen=True)
class _Fit:
    """Coefficients, their standard errors, and twice the gain in log likelihood."""

    coef: Floats
    error: Floats
    gain: float


def _design(covariates: Mapping[str, ArrayLike], size: int) -> Floats:
    if not covariates:
        raise ValueError("a model needs at least one covariate")
    for name, values in covariates.items():
        numbers = np.asarray(values, dtype=float)
        if numbers.shape != (size,) or not np.isfinite(numbers).all():
            raise ValueError(f"covariate {name} must have a number for each of the {size} subjects")
    return np.column_stack([np.asarray(values, dtype=float) for values in covariates.values()])


def _fitted(times: Floats, events: Flags, scaled: Floats, strata: Codes) -> _Fit | None:
    """Return the maximum of Efron's likelihood; None when the steps don't end at one."""
    from statsmodels.duration.hazard_regression import PHReg

    model = PHReg(times, scaled, status=events.astype(int), strata=strata, ties="efron")
    coef = np.zeros(scaled.shape[1])
    # Where a sum of hazards comes down to 0 the likelihood is infinite by mistake, and refused.
    with np.errstate(all="ignore"):
        none = height = model.loglike(coef)
        for _ in range(MOST_STEPS):
            score, information = model.score(coef), -model.hessian(coef)
            if not (np.isfinite(score).all() and np.isfinite(information).all()):
                return None
            try:
                factor = cho_factor(information)
            except np.linalg.LinAlgError:  # not positive definite
                return None
            step = cho_solve(factor, score)
            if score @ step < PRECISION:
                covariance = cho_solve(factor, np.eye(coef.size))
                gain = max(float(2 * (height - none)), 0.0)
                return _Fit(coef, np.sqrt(np.diag(covariance)), gain)
            while not height - ROUNDING <= (reached := model.loglike(coef + step)) < np.inf:
                step = step / 2
            coef, height = coef + step, reached
    return None


def _identified(times: Floats, events: Flags, scaled: Floats, strata: Codes) -> bool:
    """Say whether the events tell every direction of the covariates apart.

    What differs among the subjects at risk at some event differs among those at risk at the first.
    """
    spans = []
    for each in np.unique(strata[events]):
        here = strata == each
        at_risk = scaled[here & (times >= times[here & events].min())]
        spans.append(at_risk - at_risk[0])
    all_spans = np.vstack(spans)
    least = LEAST_DIFFERENCE * np.sqrt(len(all_spans))
    return bool(np.linalg.matrix_rank(all_spans, tol=least) == scaled.shape[1])


def _monotone(times: Floats, events: Flags, scaled: Floats, strata: Codes) -> bool:
    """Say whether the likelihood rises without end in some direction of the coefficients.

    It does when in that direction no event ever happened below a subject at risk beside it. The
    unknowns of the linear programme are the direction and, for each stratum and time of events, the
    height of the highest subject at risk; what is maximised adds up how far others lie below.
    """
    moments = pd.MultiIndex.from_arrays([strata[events], times[events]]).unique().sort_values()
    stratum = moments.get_level_values(0).to_numpy()
    place = _latest_moment(times, strata, stratum, moments.get_level_values(1).to_numpy())
    heights = identity(len(moments), format="csr")
    follows = np.flatnonzero(stratum[1:] == stratum[:-1])
    nothing = csr_array((follows.size, scaled.shape[1]))
    present = np.flatnonzero(place >= 0)
    below = vstack(
        [
            hstack([csr_array(scaled[present]), -heights[place[present]]]),
            hstack([nothing, heights[follows + 1] - heights[follows]]),
        ]
    )
    highest = hstack([csr_array(-scaled[events]), heights[place[events]]])
    free = [(-1.0, 1.0)] * scaled.shape[1] + [(None, None)] * len(moments)
    limits = vstack([below, highest]).tocsr()
    found = linprog(
        np.asarray(below.sum(axis=0)).ravel(),
        A_ub=limits,
        b_ub=np.zeros(limits.shape[0]),
        bounds=free,
    )
    return bool(found.success and -found.fun > LEAST_RISE)


def _latest_moment(times: Floats, strata: Codes, stratum: Codes, moment: Floats) -> Codes:
    """Return the place of the latest event time that each subject is at risk at, or -1."""
    place = np.full(times.size, -1, dtype=np.intp)
    for each in np.unique(stratum):
        here = strata == each
        begin, end = np.searchsorted(stratum, [each, each + 1])
        later = np.searchsorted(moment[begin:end], times[here], side="right")
        place[here] = np.where(later > 0, begin + later - 1, -1)
    return place


def _unfitted(reason: str, names: list[str], counts: tuple[int, int], level: float) -> Cox:
    columns = ["coef", "std_error", "hazard_ratio", "lower", "upper", "z", "p_value"]
    table = pd.DataFrame(np.nan, index=pd.Index(names, name="covariate"), columns=columns)
    return Cox(table, missing(reason), missing(reason), *counts, level, reason)
