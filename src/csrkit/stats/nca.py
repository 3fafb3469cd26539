"""Non-compartmental analysis (NCA) of one concentration-time profile.

Parameters carry the CDISC names (PKPARMCD). The rules agree with the R package PKNCA and with
Phoenix; see `nca` for each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from csrkit.stats.estimate import Estimate
from csrkit.stats.nca_area import METHODS, Area, Array, area, beyond_last
from csrkit.stats.nca_terminal import TerminalPhase, terminal_phase

NO_CONCENTRATION = "No concentration in the profile"
NOT_QUANTIFIABLE = "No quantifiable concentration in the profile"
NO_START = "No concentration at time 0, the start of dosing"
ONE_SAMPLE = "Only one concentration in the profile"


class NcaValue(Estimate):
    """One parameter: its value, or NaN and the reason why it can't be computed."""


@dataclass(frozen=True)
class _Profile:
    """A checked profile; `last` is the position of the last quantifiable concentration."""

    time: Array
    conc: Array

    @property
    def last(self) -> int:
        return int(np.flatnonzero(self.conc > 0)[-1])


def nca(
    time: Sequence[float] | Array,
    conc: Sequence[float] | Array,
    dose: float | None = None,
    duration: float = 0.0,
    auc: str = "lin-up-log-down",
    include_cmax_in_lambda_z: bool = False,
    start_conc: float | None = None,
) -> dict[str, NcaValue]:
    """Return the NCA parameters of a profile.

    Parameters
    ----------
    time
        Sampling times from the start of dosing (time 0), increasing, ≥ 0; array of length n.
    conc
        Concentrations ≥ 0, length n. A concentration below the limit of quantification is given as
        0, or as missing (NaN, None); which of them is the caller's rule. Pairs with a missing
        concentration are left out before anything else.
    dose
        Dose given; adds the parameters that need one.
    duration
        Duration of the infusion, in the unit of `time`; 0 when there is none.
    auc
        Trapezoidal rule: `lin-up-log-down`, `linear` or `log` (see `csrkit.stats.nca_area.area`).
    include_cmax_in_lambda_z
        Whether the maximum may be one of the points for λz.
    start_conc
        Concentration at time 0 when no sample was taken then (0 before a first infusion or an
        extravascular dose, C0 after a bolus). None: areas are not computed without such a sample.

    Returns
    -------
    dict
        CMAX, TMAX (first maximum), CLST, TLST (last concentration above 0); AUCLST and AUMCLST from
        0 to TLST; LAMZ, LAMZHL (ln 2 / LAMZ), LAMZNPT, LAMZLL and LAMZUL (first and last time
        used), R2, R2ADJ; AUCIFO, AUCIFP (to infinity, from the observed and the predicted CLST),
        AUCPEO, AUCPEP (extrapolated share of these, %), AUMCIFO; with a duration MRTICIFO (mean
        residence time, AUMCIFO / AUCIFO − duration / 2); with a dose CMAXDN and AUCLSTDN (divided
        by it), CLO (dose / AUCIFO) and VZO (CLO / LAMZ), which after an extravascular dose mean
        CL/F and Vz/F. Units are those of time, concentration and dose given. A profile whose
        concentrations are all 0 has a CMAX and an AUCLST of 0, as in PKNCA.

    Raises
    ------
    ValueError
        For lengths that differ, times that are missing, negative, duplicate or not in order,
        concentrations that are negative or infinite, an unknown `auc`, a dose that is not above 0,
        a negative duration or a negative `start_conc`; the message names the values.

    Notes
    -----
    Points for λz are the concentrations above 0 that come after TMAX (or from TMAX on), and for an
    infusion after its end. How many of them are used: `csrkit.stats.nca_terminal`.

    Source: Gabrielsson and Weiner, Pharmacokinetic and Pharmacodynamic Data Analysis, section 2.8.
    """
    _check_settings(dose, duration, auc, start_conc)
    profile = _profile(time, conc)
    values = _observed(profile)
    last_area = _area_to_last(profile, auc, start_conc)
    phase = _terminal(profile, duration, include_cmax_in_lambda_z)
    values |= _to_last(last_area)
    values |= _terminal_values(phase)
    values |= _to_infinity(profile, last_area, phase)
    if duration > 0:
        values["MRTICIFO"] = _ratio(values["AUMCIFO"], values["AUCIFO"], minus=duration / 2)
    if dose is not None:
        values |= _by_dose(values, dose)
    return values


def _check_settings(dose: float | None, duration: float, auc: str, start: float | None) -> None:
    if auc not in METHODS:
        raise ValueError(f"auc must be one of {', '.join(METHODS)}; got {auc!r}")
    if dose is not None and not (np.isfinite(dose) and dose > 0):
        raise ValueError(f"dose must be above 0; got {dose}")
    if not (np.isfinite(duration) and duration >= 0):
        raise ValueError(f"duration must be 0 or above; got {duration}")
    if start is not None and not (np.isfinite(start) and start >= 0):
        raise ValueError(f"start_conc must be 0 or above; got {start}")


def _profile(time: Sequence[float] | Array, conc: Sequence[float] | Array) -> _Profile:
    """Leave out missing concentrations and refuse what can't be a profile."""
    times = np.asarray(time, dtype=float)
    concs = np.asarray(conc, dtype=float)
    if times.ndim != 1 or times.shape != concs.shape:
        raise ValueError(
            f"time and conc must be one-dimensional and of the same length; got shapes "
            f"{times.shape} and {concs.shape}"
        )
    known = ~np.isnan(concs)
    times, concs = times[known], concs[known]
    _refuse(~np.isfinite(times), times, "times must be numbers")
    _refuse(times < 0, times, "times must not be negative (a pre-dose sample belongs to time 0)")
    _refuse(~np.isfinite(concs), concs, "concentrations must be finite")
    _refuse(concs < 0, concs, "concentrations must not be negative")
    step = np.diff(times, prepend=-np.inf)
    _refuse(step == 0, times, "times must not be duplicate")
    _refuse(step < 0, times, "times must increase; these come after a later one")
    return _Profile(times, concs)


