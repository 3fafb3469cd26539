"""The times that ADTTE holds: what is an event, what censors, in which order."""

from __future__ import annotations

from csrkit.adam.time_to_event.progression import EVENT, MISSED, NEW_THERAPY, ONGOING
from csrkit.adam.time_to_event.sources import CensorSource, Endpoint, EventSource
from csrkit.conditions import Condition, both, equal, present

END_OF_FOLLOW_UP, AT_NEW_THERAPY, AT_MISSED, AT_START = 1, 2, 3, 4
"""CNSR, by what ended the observation; 0 is an event."""

LAST_ASSESSMENT = "Last adequate tumour assessment"

STARTS = {"TRTSDT": "Start of treatment", "ENRLDT": "Enrolment", "RFICDT": "Informed consent"}
"""Variable of ADSL that dates the start → what an observation that ends there is censored at."""


def censor_at_start(variable: str) -> CensorSource:
    """Return the censoring at the start, dated by a variable of ADSL."""
    return CensorSource(
        dataset="SUBJECTS",
        date="STARTDT",
        event="No assessment or contact after the start",
        domain="ADSL",
        variable=variable,
        censor=AT_START,
        censored_at=STARTS.get(variable, f"Start ({variable})"),
    )


def overall_survival(start: CensorSource) -> Endpoint:
    """Return overall survival, censored at the last date known alive."""
    death = EventSource(
        dataset="SUBJECTS", date="DTHDT", event="Death", domain="ADSL", variable="DTHDT"
    )
    alive = CensorSource(
        dataset="SUBJECTS",
        date="LSTALVDT",
        event="Alive",
        domain="ADSL",
        variable="LSTALVDT",
        censor=END_OF_FOLLOW_UP,
        censored_at="Last date known alive",
    )
    return Endpoint(
        label="Overall Survival", events=(death,), censors=(start, alive), start="STARTDT"
    )


def time_to_dlt(start: CensorSource, subjects: Condition) -> Endpoint:
    """Return the time to the first DLT in the DLT window, for the subjects that are evaluated."""
    toxicity = EventSource(
        dataset="ADAE",
        date="ASTDT",
        event="Dose-limiting toxicity",
        domain="ADAE",
        variable="ASTDT",
        sequence="AESEQ",
        where=both(equal("DLTFL", "Y"), equal("DLTWINFL", "Y")),
    )
    none_seen = CensorSource(
        dataset="SUBJECTS",
        date="DLTENDT",
        event="No dose-limiting toxicity",
        domain="ADSL",
        variable="LSTALVDT",
        censor=END_OF_FOLLOW_UP,
        censored_at="Last date known alive, at most the end of the DLT window",
    )
    return Endpoint(
        label="Time to First Dose-Limiting Toxicity",
        events=(toxicity,),
        censors=(start, none_seen),
        start="STARTDT",
        subjects=subjects,
    )


def time_to_response() -> Endpoint:
    """Return the time to confirmed response of those who have one."""
    response = EventSource(
        dataset="ADRS",
        date="ADT",
        event="Confirmed response",
        domain="ADRS",
        variable="ADT",
        sequence="ASEQ",
        where=both(equal("PARAMCD", "CRSP"), equal("AVALC", "Y")),
    )
    return Endpoint(
        label="Time to Confirmed Response",
        events=(response,),
        censors=(),
        start="STARTDT",
        subjects=present("RSPDT"),
    )


def progression_free_survival(label: str, status: str, start: CensorSource) -> Endpoint:
    """Return a progression-free survival from the frame `status` (see `progression_status`)."""
    return Endpoint(
        label=label,
        events=progression_events(status),
        censors=(start, *progression_censors(status)),
        start="STARTDT",
    )


def duration_of_response(status: str) -> Endpoint:
    """Return the duration of confirmed response, which ends as progression-free survival does."""
    return Endpoint(
        label="Duration of Confirmed Response",
        events=progression_events(status),
        censors=progression_censors(status),
        start="RSPDT",
        subjects=present("RSPDT"),
    )


def progression_events(status: str) -> tuple[EventSource, ...]:
    """Return progression and death, as far as they count."""
    counts = equal("STATUS", EVENT)
    return (
        EventSource(
            dataset=status,
            date="PDDT",
            event="Disease progression",
            domain="ADRS",
            variable="ADT",
            sequence="PDSEQ",
            where=counts,
        ),
        EventSource(
            dataset=status,
            date="CPDT",
            event="Clinical progression",
            domain="RS",
            variable="RSDTC",
            where=counts,
        ),
        EventSource(
            dataset=status,
            date="DTHDT",
            event="Death",
            domain="ADSL",
            variable="DTHDT",
            where=counts,
        ),
    )


def progression_censors(status: str) -> tuple[CensorSource, ...]:
    """Return the last adequate assessment, by what ended the follow-up for progression."""
    return (
        _censor_at_last_assessment(
            status, ONGOING, END_OF_FOLLOW_UP, "No progression or death", LAST_ASSESSMENT
        ),
        _censor_at_last_assessment(
            status,
            NEW_THERAPY,
            AT_NEW_THERAPY,
            "New anticancer therapy",
            f"{LAST_ASSESSMENT} before new anticancer therapy",
        ),
        _censor_at_last_assessment(
            status,
            MISSED,
            AT_MISSED,
            "Progression or death after missed assessments",
            f"{LAST_ASSESSMENT} before missed assessments",
        ),
    )


def _censor_at_last_assessment(
    status: str, ended_by: str, censor: int, event: str, censored_at: str
) -> CensorSource:
    return CensorSource(
        dataset=status,
        date="LASTDT",
        event=event,
        domain="ADRS",
        variable="ADT",
        sequence="LASTSEQ",
        where=equal("STATUS", ended_by),
        censor=censor,
        censored_at=censored_at,
    )
