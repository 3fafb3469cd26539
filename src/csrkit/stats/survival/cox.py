"""Proportional hazards regression with Efron's treatment of ties, as R `coxph` has it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
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

#: Newton steps end when they gain less log likelihood than this; lifelines' own limit leaves 4
#: digits of a p-value.
PRECISION = 1e-18
#: What lifelines says when its steps end without a maximum.
STOPPED = ("failed to converge", "suspiciously close to 0")
#: A log hazard ratio over the range of a covariate above which an infinite one is looked for.
SUSPECT = 10.0
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
        prints are where its iterations stopped.

    Raises
    ------
    ValueError
        As `kaplan_meier`; when there is no covariate, or one has other than a number a subject.

    Notes
    -----
    Efron B. J Am Stat Assoc 1977;72:557-565. Fitted by lifelines (`CoxPHFitter`), taken further
    than it goes by itself. Whether the maximum exists is decided exactly, by a linear programme
    (Heinze G, Schemper M. Biometrics 2001;57:114-119 describe the problem).
    """
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, found {level}")
    times, events = subjects(time, event)
    design = _design(covariates, times.size)
    strata = strata_of(stratum, times.size)
    names, counts = list(covariates), (int(times.size), int(events.sum()))
    if not events.any():
        return _unfitted(NO_EVENT, names, counts, level)
    if not _identified(times, events, design, strata):
        return _unfitted(NOT_IDENTIFIED, names, counts, level)
    fit = _fitted(times, events, design, strata)
    far = fit is None or (np.abs(fit.coef) * np.ptp(design, axis=0) > SUSPECT).any()
    if far and _monotone(times, events, design, strata):
        return _unfitted(MONOTONE, names, counts, level)
    if fit is None:
        return _unfitted(NOT_CONVERGED, names, counts, level)
    z = float(norm.ppf((1 + level) / 2))
    table = pd.DataFrame(
        {
            "coef": fit.coef,
            "std_error": fit.error,
            "hazard_ratio": np.exp(fit.coef),
            "lower": np.exp(fit.coef - z * fit.error),
            "upper": np.exp(fit.coef + z * fit.error),
            "z": fit.coef / fit.error,
            "p_value": 2 * norm.sf(np.abs(fit.coef / fit.error)),
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


def _fitted(times: Floats, events: Flags, design: Floats, strata: Codes) -> _Fit | None:
    """Return the fit by lifelines; None when it doesn't converge."""
    from lifelines import CoxPHFitter
    from lifelines.exceptions import ConvergenceError

    names = [f"x{place}" for place in range(design.shape[1])]
    data = pd.DataFrame(design, columns=names).assign(T=times, E=events, S=strata)
    exact = {"precision": PRECISION, "r_precision": PRECISION}
    with warnings.catch_warnings(record=True) as caught:
        # Of what lifelines warns of, only that it has stopped matters: the caller decides the rest.
        warnings.simplefilter("always")
        try:
            fitter = CoxPHFitter().fit(data, "T", "E", strata=["S"], fit_options=exact)
            test = fitter.log_likelihood_ratio_test()
        except (ConvergenceError, np.linalg.LinAlgError):
            return None
    if any(stop in str(each.message) for each in caught for stop in STOPPED):
        return None
    coef = fitter.params_[names].to_numpy(dtype=float)
    error = fitter.standard_errors_[names].to_numpy(dtype=float)
    if not (np.isfinite(coef) & np.isfinite(error)).all():
        return None
    return _Fit(coef, error, float(test.test_statistic))


def _identified(times: Floats, events: Flags, design: Floats, strata: Codes) -> bool:
    """Say whether the events tell every direction of the covariates apart.

    What differs among the subjects at risk at some event differs among those at risk at the first.
    """
    spans = []
    for each in np.unique(strata[events]):
        here = strata == each
        at_risk = design[here & (times >= times[here & events].min())]
        spans.append(at_risk - at_risk.mean(axis=0))
    scaled = np.vstack(spans) / np.maximum(np.ptp(design, axis=0), np.finfo(float).tiny)
    return bool(np.linalg.matrix_rank(scaled) == design.shape[1])


def _monotone(times: Floats, events: Flags, design: Floats, strata: Codes) -> bool:
    """Say whether the likelihood rises without end in some direction of the coefficients.

    It does when in that direction no event ever happened below a subject at risk beside it. The
    unknowns of the linear programme are the direction and, for each stratum and time of events, the
    height of the highest subject at risk; what is maximised adds up how far others lie below.
    """
    moments = pd.MultiIndex.from_arrays([strata[events], times[events]]).unique().sort_values()
    stratum = moments.get_level_values(0).to_numpy()
    place = _latest_moment(times, strata, stratum, moments.get_level_values(1).to_numpy())
    scaled, heights = design / np.ptp(design, axis=0), identity(len(moments), format="csr")
    follows = np.flatnonzero(stratum[1:] == stratum[:-1])
    nothing = csr_array((follows.size, design.shape[1]))
    present = np.flatnonzero(place >= 0)
    below = vstack(
        [
            hstack([csr_array(scaled[present]), -heights[place[present]]]),
            hstack([nothing, heights[follows + 1] - heights[follows]]),
        ]
    )
    highest = hstack([csr_array(-scaled[events]), heights[place[events]]])
    free = [(-1.0, 1.0)] * design.shape[1] + [(None, None)] * len(moments)
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