def _refuse(wrong: np.ndarray, values: Array, message: str) -> None:
    if wrong.any():
        raise ValueError(f"{message}: {', '.join(f'{value:g}' for value in values[wrong])}")


def _missing(names: Sequence[str], reason: str) -> dict[str, NcaValue]:
    return {name: NcaValue(np.nan, reason) for name in names}


def _observed(profile: _Profile) -> dict[str, NcaValue]:
    """Return what is read from the samples themselves."""
    if not len(profile.conc):
        return _missing(["CMAX", "TMAX", "CLST", "TLST"], NO_CONCENTRATION)
    if not profile.conc.any():
        return {"CMAX": NcaValue(0.0)} | _missing(["TMAX", "CLST", "TLST"], NOT_QUANTIFIABLE)
    peak = int(np.argmax(profile.conc))
    return {
        "CMAX": NcaValue(float(profile.conc[peak])),
        "TMAX": NcaValue(float(profile.time[peak])),
        "CLST": NcaValue(float(profile.conc[profile.last])),
        "TLST": NcaValue(float(profile.time[profile.last])),
    }


def _area_to_last(profile: _Profile, method: str, start: float | None) -> Area | str:
    """Return the areas from time 0 to the last quantifiable concentration, or why none."""
    time, conc = profile.time, profile.conc
    if not len(conc):
        return NO_CONCENTRATION
    if not conc.any():
        return Area(0.0, 0.0)
    end = profile.last + 1
    time, conc = time[:end], conc[:end]
    if time[0] > 0:
        if start is None:
            return NO_START
        time, conc = np.insert(time, 0, 0.0), np.insert(conc, 0, start)
    if len(profile.conc) == 1 and len(conc) == 1:
        return ONE_SAMPLE
    return area(time, conc, method)


def _to_last(found: Area | str) -> dict[str, NcaValue]:
    if isinstance(found, str):
        return _missing(["AUCLST", "AUMCLST"], found)
    return {"AUCLST": NcaValue(found.auc), "AUMCLST": NcaValue(found.aumc)}


def _terminal(profile: _Profile, duration: float, include_cmax: bool) -> TerminalPhase | str:
    """Return the terminal phase by the points that may be used for it, or why there is none."""
    if not len(profile.conc):
        return NO_CONCENTRATION
    if not profile.conc.any():
        return NOT_QUANTIFIABLE
    time, conc = profile.time, profile.conc
    peak = time[np.argmax(conc)]
    usable = (conc > 0) & ((time >= peak) if include_cmax else (time > peak))
    if duration > 0:
        usable &= time > duration
    return terminal_phase(time[usable], conc[usable])


def _terminal_values(phase: TerminalPhase | str) -> dict[str, NcaValue]:
    names = ["LAMZ", "LAMZHL", "LAMZNPT", "LAMZLL", "LAMZUL", "R2", "R2ADJ"]
    if isinstance(phase, str):
        return _missing(names, phase)
    found = [
        phase.rate,
        float(np.log(2)) / phase.rate,
        float(phase.points),
        phase.first,
        phase.last,
        phase.r2,
        phase.adj_r2,
    ]
    return {name: NcaValue(value) for name, value in zip(names, found, strict=True)}


def _to_infinity(
    profile: _Profile, to_last: Area | str, phase: TerminalPhase | str
) -> dict[str, NcaValue]:
    """Return the areas to infinity and the share of them beyond the last concentration (%)."""
    names = ["AUCIFO", "AUCPEO", "AUCIFP", "AUCPEP", "AUMCIFO"]
    if isinstance(to_last, str):
        return _missing(names, to_last)
    if isinstance(phase, str):
        return _missing(names, f"Terminal rate constant not estimable. {phase}")
    time, conc = float(profile.time[profile.last]), float(profile.conc[profile.last])
    observed = beyond_last(time, conc, phase.rate)
    predicted = beyond_last(time, phase.predicted(time), phase.rate)
    whole_observed, whole_predicted = to_last.auc + observed.auc, to_last.auc + predicted.auc
    return {
        "AUCIFO": NcaValue(whole_observed),
        "AUCPEO": NcaValue(100 * observed.auc / whole_observed),
        "AUCIFP": NcaValue(whole_predicted),
        "AUCPEP": NcaValue(100 * predicted.auc / whole_predicted),
        "AUMCIFO": NcaValue(to_last.aumc + observed.aumc),
    }


def _by_dose(values: dict[str, NcaValue], dose: float) -> dict[str, NcaValue]:
    """Return the parameters that need a dose."""
    given = NcaValue(dose)
    clearance = _ratio(given, values["AUCIFO"])
    return {
        "CMAXDN": _ratio(values["CMAX"], given),
        "AUCLSTDN": _ratio(values["AUCLST"], given),
        "CLO": clearance,
        "VZO": _ratio(clearance, values["LAMZ"]),
    }


def _ratio(above: NcaValue, below: NcaValue, minus: float = 0.0) -> NcaValue:
    """Divide two parameters; the first reason found goes on to the result."""
    reason = above.reason or below.reason
    return NcaValue(np.nan, reason) if reason else NcaValue(above.value / below.value - minus)
