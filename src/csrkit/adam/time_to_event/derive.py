"""One time to an event from its declared sources (BDS-TTE).

The rules of selection are those of the R package admiral (`derive_param_tte`): the first event;
else the last censoring. Of events on one day the one that comes first in the list counts, of
censorings on one day the one that comes last. An event beats a censoring whatever their dates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from csrkit.adam.common.filtering import filter_records
from csrkit.adam.common.stack import stack_records
from csrkit.adam.time_to_event.declared import SETTINGS
from csrkit.adam.time_to_event.progression import (
    EVENT,
    MISSED,
    NEW_THERAPY,
    ONGOING,
    Schedule,
    derive_progression_status,
)
from csrkit.adam.time_to_event.sources import (
    COLUMNS,
    select_censors,
    select_dated,
    select_events,
)
from csrkit.adam.tumour.assessments import derive_new_therapy_start
from csrkit.study import Study
from csrkit.study.assumptions import Censoring
from csrkit.study.derivations.time_to_event import Assessments, TimeParameter, TimeSource

ORDER = ["USUBJID", "ADT", "PLACE", "SRCSEQ"]
LAST_PLACE = 1000
"""Of the assessments among the censor sources: after those of any list."""


@dataclass(frozen=True)
class Data:
    """What times are derived from: domains after the cut, earlier datasets, settings."""

    sdtm: Mapping[str, pd.DataFrame]
    adam: Mapping[str, pd.DataFrame]
    study: Study

    def dated(self, source: TimeSource, subjects: pd.DataFrame, key: str) -> pd.DataFrame:
        """Return the dated records of a source (see `select_dated`)."""
        return select_dated(source, subjects, self.sdtm, self.adam, self.study, key)


def derive_time(code: str, parameter: TimeParameter, data: Data) -> pd.DataFrame:
    """Return one record a subject: when the event came, or when it was last known not to have.

    Parameters
    ----------
    code
        PARAMCD.
    parameter
        What is declared of it.
    data
        Domains, datasets and settings.

    Returns
    -------
    DataFrame
        USUBJID STARTDT ADT AVAL (days, both ends included) CNSR EVNTDESC CNSDTDSC SRCDOM SRCVAR
        SRCSEQ. A date before the start counts as the start, as in admiral.
    """
    key = f"parameters.{code}"
    subjects = _select_started(parameter, data, key)
    subjects = subjects.assign(NACTDT=_find_new_therapy(parameter, subjects, data))
    end = _find_last_day(parameter, subjects, data.study)
    of = (subjects, data.sdtm, data.adam, data.study, key)
    events = select_events(parameter.events, *of)
    events = events[~(events["ADT"] > events["USUBJID"].map(end))]
    censors = select_censors(parameter.censors, *of)
    if parameter.assessments is not None:
        events, last = _hold_against_assessments(events, parameter.assessments, subjects, data, key)
        censors = stack_records([censors, last])
    limit = censors["USUBJID"].map(end)
    censors = censors.assign(ADT=censors["ADT"].where(~(censors["ADT"] > limit), limit))
    return _choose(subjects, events, censors)


def _choose(subjects: pd.DataFrame, events: pd.DataFrame, censors: pd.DataFrame) -> pd.DataFrame:
    """Return the first event of each subject, else the last censoring."""
    first = events.sort_values(ORDER, kind="stable").drop_duplicates("USUBJID", keep="first")
    last = censors.sort_values(ORDER, kind="stable").drop_duplicates("USUBJID", keep="last")
    found = stack_records([first, last]).drop_duplicates("USUBJID", keep="first")
    out = subjects[["USUBJID", "STARTDT"]].merge(
        found[COLUMNS], on="USUBJID", how="inner", validate="one_to_one"
    )
    date = out["ADT"].where(out["ADT"] >= out["STARTDT"], out["STARTDT"])
    return out.assign(ADT=date, AVAL=(date - out["STARTDT"]).dt.days + 1.0)


def _select_started(parameter: TimeParameter, data: Data, key: str) -> pd.DataFrame:
    """Return the subjects of ADSL whose time has a start, with STARTDT."""
    settings, adsl = data.study.derivations.adtte, data.adam["ADSL"]
    chosen = filter_records(adsl, settings.subjects, f"{SETTINGS}.subjects")
    if parameter.subjects is not None:
        chosen = filter_records(chosen, parameter.subjects, f"{SETTINGS}.{key}.subjects")
    place = f"{key}.start" if parameter.start else "start"
    dated = data.dated(parameter.start or settings.start, chosen, place)
    start = chosen["USUBJID"].map(dated.groupby("USUBJID")["ADT"].min()).astype("datetime64[ns]")
    return chosen.assign(STARTDT=start)[start.notna()].reset_index(drop=True)


def _find_last_day(parameter: TimeParameter, subjects: pd.DataFrame, study: Study) -> pd.Series:
    """Return the last day of the time by USUBJID; NaT where it has none."""
    day = parameter.through_day
    if isinstance(day, str):
        day = getattr(study.assumptions, day).value
    start = subjects.set_index("USUBJID")["STARTDT"]
    if day is None:
        return start.where(start.isna())
    return start + pd.Timedelta(days=day - 1)


def _hold_against_assessments(
    events: pd.DataFrame,
    assessments: Assessments,
    subjects: pd.DataFrame,
    data: Data,
    key: str,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the events that count, and the last adequate assessments as censorings."""
    censoring = _censoring_of(assessments, data.study)
    seen = data.dated(assessments, subjects, f"{key}.assessments")
    first = subjects["USUBJID"].map(events.groupby("USUBJID")["ADT"].min())
    therapy = subjects["NACTDT"]
    observed = subjects[["USUBJID", "STARTDT"]].assign(
        EVENTDT=first.astype("datetime64[ns]"),
        NACTDT=therapy if censoring.at_new_therapy else therapy.where(therapy.isna()),
    )
    schedule = None if censoring.missed_assessments is None else Schedule.of(data.study)
    status = derive_progression_status(observed, seen, censoring, schedule)
    counted = status.loc[status["STATUS"] == EVENT, "USUBJID"]
    reasons = {
        ONGOING: assessments.ongoing,
        NEW_THERAPY: assessments.new_therapy,
        MISSED: assessments.missed,
    }
    dated = status[status["LASTDT"].notna() & (status["STATUS"] != EVENT)]
    why = dated["STATUS"]
    last = pd.DataFrame(
        {
            "USUBJID": dated["USUBJID"],
            "ADT": dated["LASTDT"],
            "CNSR": why.map({name: float(one.cnsr) for name, one in reasons.items()}),
            "EVNTDESC": why.map({name: one.event for name, one in reasons.items()}),
            "CNSDTDSC": why.map({name: one.censored_at for name, one in reasons.items()}),
            "SRCDOM": assessments.dataset,
            "SRCVAR": assessments.date,
            "SRCSEQ": dated["LASTSEQ"],
            "PLACE": LAST_PLACE,
        }
    )
    return events[events["USUBJID"].isin(counted)], last


def _find_new_therapy(parameter: TimeParameter, subjects: pd.DataFrame, data: Data) -> pd.Series:
    """Return the first day of a new anticancer therapy, NaT of a time that has no assessments.

    A progression known to the month is of one day in every time that assessments see, whether or
    not the therapy ends what counts.
    """
    seen, study = parameter.assessments, data.study
    if seen is None or not (
        study.derivations.has("ADRS") or _censoring_of(seen, study).at_new_therapy
    ):
        return pd.Series(pd.NaT, index=subjects.index, dtype="datetime64[ns]")
    return derive_new_therapy_start(data.sdtm, subjects, study)


def _censoring_of(assessments: Assessments, study: Study) -> Censoring:
    """Return which events of a time don't count."""
    assumed: Censoring = assessments.censoring or study.assumptions.pfs_censoring.value
    return assumed
