"""ADSL: analysis sets, each with the reason why a subject isn't in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from csrkit.adam.common.baseline import find_first_dose, is_after_first_dose
from csrkit.adam.common.dates import LAST_MOMENT
from csrkit.adam.common.domains import select_records
from csrkit.adam.common.time_points import PARTS, derive_time_points
from csrkit.adam.occurrences.events import find_dlt_subjects, select_adverse_events
from csrkit.study import Study
from csrkit.study.derivations.sources import DateSource

SETTINGS = "derivations.adsl"


def add_populations(
    adsl: pd.DataFrame, sdtm: Mapping[str, pd.DataFrame], doses: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Add each set's flag (Y/N) and the reason in words when it is N.

    Parameters
    ----------
    adsl
        ADSL with treatment, disposition and death; `ENROLLED` says where a record of enrolment is.
    doses
        Valid doses, from `exposure.ends.add_ends`.
    """
    out = _add_set(adsl, "ENRLFL", "ENRLREAS", _find_not_enrolled(adsl, study))
    untreated = out["NINF"].eq(0)
    out = _add_set(
        out,
        "SAFFL",
        "SAFREAS",
        [
            (out["ENRLFL"].eq("N"), "Not enrolled"),
            (untreated & out["EOSSTT"].eq("DISCONTINUED"), "Left the study before treatment"),
            (untreated, "No treatment by the data cut"),
        ],
    )
    not_safe = (out["SAFFL"].eq("N"), "Not in the safety set")
    out = _add_set(
        out, "DLTEVLFL", "DLTEREAS", [not_safe, *_find_not_dlt_evaluable(out, sdtm, doses, study)]
    )
    out = _add_set(
        out, "EFFFL", "EFFREAS", [not_safe, *_find_not_efficacy_evaluable(out, sdtm, study)]
    )
    out = _add_set(out, "PKFL", "PKREAS", [not_safe, *_find_without_pk(out, sdtm, study)])
    return out.drop(columns="ENROLLED")


def _add_set(
    adsl: pd.DataFrame, flag: str, reason: str, reasons: Sequence[tuple[pd.Series, str]]
) -> pd.DataFrame:
    """Add a set: N with the first reason that applies, Y when none does."""
    masks = [mask.fillna(False).to_numpy(bool) for mask, _ in reasons]
    words = np.select(masks, [text for _, text in reasons], default="")
    why = pd.Series(words, index=adsl.index, dtype=object)
    out = adsl.copy()
    out[flag] = np.where(why.eq(""), "Y", "N")
    out[reason] = why.where(why != "", None)
    return out


def _find_not_enrolled(adsl: pd.DataFrame, study: Study) -> list[tuple[pd.Series, str]]:
    return [
        (adsl["SCRFFL"].eq("Y"), "Screen failure"),
        (~adsl["ARMCD"].isin(list(study.arms)), "Not assigned to a group by the data cut"),
        (~adsl["ENROLLED"], "Not enrolled by the data cut"),
    ]


def _find_not_dlt_evaluable(
    adsl: pd.DataFrame, sdtm: Mapping[str, pd.DataFrame], doses: pd.DataFrame, study: Study
) -> list[tuple[pd.Series, str]]:
    """Return why a treated subject isn't DLT-evaluable, in the order in which reasons count."""
    phases = study.derivations.adsl.dlt_phases
    if not phases:
        return [(adsl["USUBJID"].notna(), "No evaluation of dose-limiting toxicities")]
    days = study.assumptions.dlt_window_days.value
    share = study.assumptions.dlt_min_infusion_share.value
    end = adsl["TRTSDT"] + pd.Timedelta(days=days - 1)
    with_dlt = find_dlt_subjects(select_adverse_events(sdtm, adsl, study), adsl, study)
    without_dlt = ~adsl["USUBJID"].isin(with_dlt)
    open_at_cut = (end + LAST_MOMENT).gt(pd.Timestamp(study.cut_moment))
    fewer = _doses_in_window(adsl, doses, end) < share * _planned_doses(days, study)
    return [
        (~adsl["PHASE"].isin(phases), f"Not in phase {' or '.join(phases)}".strip()),
        (adsl["TRTSDT"].isna(), "Date of the first dose not known"),
        (without_dlt & adsl["DTHDT"].lt(end), "Died in the DLT window without a DLT"),
        (without_dlt & adsl["EOSDT"].lt(end), "Left the study in the DLT window without a DLT"),
        (without_dlt & open_at_cut, "DLT window not complete at the data cut"),
        (without_dlt & ~adsl["LSTALVDT"].ge(end), "Not followed through the DLT window"),
        (without_dlt & fewer, f"Fewer than {share:.0%} of the doses planned in the DLT window"),
    ]


def _doses_in_window(adsl: pd.DataFrame, doses: pd.DataFrame, end: pd.Series) -> pd.Series:
    last_day = doses["USUBJID"].map(end.set_axis(adsl["USUBJID"]))
    inside = doses[doses["ASTDTM"].dt.normalize().le(last_day)]
    return adsl["USUBJID"].map(inside.groupby("USUBJID").size()).fillna(0)


def _planned_doses(days: int, study: Study) -> int:
    """Return the doses planned in the first `days` days of a course: one an interval from day 1."""
    interval, course = study.treatment.infusion_interval_days, study.treatment.infusions_per_course
    if interval is None:
        return 1
    planned = -(-days // interval)
    return min(planned, course) if course else planned


def _find_not_efficacy_evaluable(
    adsl: pd.DataFrame, sdtm: Mapping[str, pd.DataFrame], study: Study
) -> list[tuple[pd.Series, str]]:
    settings = study.derivations.adsl
    if settings.disease is None:
        return [(adsl["USUBJID"].notna(), "No evaluation of efficacy")]
    diseased = _select_dated(sdtm, settings.disease, adsl, study, "disease", after=False)
    observed = adsl["DTHFL"].eq("Y")
    for source in settings.evidence:
        observed |= _select_dated(
            sdtm, source, adsl, study, f"evidence ({source.domain})", after=True
        )
    return [
        (~diseased, settings.without_disease),
        (~observed, settings.without_evidence),
    ]


def _find_without_pk(
    adsl: pd.DataFrame, sdtm: Mapping[str, pd.DataFrame], study: Study
) -> list[tuple[pd.Series, str]]:
    quantified = _select_dated(sdtm, study.derivations.adsl.pk, adsl, study, "pk", after=True)
    return [(~quantified, "No quantifiable concentration after the first dose")]


def _select_dated(
    sdtm: Mapping[str, pd.DataFrame],
    source: DateSource | None,
    adsl: pd.DataFrame,
    study: Study,
    setting: str,
    *,
    after: bool,
) -> pd.Series:
    """Return where a subject has a record of a source after (or not after) the first dose."""
    if source is None:
        return pd.Series(False, index=adsl.index)
    prefix = source.domain[:2]
    columns = ["USUBJID", source.variable, *(f"{prefix}{part}" for part in PARTS)]
    where = f"{SETTINGS}.{setting}.where"
    records = select_records(sdtm, source.domain, columns, source.where, where)
    points = derive_time_points(records, study.derivations.time_points(source.domain), prefix)
    first_dose = find_first_dose(records["USUBJID"], adsl)
    later = is_after_first_dose(records, source.variable, first_dose, points)
    return adsl["USUBJID"].isin(records.loc[later if after else ~later, "USUBJID"])
