"""Time to an event from lists of event and censoring sources (BDS-TTE).

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
from csrkit.conditions import ALL_RECORDS, Condition

COLUMNS = ["USUBJID", "ADT", "CNSR", "EVNTDESC", "CNSDTDSC", "SRCDOM", "SRCVAR", "SRCSEQ"]


@dataclass(frozen=True, kw_only=True)
class EventSource:
    """What dates an event.

    Attributes
    ----------
    dataset
        Name of the frame that it comes from.
    date
        Variable with the date.
    event
        Description of the event, or of the reason for censoring (EVNTDESC).
    domain, variable, sequence
        Where the date comes from: SRCDOM, SRCVAR, and the variable that gives SRCSEQ.
    where
        Condition (`csrkit.conditions`) on the records.
    """

    dataset: str
    date: str
    event: str
    domain: str
    variable: str
    sequence: str | None = None
    where: Condition = ALL_RECORDS


@dataclass(frozen=True, kw_only=True)
class CensorSource(EventSource):
    """What dates a censoring.

    Attributes
    ----------
    censor
        CNSR, by the reason; never 0, which is an event.
    censored_at
        Description of the censoring date (CNSDTDSC).
    """

    censor: int
    censored_at: str | None = None


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A time to an event.

    Attributes
    ----------
    label
        PARAM.
    events, censors
        Sources in the order that decides between those of one day.
    start
        Variable of the subjects' frame with the start date; a subject without it has no record.
    subjects
        Condition on the subjects' frame.
    """

    label: str
    events: tuple[EventSource, ...]
    censors: tuple[CensorSource, ...]
    start: str
    subjects: Condition = ALL_RECORDS


def derive_time_to_event(
    endpoint: Endpoint, subjects: pd.DataFrame, datasets: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Return one record a subject: when the event came, or when it was last known not to have.

    Parameters
    ----------
    endpoint
        The rules.
    subjects
        USUBJID and the start date.
    datasets
        Frames by the names that the sources use.

    Returns
    -------
    DataFrame
        USUBJID STARTDT ADT AVAL (days, both ends included) CNSR EVNTDESC CNSDTDSC SRCDOM SRCVAR
        SRCSEQ. A date before the start counts as the start, as in admiral.
    """
    chosen = filter_records(subjects, endpoint.subjects, "derivations.adtte")
    chosen = chosen.loc[chosen[endpoint.start].notna(), ["USUBJID", endpoint.start]]
    chosen = chosen.rename(columns={endpoint.start: "STARTDT"})
    events = _stack_sources(endpoint.events, datasets)
    censors = _stack_sources(endpoint.censors, datasets)
    first = events.sort_values(["USUBJID", "ADT", "PLACE", "SRCSEQ"], kind="stable")
    last = censors.sort_values(["USUBJID", "ADT", "PLACE", "SRCSEQ"], kind="stable")
    found = stack_records(
        [
            first.drop_duplicates("USUBJID", keep="first"),
            last.drop_duplicates("USUBJID", keep="last"),
        ]
    ).drop_duplicates("USUBJID", keep="first")
    out = chosen.merge(found[COLUMNS], on="USUBJID", how="inner", validate="one_to_one")
    date = out["ADT"].where(out["ADT"] >= out["STARTDT"], out["STARTDT"])
    days = (date - out["STARTDT"]).dt.days + 1.0
    return out.assign(ADT=date, AVAL=days)


def _stack_sources(
    sources: tuple[EventSource, ...], datasets: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Return the dated records of all sources; PLACE is their place in the list."""
    if not sources:
        return pd.DataFrame(columns=[*COLUMNS, "PLACE"])
    return stack_records(
        _select_records(source, datasets[source.dataset]).assign(PLACE=place)
        for place, source in enumerate(sources)
    )


def _select_records(source: EventSource, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the records of one source, in the columns of ADTTE."""
    used = filter_records(frame, source.where, "derivations.adtte")
    used = used[used[source.date].notna()]
    censor = source if isinstance(source, CensorSource) else None
    return pd.DataFrame(
        {
            "USUBJID": used["USUBJID"],
            "ADT": used[source.date].dt.normalize(),
            "CNSR": float(censor.censor if censor else 0),
            "EVNTDESC": source.event,
            "CNSDTDSC": censor.censored_at if censor else None,
            "SRCDOM": source.domain,
            "SRCVAR": source.variable,
            "SRCSEQ": used[source.sequence] if source.sequence else float("nan"),
        }
    )
