"""The dated records that a declared source of a time to an event means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from csrkit.adam.common.dates import impute_dates
from csrkit.adam.common.domains import select_records
from csrkit.adam.common.filtering import filter_records
from csrkit.adam.common.partial_dates import Limit
from csrkit.adam.common.stack import stack_records
from csrkit.adam.time_to_event.declared import SETTINGS, sequence_of
from csrkit.sdtm.keys import sequence_variable
from csrkit.study import Study
from csrkit.study.derivations.time_to_event import Censor, Event, TimeSource

COLUMNS = ["USUBJID", "ADT", "CNSR", "EVNTDESC", "CNSDTDSC", "SRCDOM", "SRCVAR", "SRCSEQ"]


def select_dated(
    source: TimeSource,
    subjects: pd.DataFrame,
    sdtm: Mapping[str, pd.DataFrame],
    adam: Mapping[str, pd.DataFrame],
    study: Study,
    key: str,
) -> pd.DataFrame:
    """Return the dated records of a source.

    Parameters
    ----------
    source
        The source.
    subjects
        Subjects of ADSL; the records of others are left out. Of an event STARTDT and NACTDT (new
        anticancer therapy) bound a partial date, too.
    sdtm, adam
        Domains after the cut, and the datasets derived before ADTTE.
    study
        Settings, with the scope of the run.
    key
        Key of the source below `derivations.adtte`, for an error.

    Returns
    -------
    DataFrame
        USUBJID, ADT (day), SRCDOM SRCVAR SRCSEQ (NaN of ADSL); none where the study has no such
        domain.

    Raises
    ------
    DataError
        When a date of a domain is impossible.
    StudyError
        When the condition can't be used.
    """
    where = f"{SETTINGS}.{key}.where"
    if source.of_sdtm:
        sequence: str | None = sequence_variable(source.dataset)
        columns = ["USUBJID", str(sequence), source.date]
        used = select_records(sdtm, source.dataset, columns, source.where, where)
        used = used[used["USUBJID"].isin(subjects["USUBJID"])]
        dates = _impute(used, source, subjects, study)
    else:
        frame = adam[source.dataset]
        own = frame[frame["USUBJID"].isin(subjects["USUBJID"])]
        used = filter_records(own, source.where, where)
        sequence, dates = sequence_of(source.dataset, study), used[source.date].dt.normalize()
    found = pd.DataFrame(
        {
            "USUBJID": used["USUBJID"],
            "ADT": dates,
            "SRCDOM": source.dataset,
            "SRCVAR": source.date,
            "SRCSEQ": used[sequence] if sequence else float("nan"),
        }
    )
    return found[found["ADT"].notna()].reset_index(drop=True)


def select_events(
    events: Sequence[Event],
    subjects: pd.DataFrame,
    sdtm: Mapping[str, pd.DataFrame],
    adam: Mapping[str, pd.DataFrame],
    study: Study,
    key: str,
) -> pd.DataFrame:
    """Return the dated records of event sources in the columns of ADTTE, and their PLACE.

    Those before the start (STARTDT of `subjects`) are left out where the source says so.
    """
    parts = []
    for place, source in enumerate(events):
        found = select_dated(source, subjects, sdtm, adam, study, f"{key}.events.{place}")
        if source.from_start:
            start = found["USUBJID"].map(subjects.set_index("USUBJID")["STARTDT"])
            found = found[found["ADT"] >= start]
        parts.append(found.assign(CNSR=0.0, EVNTDESC=source.event, CNSDTDSC=None, PLACE=place))
    return stack_records(parts)


def select_censors(
    censors: Sequence[Censor],
    subjects: pd.DataFrame,
    sdtm: Mapping[str, pd.DataFrame],
    adam: Mapping[str, pd.DataFrame],
    study: Study,
    key: str,
) -> pd.DataFrame:
    """Return the dated records of censor sources in the columns of ADTTE, and their PLACE."""
    parts = [pd.DataFrame(columns=[*COLUMNS, "PLACE"])]
    for place, source in enumerate(censors):
        found = select_dated(source, subjects, sdtm, adam, study, f"{key}.censors.{place}")
        words = {"EVNTDESC": source.event, "CNSDTDSC": source.censored_at}
        parts.append(found.assign(CNSR=float(source.cnsr), **words, PLACE=place))
    return stack_records(parts)


def _impute(
    records: pd.DataFrame, source: TimeSource, subjects: pd.DataFrame, study: Study
) -> pd.Series:
    """Return the dates of a domain's records, partial ones as the source says.

    Within what it can mean, it isn't before the start of the time, nor after the last contact, the
    death or the data cut. Nor is an event that assessments see on or after the start of a new
    anticancer therapy that it may have come before, unless a therapy known in part counts from its
    earliest day.
    """
    if source.impute is None:
        return impute_dates(records[source.date], highest="n", records=records)[0]
    known = subjects.set_index("USUBJID")

    def of(name: str) -> pd.Series:
        dates = records["USUBJID"].map(known[name]) if name in known else pd.NaT
        return pd.Series(dates, index=records.index).astype("datetime64[ns]")

    late: list[Limit] = [of("LSTALVDT"), of("DTHDT"), study.cut_day]
    latest = study.assumptions.partial_therapy_counts_from == "latest"
    if latest and isinstance(source, Event):
        late.append(of("NACTDT") - pd.Timedelta(days=1))
    dates, _ = impute_dates(
        records[source.date],
        highest=source.impute.highest,
        how=source.impute.how,
        not_before=of("STARTDT"),
        not_after=late,
        records=records,
    )
    return dates
