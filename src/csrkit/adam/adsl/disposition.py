"""ADSL: consent, enrolment, end of treatment and study, death, last known alive."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from csrkit.adam.common.dates import derive_study_day, impute_dates
from csrkit.adam.common.domains import select_records, select_variables
from csrkit.adam.common.partial_dates import drop_time_zone
from csrkit.sdtm import iso
from csrkit.sdtm.keys import sequence_variable
from csrkit.study import Study
from csrkit.study.derivations.sources import DateSource, ValueSource
from csrkit.study.derivations.subjects import SubjectLevel

SETTINGS = "derivations.adsl"


def add_disposition(
    adsl: pd.DataFrame, sdtm: Mapping[str, pd.DataFrame], study: Study
) -> pd.DataFrame:
    """Add consent and enrolment dates, screen failure, and the end of treatment and study."""
    settings = study.derivations.adsl
    subject = adsl["USUBJID"]
    dm = select_variables(sdtm, "DM", ["USUBJID", "RFICDTC"])
    consent, _ = impute_dates(dm["RFICDTC"], highest="n", records=dm)
    enrolled = _dated_records(sdtm, settings.enrolment, "enrolment").drop_duplicates("USUBJID")
    failed = _dated_records(sdtm, settings.screen_failure, "screen_failure")
    failed = failed.drop_duplicates("USUBJID", keep="last").set_index("USUBJID")
    failure = subject.isin(failed.index)
    treatment = _ending(adsl, sdtm, settings.end_of_treatment, "end_of_treatment", study)
    whole = _ending(adsl, sdtm, settings.end_of_study, "end_of_study", study)
    treated = adsl["NINF"].gt(0)
    return adsl.assign(
        RFICDT=subject.map(consent.groupby(dm["USUBJID"]).min()).astype("datetime64[ns]"),
        ENRLDT=_by_subject(subject, enrolled.set_index("USUBJID")["DATE"]),
        ENROLLED=subject.isin(enrolled["USUBJID"]),
        SCRFFL=np.where(failure, "Y", "N"),
        SCRFREAS=subject.map(failed["VALUE"]),
        EOTSTT=treatment["STATUS"].where(treated, None),
        DCTREAS=treatment["REASON"].where(treated, None),
        EOTDT=treatment["DATE"].where(treated),
        EOSSTT=whole["STATUS"].where(~failure | whole["DATED"], None),
        DCSREAS=whole["REASON"],
        EOSDT=whole["DATE"],
    )


def add_death(adsl: pd.DataFrame, sdtm: Mapping[str, pd.DataFrame], study: Study) -> pd.DataFrame:
    """Add death, its cause, the days from the last dose to it, and the date last known alive.

    An evidence of life dated after death or after the data cut isn't used. A partial date of death
    is imputed not before the last evidence of life that it can be after.
    """
    settings = study.derivations.adsl
    subject = adsl["USUBJID"]
    dm = select_variables(sdtm, "DM", ["USUBJID", "DTHDTC"])
    evidence = _alive(sdtm, study)
    latest = iso.latest(drop_time_zone(dm["DTHDTC"], dm)).groupby(dm["USUBJID"]).max()
    possible = evidence[~evidence["DATE"].gt(evidence["USUBJID"].map(latest))]
    last_seen = _by_subject(dm["USUBJID"], possible.groupby("USUBJID")["DATE"].max())
    died, flag = impute_dates(
        dm["DTHDTC"],
        settings.death_date.highest,
        settings.death_date.how,
        not_before=last_seen,
        not_after=study.cut_day,
        records=dm,
    )
    deaths = pd.DataFrame({"USUBJID": dm["USUBJID"], "DTHDT": died, "DTHDTF": flag})
    deaths = deaths.drop_duplicates("USUBJID").set_index("USUBJID")
    alive = evidence[~evidence["DATE"].gt(evidence["USUBJID"].map(deaths["DTHDT"]))]
    death = _by_subject(subject, deaths["DTHDT"])
    return adsl.assign(
        DTHDT=death,
        DTHDTF=subject.map(deaths["DTHDTF"]),
        DTHADY=derive_study_day(death, adsl["TRTSDT"]),
        **derive_days_to_death(death, adsl["TRTEDT"], settings),
        DTHCAUS=_cause_of_death(subject, sdtm, study).where(adsl["DTHFL"].eq("Y"), None),
        LSTALVDT=_by_subject(subject, alive.groupby("USUBJID")["DATE"].max()),
    )


def _dated_records(
    sdtm: Mapping[str, pd.DataFrame], source: DateSource | ValueSource, setting: str
) -> pd.DataFrame:
    """Return a source's records: USUBJID DATE VALUE DSDECOD, in order of date and --SEQ.

    A date isn't imputed; a record without one comes first. VALUE is a ValueSource's variable.
    """
    date = source.variable if isinstance(source, DateSource) else source.date
    value = source.variable if isinstance(source, ValueSource) else None
    sequence = sequence_variable(source.domain)
    columns = ["USUBJID", sequence, "DSDECOD"] + [name for name in (date, value) if name]
    frame = select_records(
        sdtm, source.domain, columns, source.where, f"{SETTINGS}.{setting}.where"
    )
    dates = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[ns]")
    if date:
        dates, _ = impute_dates(frame[date], highest="n", records=frame)
    frame = frame.assign(DATE=dates, VALUE=frame[value] if value else None)
    frame = frame.sort_values(["USUBJID", "DATE", sequence], na_position="first")
    return frame[["USUBJID", "DATE", "VALUE", "DSDECOD"]].reset_index(drop=True)


def _ending(
    adsl: pd.DataFrame,
    sdtm: Mapping[str, pd.DataFrame],
    source: DateSource,
    setting: str,
    study: Study,
) -> pd.DataFrame:
    """Return STATUS, REASON, DATE and DATED (a record is there) of an end, a row a subject."""
    last = _dated_records(sdtm, source, setting).drop_duplicates("USUBJID", keep="last")
    last = last.set_index("USUBJID").reindex(adsl["USUBJID"].to_numpy()).set_index(adsl.index)
    there = adsl["USUBJID"].isin(_dated_records(sdtm, source, setting)["USUBJID"])
    completed = last["DSDECOD"].isin(study.derivations.adsl.completed)
    status = np.select([~there, completed], ["ONGOING", "COMPLETED"], "DISCONTINUED")
    return pd.DataFrame(
        {
            "STATUS": pd.Series(status, index=adsl.index, dtype=object),
            "REASON": last["DSDECOD"].where(there & ~completed, None),
            "DATE": last["DATE"].astype("datetime64[ns]"),
            "DATED": there,
        }
    )


def _alive(sdtm: Mapping[str, pd.DataFrame], study: Study) -> pd.DataFrame:
    """Return USUBJID and DATE of every evidence of life up to the data cut."""
    frames = [pd.DataFrame({"USUBJID": pd.Series(dtype=object), "DATE": pd.Series(dtype="M8[ns]")})]
    for source in study.derivations.adsl.alive_sources:
        status = f"{source.domain[:2]}STAT"
        columns = ["USUBJID", sequence_variable(source.domain), source.variable, status]
        setting = f"{SETTINGS}.alive_sources ({source.domain}).where"
        frame = select_records(sdtm, source.domain, columns, source.where, setting)
        frame = frame[frame[status].ne("NOT DONE")].reset_index(drop=True)
        dates, _ = impute_dates(frame[source.variable], highest="n", records=frame)
        found = pd.DataFrame({"USUBJID": frame["USUBJID"], "DATE": dates})
        frames.append(found[found["DATE"].le(pd.Timestamp(study.cut_day))])
    return pd.concat(frames, ignore_index=True)


def _cause_of_death(
    subject: pd.Series, sdtm: Mapping[str, pd.DataFrame], study: Study
) -> pd.Series:
    """Return the cause of death of each subject: the first source that has one."""
    cause = pd.Series(None, index=subject.index, dtype=object)
    for source in study.derivations.adsl.death_causes:
        records = _dated_records(sdtm, source, f"death_causes ({source.domain})")
        records = records[records["VALUE"].notna()].drop_duplicates("USUBJID")
        found = subject.map(records.set_index("USUBJID")["VALUE"])
        cause = cause.where(cause.notna(), found)
    return cause.where(cause.notna(), None)


def derive_days_to_death(
    death: pd.Series, last_dose: pd.Series, settings: SubjectLevel
) -> dict[str, pd.Series]:
    """Return LDDTHELD (days, 0 on the day of the last dose) and LDDTHGR1.

    As `derive_vars_duration(add_one = FALSE)` of the R package admiral in its ADSL.
    """
    days = (death - last_dose).dt.days.astype("float64")
    soon, later = settings.death_groups
    near = days.le(settings.death_after_dose_days)
    group = pd.Series(np.where(near, soon, later), index=days.index, dtype=object)
    return {"LDDTHELD": days, "LDDTHGR1": group.where(days.notna(), None)}


def _by_subject(subject: pd.Series, dates: pd.Series) -> pd.Series:
    return subject.map(dates).astype("datetime64[ns]")
