"""The rules of non-compartmental analysis, for any number of profiles at once.

`csrkit.stats.nca` says what each parameter means; here is how it is computed, the same for one
profile and for thousands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from csrkit.stats.nca.acceptance import Acceptance, flag_values
from csrkit.stats.nca.area import area, beyond_last, clipped, segments, tail_between
from csrkit.stats.nca.bolus import INFUSED, back_extrapolated, initial_concentrations
from csrkit.stats.nca.column import (
    Array,
    Column,
    Flags,
    Texts,
    column,
    first,
    given,
    no_reasons,
    prefixed,
)
from csrkit.stats.nca.profiles import Profiles
from csrkit.stats.nca.terminal import TerminalPhases, terminal_phases

NO_CONCENTRATION = "No concentration in the profile"
NOT_QUANTIFIABLE = "No quantifiable concentration in the profile"
NO_START = "No concentration at time 0, the start of dosing"
NO_BEGIN = "No concentration at or before the start of the interval"
ONE_SAMPLE = "Only one concentration in the profile"
NONE_AFTER = "No concentration after the start of dosing"
NO_DOSE = "Dose not known"
NOT_INFUSED = "Not given as an infusion"
BEYOND = "The interval ends after the last quantifiable concentration"

INTRAVASCULAR, EXTRAVASCULAR = "intravascular", "extravascular"


@dataclass(frozen=True)
class Dosing:
    """How the profiles were dosed, one array element a profile.

    Attributes
    ----------
    dose
        Dose given, NaN where it isn't known; None when no parameter of the dose is asked.
    duration
        Duration of the infusion, 0 where there was none.
    start_conc
        Concentration at time 0 where no sample was taken then; NaN where it isn't known.
    route
        `intravascular` or `extravascular`.
    back_extrapolate
        Whether the concentration at time 0 of a bolus is extrapolated back where it isn't known.
    """

    dose: Array | None
    duration: Array
    start_conc: Array
    route: str
    back_extrapolate: bool


@dataclass(frozen=True)
class Rules:
    """The settings of an analysis; see `csrkit.stats.nca.nca`."""

    auc: str
    include_cmax: bool
    intervals: tuple[tuple[float, float], ...]
    acceptance: Acceptance


def parameters(
    profiles: Profiles, dosing: Dosing, rules: Rules
) -> tuple[dict[str, Column], dict[str, Texts]]:
    """Return the parameters of checked profiles, and why values of them aren't accepted."""
    begin = _begin(profiles, dosing)
    phases = _phases(profiles, dosing, rules)
    found = _observed(profiles) | _area_to_last(profiles, begin, rules) | _terminal(phases)
    found |= _to_infinity(found, phases)
    if dosing.back_extrapolate:
        found |= _before_first(profiles, begin, dosing, rules, found)
    beyond = {}
    for start, end in rules.intervals:
        name = interval_name(start, end)
        found[name] = _between(profiles, begin, phases, rules, start, end)
        beyond[name] = end > found["TLST"].value
    residence = found["AUMCIFO"].over(found["AUCIFO"]).minus(dosing.duration / 2)
    found |= _residence(residence, dosing)
    if dosing.dose is not None:
        found |= _by_dose(found, residence, dosing.dose, dosing.route)
    return found, flag_values(found, beyond, rules.acceptance)


def interval_name(start: float, end: float) -> str:
    """Return the name of the area over an interval: AUCINT_0_24 from 0 to 24."""
    return f"AUCINT_{start:g}_{end:g}"


def _empty_reason(profiles: Profiles) -> Texts:
    """Return why nothing can be said of a profile: it has no (quantifiable) concentration."""
    reason = no_reasons(len(profiles.count))
    reason[~profiles.some] = NOT_QUANTIFIABLE
    reason[profiles.count == 0] = NO_CONCENTRATION
    return reason


def _observed(profiles: Profiles) -> dict[str, Column]:
    """Return what is read from the samples themselves.

    A sample at the start of dosing shows what was before it: alone it is no maximum.
    """
    before = given(np.asarray(~(profiles.time > 0).any(axis=1)), NONE_AFTER)
    none = first(given(profiles.count == 0, NO_CONCENTRATION), before)
    empty = first(none, _empty_reason(profiles))
    return {
        "CMAX": column(profiles.at(profiles.conc, profiles.peak), none),
        "TMAX": column(profiles.at(profiles.time, profiles.peak), empty),
        "CLST": column(profiles.at(profiles.conc, profiles.last), empty),
        "TLST": column(profiles.at(profiles.time, profiles.last), empty),
    }


def _begin(profiles: Profiles, dosing: Dosing) -> Array:
    """Return the concentration at time 0: that of the sample taken then, else the one given.

    Without either that of a bolus is extrapolated back, when that is asked for.
    """
    known = np.where(profiles.time[:, 0] == 0, profiles.conc[:, 0], dosing.start_conc)
    if not dosing.back_extrapolate:
        return known
    wanted = np.isnan(known) & (dosing.duration == 0)
    return np.where(wanted, initial_concentrations(profiles), known)


def _from_zero(profiles: Profiles, begin: Array) -> tuple[Array, Array]:
    """Return times and concentrations with time 0 before them."""
    zero = np.zeros((len(begin), 1))
    return np.hstack([zero, profiles.time]), np.hstack([begin[:, None], profiles.conc])


