"""Non-compartmental analysis (NCA) of concentration-time profiles.

Parameters carry the CDISC names (PKPARMCD). The rules agree with the R package PKNCA and with
Phoenix; see `nca` for each. They stand once, in `csrkit.stats.nca.parameters`: `nca` is
`nca_many` for one profile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from csrkit.stats.estimate import Estimate
from csrkit.stats.nca.acceptance import Acceptance
from csrkit.stats.nca.area import METHODS
from csrkit.stats.nca.column import Array, Column, Texts
from csrkit.stats.nca.parameters import EXTRAVASCULAR, INTRAVASCULAR, Dosing, Rules, parameters
from csrkit.stats.nca.profiles import Codes, Profiles, read_samples, stacked

Intervals = Sequence[tuple[float, float]]
USUAL = Acceptance()


@dataclass(frozen=True, slots=True)
class NcaValue(Estimate):
    """One parameter: its value, or NaN and the reason why it can't be computed.

    Attributes
    ----------
    flag
        Why the value isn't to be summarised (`csrkit.stats.nca.acceptance`); None when it may be,
        or is missing.
    """

    flag: str | None = None


class NcaTable(NamedTuple):
    """Parameters of many profiles.

    Attributes
    ----------
    values
        One row a profile (index: its label, in order of first appearance), one column a parameter;
        NaN where there is a reason.
    reasons
        Of the same shape: why a value is missing, None where it isn't.
    flags
        Of the same shape: why a value isn't to be summarised, None where it may be or is missing.
    """

    values: pd.DataFrame
    reasons: pd.DataFrame
    flags: pd.DataFrame


def nca(
    time: ArrayLike,
    conc: ArrayLike,
    dose: float | None = None,
    duration: float = 0.0,
    auc: str = "lin-up-log-down",
    include_cmax_in_lambda_z: bool = False,
    start_conc: float | None = None,
    *,
    lambda_z_points: ArrayLike | None = None,
    lambda_z_exclude: ArrayLike | None = None,
    intervals: Intervals = (),
    route: str = INTRAVASCULAR,
    back_extrapolate: bool = False,
    acceptance: Acceptance = USUAL,
) -> dict[str, NcaValue]:
    """Return the NCA parameters of a profile.

    Parameters
    ----------
    time
        Sampling times from the start of dosing (time 0), increasing, ≥ 0; array of length n.
    conc
        Concentrations ≥ 0, length n. A concentration below the limit of quantification is given as
        0, or as missing (NaN, None); `csrkit.stats.nca.blq` replaces it by a rule. A sample that is
        to be left out of the analysis is given as missing. Pairs with a missing concentration are
        left out before anything else.
    dose
        Dose given; adds the parameters that need one.
    duration
        Duration of the infusion, in the unit of `time`; 0 when there is none.
    auc
        Trapezoidal rule: `lin-up-log-down`, `linear` or `log` (see `csrkit.stats.nca.area`).
    include_cmax_in_lambda_z
        Whether the maximum may be one of the points for λz.
    start_conc
        Concentration at time 0 when no sample was taken then (0 before a first infusion or an
        extravascular dose, C0 after a bolus). None: areas are not computed without such a sample.
    lambda_z_points
        True for the samples that λz is computed from, all of them and no other, whatever the rules
        below say; length n. When none is True the points are chosen by the rules.
    lambda_z_exclude
        True for the samples that are not to be points for λz, length n; the areas use them still.
    intervals
        (start, end) of the intervals that a partial area is asked for, in the unit of `time`.
    route
        `intravascular` or `extravascular`.
    back_extrapolate
        Whether the concentration at time 0 of a bolus (C0) is extrapolated back when there is
        neither a sample nor `start_conc` (`csrkit.stats.nca.bolus`); adds C0, AUCPBEO and AUCPBEP.
    acceptance
        What the terminal phase has to fulfil; a value that rests on one that doesn't is given all
        the same, with a flag that says so.

    Returns
    -------
    dict
        CMAX, TMAX (first maximum), CLST, TLST (last concentration above 0); AUCLST and AUMCLST from
        0 to TLST; LAMZ, LAMZHL (ln 2 / LAMZ), LAMZNPT, LAMZLL and LAMZUL (first and last time
        used), LAMZSPN (half-lives between them), R2, R2ADJ; AUCIFO, AUCIFP (to infinity, from the
        observed and the predicted CLST), AUCPEO, AUCPEP (extrapolated share of these, %), AUMCIFO;
        C0, AUCPBEO and AUCPBEP (share of AUCIFO and AUCIFP before the first sample, %) when asked
        for; the mean residence time, AUMCIFO / AUCIFO − duration / 2, as MRTICIFO for an infusion,
        MRTIBIFO for a bolus and MRTEVIFO for an extravascular dose, which holds the mean time of
        absorption too; with a dose CMAXDN and AUCLSTDN (divided by it), CLO (dose / AUCIFO), VZO
        (CLO / LAMZ) and VSSO (CLO · mean residence time), after an extravascular dose CLFO (CL/F)
        and VZFO (Vz/F).
        For each interval AUCINT_<start>_<end>: concentrations at its ends are interpolated by the
        rule of the area, and what lies after TLST is CLST declining at LAMZ. Units are those of
        time, concentration and dose given. A profile whose concentrations are all 0 has a CMAX and
        areas to its last sample of 0, as in PKNCA. One concentration makes no area, and none of a
        sample at the start of dosing alone is a maximum or a last one: it shows what was before.

    Raises
    ------
    ValueError
        For lengths that differ, times that are missing, negative, duplicate or not in order,
        concentrations that are negative or infinite, points for λz that have none, an unknown `auc`
        or `route`, a dose that is not above 0, a negative duration or `start_conc`, a duration or
        `back_extrapolate` of an extravascular dose, a concentration of 0 at the time of a bolus
        that is to be extrapolated (a sample before the dose: give it as missing), and an interval
        that is none; the message names the values.

    Notes
    -----
    Points for λz are the concentrations above 0 that come after TMAX (or from TMAX on), and for an
    infusion after its end. How many of them are used: `csrkit.stats.nca.terminal`.

    Source: Gabrielsson and Weiner, Pharmacokinetic and Pharmacodynamic Data Analysis, section 2.8.
    """
    one = np.zeros(len(np.atleast_1d(np.asarray(time, dtype=float))), dtype=np.intp)
    samples = read_samples(one, time, conc, lambda_z_points, lambda_z_exclude)
    dosing = Dosing(
        None if dose is None else np.array([dose], dtype=float),
        np.array([duration], dtype=float),
        np.array([np.nan if start_conc is None else start_conc], dtype=float),
        route,
        back_extrapolate,
    )
    if dose is not None and np.isnan(dose):
        raise ValueError(f"dose must be above 0; got {dose}")
    rules = Rules(auc, include_cmax_in_lambda_z, (*intervals,), acceptance)
    found, flags = _analysed(stacked(samples, 1), dosing, rules)
    return {name: _value(each, flags[name]) for name, each in found.items()}


def nca_many(
    profile: ArrayLike,
    time: ArrayLike,
    conc: ArrayLike,
    dose: ArrayLike | None = None,
    duration: ArrayLike = 0.0,
    auc: str = "lin-up-log-down",
    include_cmax_in_lambda_z: bool = False,
    start_conc: ArrayLike | None = None,
    *,
    lambda_z_points: ArrayLike | None = None,
    lambda_z_exclude: ArrayLike | None = None,
    intervals: Intervals = (),
    route: str = INTRAVASCULAR,
    back_extrapolate: bool = False,
    acceptance: Acceptance = USUAL,
) -> NcaTable:
    """Return the NCA parameters of many profiles, computed together.

    Parameters
    ----------
    profile
        Label of the profile that each sample belongs to; length n, one element a sample.
    time, conc, lambda_z_points, lambda_z_exclude
        As for `nca`, one element a sample. Times increase within a profile; profiles may mingle.
    dose, duration, start_conc
        As for `nca`: one number for all profiles, or one element a sample, the same for the samples
        of a profile. A missing dose gives a reason to the parameters that need it; a missing
        `start_conc` means that there is none.
    auc, include_cmax_in_lambda_z, intervals, route, back_extrapolate, acceptance
        As for `nca`, for all profiles.

    Returns
    -------
    NcaTable
        The values, reasons and flags that `nca` gives for each profile alone. Parameters that only
        some profiles have (MRTICIFO and MRTIBIFO) say so in the reason of the others.

    Raises
    ------
    ValueError
        As `nca`; and for a label that is missing, and for doses, durations or start concentrations
        that differ within a profile.
    """
    code, labels = pd.factorize(np.asarray(profile))
    if (code < 0).any():
        raise ValueError("every sample needs the label of its profile")
    samples = read_samples(code, time, conc, lambda_z_points, lambda_z_exclude)

    def of_profile(values: ArrayLike, name: str) -> Array:
        return _of_profile(np.asarray(values, dtype=float), code, len(labels), name)

    dosing = Dosing(
        None if dose is None else of_profile(dose, "dose"),
        of_profile(duration, "duration"),
        of_profile(np.nan if start_conc is None else start_conc, "start_conc"),
        route,
        back_extrapolate,
    )
    rules = Rules(auc, include_cmax_in_lambda_z, (*intervals,), acceptance)
    found, flags = _analysed(stacked(samples, len(labels)), dosing, rules)
    index = pd.Index(labels, name="profile")
    return NcaTable(
        pd.DataFrame({name: each.value for name, each in found.items()}, index=index),
        pd.DataFrame({name: each.reason for name, each in found.items()}, index=index),
        pd.DataFrame(flags, index=index),
    )


def _value(found: Column, flag: Texts) -> NcaValue:
    reason = found.reason[0]
    return NcaValue(float(found.value[0]) if reason is None else np.nan, reason, flag[0])


def _analysed(
    profiles: Profiles, dosing: Dosing, rules: Rules
) -> tuple[dict[str, Column], dict[str, Texts]]:
    _check_settings(dosing, rules)
    if dosing.back_extrapolate:
        at_dose = (profiles.time[:, 0] == 0) & (dosing.duration == 0)
        begins = profiles.conc[at_dose, 0]
        _refuse("a bolus needs a concentration above 0 at time 0", begins, begins > 0)
    return parameters(profiles, dosing, rules)


def _of_profile(values: Array, code: Codes, number: int, name: str) -> Array:
    """Return one value a profile of values given once for all, or one a sample."""
    if values.ndim == 0:
        return np.full(number, float(values))
    if values.shape != code.shape:
        raise ValueError(f"{name} must be one number, or one for each of the {code.size} samples")
    of_each = np.full(number, np.nan)
    of_each[code] = values
    same = (of_each[code] == values) | (np.isnan(of_each[code]) & np.isnan(values))
    if not same.all():
        raise ValueError(f"{name} differs within a profile; {values[~same][0]:g} is one of several")
    return of_each


def _check_settings(dosing: Dosing, rules: Rules) -> None:
    if rules.auc not in METHODS:
        raise ValueError(f"auc must be one of {', '.join(METHODS)}; got {rules.auc!r}")
    if dosing.route not in (INTRAVASCULAR, EXTRAVASCULAR):
        raise ValueError(f"route must be {INTRAVASCULAR} or {EXTRAVASCULAR}; got {dosing.route!r}")
    if dosing.dose is not None:
        known = dosing.dose[~np.isnan(dosing.dose)]
        _refuse("dose must be above 0", known, np.isfinite(known) & (known > 0))
    duration, start = dosing.duration, dosing.start_conc[~np.isnan(dosing.start_conc)]
    _refuse("duration must be 0 or above", duration, np.isfinite(duration) & (duration >= 0))
    _refuse("start_conc must be 0 or above", start, np.isfinite(start) & (start >= 0))
    if dosing.route == EXTRAVASCULAR:
        _refuse("an extravascular dose has no duration", duration, duration == 0)
        if dosing.back_extrapolate:
            raise ValueError("only a bolus is extrapolated back; got an extravascular dose")
    for begin, end in rules.intervals:
        if not (np.isfinite(end) and 0 <= begin < end):
            raise ValueError(
                f"an interval goes from 0 or above to a later time; got {begin}, {end}"
            )


def _refuse(rule: str, values: Array, right: np.ndarray) -> None:
    if not right.all():
        raise ValueError(f"{rule}; got {values[~right][0]:g}")
