"""The times that ADTTE holds: what is an event, what censors, in which order."""

from __future__ import annotations

from csrkit.adam.time_to_event.progression import EVENT, MISSED, NEW_THERAPY, ONGOING
from csrkit.adam.time_to_event.sources import Endpoint, Source
from csrkit.conditions import Condition, both, equal, present

END_OF_FOLLOW_UP, AT_NEW_THERAPY, AT_MISSED, AT_START = 1, 2, 3, 4
"""CNSR, by what ended the observation; 0 is an event."""

DEATH = Source("SUBJECTS", "DTHDT", "Death", "ADSL", "DTHDT")

STARTS = {"TRTSDT": "Start of treatment", "ENRLDT": "Enrolment", "RFICDT": "Informed consent"}
"""Variable of ADSL that dates the start → what an observation that ends there is censored at."""

TIME_TO_RESPONSE = Endpoint(
    "Time to Confirmed Response",
    events=(
        Source(
            "ADRS",
            "ADT",
            "Confirmed response",
            "ADRS",
            "ADT",
            sequence="ASEQ",
            where=both(equal("PARAMCD", "CRSP"), equal("AVALC", "Y")),
        ),
    ),
    censors=(),
    start="STARTDT",
    subjects=present("RSPDT"),
)


def at_start(variable: str) -> Source:
    """Return the censoring at the start, dated by a variable of ADSL."""
    return Source(
        "SUBJECTS",
        "STARTDT",
        "No assessment or contact after the start",
        "ADSL",
        variable,
        censor=AT_START,
        censored_at=STARTS.get(variable, f"Start ({variable})"),
    )


def overall_survival(start: Source) -> Endpoint:
    """Return overall survival, censored at the last date known alive."""
    return Endpoint(
        "Overall Survival",
        events=(DEATH,),
        censors=(
            start,
            Source(
                "SUBJECTS",
                "LSTALVDT",
                "Alive",
                "ADSL",
                "LSTALVDT",
                censor=END_OF_FOLLOW_UP,
                censored_at="Last date known alive",
            ),
        ),
        start="STARTDT",
    )


def time_to_dlt(start: Source, subjects: Condition) -> Endpoint:
    """Return the time to the first DLT in the DLT window, for the subjects that are evaluated."""
    return Endpoint(
        "Time to First Dose-Limiting Toxicity",
        events=(
            Source(
                "ADAE",
                "ASTDT",
                "Dose-limiting toxicity",
                "ADAE",
                "ASTDT",
                sequence="AESEQ",
                where=both(equal("DLTFL", "Y"), equal("DLTWINFL", "Y")),
            ),
        ),
        censors=(
            start,
            Source(
                "SUBJECTS",
                "DLTENDT",
                "No dose-limiting toxicity",
                "ADSL",
                "LSTALVDT",
                censor=END_OF_FOLLOW_UP,
                censored_at="Last date known alive, at most the end of the DLT window",
            ),
        ),
        start="STARTDT",
        subjects=subjects,
    )


def progression_free(label: str, status: str, start: Source) -> Endpoint:
    """Return a progression-free survival from the frame `status` (see `progression_status`)."""
    return Endpoint(
        label,
        events=progression_events(status),
        censors=(start, *progression_censors(status)),
        start="STARTDT",
    )


def duration_of_response(status: str) -> Endpoint:
    """Return the duration of confirmed response, which ends as progression-free survival does."""
    return Endpoint(
        "Duration of Confirmed Response",
        events=progression_events(status),
        censors=progression_censors(status),
        start="RSPDT",
        subjects=present("RSPDT"),
    )


def progression_events(status: str) -> tuple[Source, ...]:
    """Return progression and death, as far as they count."""
    counts = equal("STATUS", EVENT)
    return (
        Source(status, "PDDT", "Disease progression", "ADRS", "ADT", "PDSEQ", counts),
        Source(status, "CPDT", "Clinical progression", "RS", "RSDTC", where=counts),
        Source(status, "DTHDT", "Death", "ADSL", "DTHDT", where=counts),
    )


def progression_censors(status: str) -> tuple[Source, ...]:
    """Return the last adequate assessment, by what ended the follow-up for progression."""
    last = "Last adequate tumour assessment"
    reasons = (
        (ONGOING, "No progression or death", last, END_OF_FOLLOW_UP),
        (
            NEW_THERAPY,
            "New anticancer therapy",
            f"{last} before new anticancer therapy",
            AT_NEW_THERAPY,
        ),
        (
            MISSED,
            "Progression or death after missed assessments",
            f"{last} before missed assessments",
            AT_MISSED,
        ),
    )
    return tuple(
        Source(
            status,
            "LASTDT",
            event,
            "ADRS",
            "ADT",
            sequence="LASTSEQ",
            where=equal("STATUS", name),
            censor=censor,
            censored_at=at,
        )
        for name, event, at, censor in reasons
    )
