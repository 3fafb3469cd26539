"""ADTTE: progression-free and overall survival, response times, time to first DLT (BDS-TTE)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.adam.common.dates import derive_study_day
from csrkit.adam.common.domains import select_records
from csrkit.adam.common.filtering import filter_records
from csrkit.adam.common.merge import merge_adsl
from csrkit.adam.common.stack import stack_records
from csrkit.adam.spec import conform, load_spec
from csrkit.adam.time_to_event.endpoints import (
    censor_at_start,
    duration_of_response,
    overall_survival,
    progression_free_survival,
    time_to_dlt,
    time_to_response,
)
from csrkit.adam.time_to_event.progression import Schedule, derive_progression_status
from csrkit.adam.time_to_event.sources import Endpoint, derive_time_to_event
from csrkit.adam.tumour.assessments import derive_assessment_dates, derive_new_therapy_start
from csrkit.errors import StudyError
from csrkit.sdtm.keys import sequence_variable
from csrkit.study import Study

PFS = "Progression-Free Survival"


def derive_adtte(
    sdtm: Mapping[str, pd.DataFrame], adam: Mapping[str, pd.DataFrame], study: Study
) -> pd.DataFrame:
    """Return ADTTE, conforming to its specification.

    Parameters
    ----------
    sdtm
        Cut domains: RS (clinical progression) and the domain of `derivations.adrs.new_therapy`.
    adam
        ADSL, ADRS, and ADAE when the time to first DLT is wanted.
    study
        Settings `derivations.adtte`, the assumptions on tumour assessments and on censoring.

    Raises
    ------
    StudyError
        When `derivations.adtte.parameters` names a time that isn't known.
    """
    settings = study.derivations.adtte
    subjects = _subjects(sdtm, adam, study)
    adrs = adam["ADRS"]
    responses = adrs[(adrs["PARAMCD"] == "OVR") & (adrs["ANL02FL"] == "Y")]
    censorings = {"PFS": study.assumptions.pfs_censoring.value} | {
        code: variant.censoring for code, variant in settings.pfs_variants.items()
    }
    statuses = {
        code: derive_progression_status(
            subjects, responses, study.derivations.adrs.adequate, rule, Schedule.of(study)
        )
        for code, rule in censorings.items()
    }
    datasets = {**adam, **statuses, "SUBJECTS": subjects}
    parts = [
        derive_time_to_event(endpoint, subjects, datasets).assign(
            PARAMCD=code, PARAM=endpoint.label
        )
        for code, endpoint in _endpoints(study).items()
    ]
    records = merge_adsl(stack_records(parts), adam["ADSL"], extra=["TRTSDT"])
    spec = load_spec("ADTTE", study.terms)
    records = records.assign(
        AVALU="DAYS",
        PARCAT1="Time to event",
        ADY=derive_study_day(records["ADT"], records["TRTSDT"]),
    )
    return conform(records[[name for name in records if name in spec.names]], spec)


def _endpoints(study: Study) -> dict[str, Endpoint]:
    """Return the times wanted, by PARAMCD."""
    settings = study.derivations.adtte
    start = censor_at_start(settings.start)
    known = {
        "PFS": progression_free_survival(PFS, "PFS", start),
        "OS": overall_survival(start),
        "DOR": duration_of_response("PFS"),
        "TTR": time_to_response(),
        "TTDLT": time_to_dlt(start, settings.dlt_subjects),
    }
    unknown = [code for code in settings.parameters if code not in known]
    if unknown:
        raise StudyError(
            "There is no such time to an event",
            where="study.yml, key derivations.adtte.parameters",
            found=", ".join(unknown),
            allowed=tuple(known),
            remedy="Use names of this list.",
        )
    variants = {
        code: progression_free_survival(variant.label, code, start)
        for code, variant in settings.pfs_variants.items()
    }
    return {code: known[code] for code in settings.parameters} | variants


def _subjects(
    sdtm: Mapping[str, pd.DataFrame], adam: Mapping[str, pd.DataFrame], study: Study
) -> pd.DataFrame:
    """Return the subjects with every date that a time starts from or is ended by."""
    settings = study.derivations.adtte
    adsl, adrs = adam["ADSL"], adam["ADRS"]
    chosen = filter_records(adsl, settings.subjects, "derivations.adtte.subjects")
    responded = adrs[(adrs["PARAMCD"] == "CRSP") & (adrs["AVALC"] == "Y")]
    start = chosen[settings.start]
    chosen = chosen.assign(NACTDT=derive_new_therapy_start(sdtm, chosen, study))
    return chosen.assign(
        STARTDT=start,
        CPDT=_clinical_progression(sdtm, chosen, study),
        RSPDT=chosen["USUBJID"].map(responded.set_index("USUBJID")["ADT"]).astype(start.dtype),
        DLTENDT=_end_of_dlt_window(start, chosen["LSTALVDT"], study),
    ).reset_index(drop=True)


def _end_of_dlt_window(start: pd.Series, alive: pd.Series, study: Study) -> pd.Series:
    """Return the last day on which a DLT can be seen; none in a study that has no DLT window."""
    if "dlt_window_days" not in study.assumptions.by_name():
        return pd.Series(pd.NaT, index=start.index, dtype="datetime64[ns]")
    end = start + pd.Timedelta(days=study.assumptions.dlt_window_days.value - 1)
    return alive.where(alive < end, end).where(alive.notna())


def _clinical_progression(
    sdtm: Mapping[str, pd.DataFrame], subjects: pd.DataFrame, study: Study
) -> pd.Series:
    """Return the first clinical progression from the start on, where it is to count as an event."""
    settings = study.derivations.adtte
    if not settings.clinical_progression_is_event:
        return pd.Series(pd.NaT, index=subjects.index).astype("datetime64[ns]")
    source = settings.clinical_progression
    columns = ["USUBJID", sequence_variable(source.domain), source.variable]
    setting = "derivations.adtte.clinical_progression.where"
    records = select_records(sdtm, source.domain, columns, source.where, setting)
    dates = derive_assessment_dates(records, source.variable, subjects, study)
    start = records["USUBJID"].map(subjects.set_index("USUBJID")[settings.start])
    first = dates.where(dates >= start).groupby(records["USUBJID"]).min()
    return subjects["USUBJID"].map(first).astype("datetime64[ns]")