def _area_to_last(profiles: Profiles, begin: Array, rules: Rules) -> dict[str, Column]:
    """Return the areas from time 0 to the last quantifiable concentration, or why none."""
    time, conc = _from_zero(profiles, begin)
    found = area(segments(time, conc, rules.auc), profiles.to_last)
    reason = no_reasons(len(begin))
    reason[np.isnan(begin)] = NO_START
    reason[~profiles.some] = None
    reason[profiles.count == 1] = ONE_SAMPLE
    reason[profiles.count == 0] = NO_CONCENTRATION
    return {"AUCLST": column(found.auc, reason), "AUMCLST": column(found.aumc, reason)}


def _phases(profiles: Profiles, dosing: Dosing, rules: Rules) -> TerminalPhases:
    """Return the terminal phases by the points that may be used for them."""
    time, peak = profiles.time, profiles.at(profiles.time, profiles.peak)[:, None]
    usable = profiles.quantified & ~profiles.excluded
    usable &= (time >= peak) if rules.include_cmax else (time > peak)
    duration = dosing.duration[:, None]
    usable &= (duration == 0) | (time > duration)
    chosen = np.asarray(profiles.chosen.any(axis=1))
    usable = np.where(chosen[:, None], profiles.chosen, usable)
    phases = terminal_phases(time, profiles.conc, usable, chosen)
    return replace(phases, reason=first(_empty_reason(profiles), phases.reason))


def _terminal(phases: TerminalPhases) -> dict[str, Column]:
    half_life = np.log(2) / phases.rate
    found = {
        "LAMZ": phases.rate,
        "LAMZHL": half_life,
        "LAMZNPT": phases.points,
        "LAMZLL": phases.first,
        "LAMZUL": phases.last,
        "LAMZSPN": (phases.last - phases.first) / half_life,
        "R2": phases.r2,
        "R2ADJ": phases.adj_r2,
    }
    return {name: column(values, phases.reason) for name, values in found.items()}


def _to_infinity(found: dict[str, Column], phases: TerminalPhases) -> dict[str, Column]:
    """Return the areas to infinity and the share of them beyond the last concentration (%)."""
    time, last = found["TLST"].value, found["CLST"].value
    auc, aumc = found["AUCLST"], found["AUMCLST"]
    reason = first(auc.reason, prefixed("Terminal rate constant not estimable. ", phases.reason))
    observed = beyond_last(time, last, phases.rate)
    predicted = beyond_last(time, phases.predicted(time), phases.rate)
    whole_observed, whole_predicted = auc.value + observed.auc, auc.value + predicted.auc
    areas = {
        "AUCIFO": whole_observed,
        "AUCPEO": 100 * observed.auc / whole_observed,
        "AUCIFP": whole_predicted,
        "AUCPEP": 100 * predicted.auc / whole_predicted,
        "AUMCIFO": aumc.value + observed.aumc,
    }
    return {name: column(values, reason) for name, values in areas.items()}


def _before_first(
    profiles: Profiles, begin: Array, dosing: Dosing, rules: Rules, found: dict[str, Column]
) -> dict[str, Column]:
    """Return C0 of a bolus, and the share of the areas to infinity before sampling (%)."""
    time, conc = _from_zero(profiles, begin)
    empty = _empty_reason(profiles)
    initial, before = back_extrapolated(profiles, time, conc, dosing.duration, rules.auc, empty)
    shares = {"AUCPBEO": "AUCIFO", "AUCPBEP": "AUCIFP"}
    of = {name: before.over(found[whole]) for name, whole in shares.items()}
    return {"C0": initial} | {
        name: Column(100 * each.value, each.reason) for name, each in of.items()
    }


def _between(
    profiles: Profiles,
    begin: Array,
    phases: TerminalPhases,
    rules: Rules,
    start: float,
    end: float,
) -> Column:
    """Return the area from `start` to `end`: by the segments, and after the last one by λz."""
    time, conc = _from_zero(profiles, begin)
    parts = segments(time, conc, rules.auc)
    counted = profiles.to_last & (parts.t2 > start) & (parts.t1 < end)
    inside = area(clipped(parts, start, end), counted).auc
    last_time, last_conc = (
        np.where(profiles.some, profiles.at(values, profiles.last), np.nan)
        for values in (profiles.time, profiles.conc)
    )
    outside = end > last_time
    tail = tail_between(last_time, last_conc, phases.rate, start, end)
    reason = prefixed(f"{BEYOND}. ", phases.reason)
    reason[~outside] = None
    reason[profiles.some & np.isnan(begin) & (profiles.time[:, 0] > start)] = NO_BEGIN
    reason[profiles.count == 1] = ONE_SAMPLE
    reason[profiles.count == 0] = NO_CONCENTRATION
    return column(inside + np.where(outside, tail, 0.0), reason)


def _residence(residence: Column, dosing: Dosing) -> dict[str, Column]:
    """Return the mean residence time under the name of the way of dosing."""
    if dosing.route == EXTRAVASCULAR:
        return {"MRTEVIFO": residence}
    found = {}
    infused: Flags = dosing.duration > 0
    if infused.any():
        found["MRTICIFO"] = residence.where(infused, NOT_INFUSED)
    if not infused.all():
        found["MRTIBIFO"] = residence.where(~infused, INFUSED)
    return found


def _by_dose(
    found: dict[str, Column], residence: Column, dose: Array, route: str
) -> dict[str, Column]:
    """Return the parameters that need a dose."""
    amount = column(dose, given(np.isnan(dose), NO_DOSE))
    clearance = amount.over(found["AUCIFO"])
    volume = clearance.over(found["LAMZ"])
    by_dose = {"CMAXDN": found["CMAX"].over(amount), "AUCLSTDN": found["AUCLST"].over(amount)}
    if route == EXTRAVASCULAR:
        return by_dose | {"CLFO": clearance, "VZFO": volume}
    return by_dose | {"CLO": clearance, "VZO": volume, "VSSO": clearance.times(residence)}
