"""Settings of ADTTE: times to an event, each from its sources of events and of censoring."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from csrkit.conditions import ALL_RECORDS, ConditionIfTold, ConditionText
from csrkit.study.assumptions import Censoring
from csrkit.study.base import Section
from csrkit.study.derivations.sources import DateSource, Imputation

ADSL, ADTTE = "ADSL", "ADTTE"

Description = Annotated[str, StringConstraints(min_length=1, max_length=60)]
DateDescription = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Code = Annotated[str, StringConstraints(pattern="^[A-Z_][A-Z0-9_]{0,7}$")]


class TimeSource(Section):
    """A date of a subject: a variable of an ADaM dataset, or of a domain of the SDTM.

    Attributes
    ----------
    dataset
        The dataset (`ADSL`, `ADAE`) or domain (`RS`, `PR`).
    date
        Its variable with the date: SRCVAR.
    where
        Condition (`csrkit.conditions`) on its records; all of them when empty.
    impute
        How a partial date of a domain is completed: within what it can mean not before the start of
        the time, nor after the last contact, the death or the data cut; nor, of an event that
        assessments see, on or after a new anticancer therapy (assumption `partial_new_therapy`).
        Without it, only whole dates count.
    """

    dataset: str = Field(pattern="^[A-Z][A-Z0-9]{1,7}$")
    date: str
    where: ConditionText = ALL_RECORDS
    impute: Imputation | None = None

    @property
    def of_sdtm(self) -> bool:
        """Whether it is a domain: ADaM datasets are called AD-something."""
        return not self.dataset.startswith("AD")


class Event(TimeSource):
    """What is an event.

    Attributes
    ----------
    event
        What happened: EVNTDESC.
    before_start
        A record before the start of the time `leave_out`, or counts `at_start` (as the R package
        admiral has it). By default dates of ADSL, of which a subject has one, count at the start;
        of other datasets, the first record from the start on is the event.
    """

    event: Description
    before_start: Literal["leave_out", "at_start"] | None = None

    @property
    def from_start(self) -> bool:
        """Whether records before the start are left out."""
        return (self.before_start or self._usual) == "leave_out"

    @property
    def _usual(self) -> str:
        return "at_start" if self.dataset == ADSL else "leave_out"


class Reason(Section):
    """Why a time is censored: CNSR (never 0, an event), EVNTDESC, and what dates it (CNSDTDSC)."""

    cnsr: int = Field(default=1, ge=1)
    event: Description
    censored_at: DateDescription


class Censor(TimeSource, Reason):
    """What dates a censoring, and why it is one."""


class Assessments(TimeSource):
    """Assessments that see the event or its absence: the time is censored at the last of them.

    Attributes
    ----------
    dataset, date, where
        The adequate assessments without the event.
    censoring
        Which events don't count: after a new anticancer therapy (`derivations.adrs.new_therapy`),
        after missed assessments. The assumption `pfs_censoring` when empty.
    ongoing, new_therapy, missed
        What the censoring is called when there is no event, or one that doesn't count.
    """

    dataset: str = Field(default="ADRS", pattern="^AD[A-Z0-9]{1,6}$")
    date: str = "ADT"
    censoring: Censoring | None = None
    ongoing: Reason = Reason(
        cnsr=1, event="No progression or death", censored_at="Last adequate tumour assessment"
    )
    new_therapy: Reason = Reason(
        cnsr=2,
        event="New anticancer therapy",
        censored_at="Last adequate tumour assessment before new anticancer therapy",
    )
    missed: Reason = Reason(
        cnsr=3,
        event="Progression or death after missed assessments",
        censored_at="Last adequate tumour assessment before missed assessments",
    )


class TimeParameter(Section):
    """One time to an event.

    Attributes
    ----------
    label
        PARAM.
    subjects
        Condition on ADSL: whose time it is; the `subjects` of all times when empty.
    start
        What dates its start; the `start` of all times when empty. A subject without the date has
        no such time; of several dates the first counts.
    events
        What ends the time. The first event counts; of events on one day, the first in this list.
    censors
        Where the time of a subject without an event is censored: at the last of these dates; of
        those on one day, the last in this list. A subject with neither has no record.
    assessments
        Assessments whose last one censors, too, and rules for events that don't count.
    through_day
        Last day of the time (the start is day 1), or the assumption that holds it. Later events
        don't count, and a later censoring is at the end of that day.
    """

    label: str = Field(min_length=1, max_length=80)
    subjects: ConditionIfTold = None
    start: TimeSource | None = None
    events: tuple[Event, ...] = Field(min_length=1)
    censors: tuple[Censor, ...] = ()
    assessments: Assessments | None = None
    through_day: int | Literal["dlt_window_days"] | None = None


class TimeToEvent(Section):
    """Settings of ADTTE.

    Attributes
    ----------
    subjects
        Condition (`csrkit.conditions`) on ADSL: whose times are derived.
    start
        What dates the start of a time that names no other.
    parameters
        PARAMCD → the time.
    """

    subjects: ConditionText = ALL_RECORDS
    start: TimeSource
    parameters: dict[Code, TimeParameter] = Field(min_length=1)

    def list_sources(self) -> Iterator[tuple[str, TimeSource]]:
        """Yield every source with the key below `derivations.adtte` that it stands under."""
        yield "start", self.start
        for code, one in self.parameters.items():
            key = f"parameters.{code}"
            for name in ("start", "assessments"):
                if (source := getattr(one, name)) is not None:
                    yield f"{key}.{name}", source
            for name in ("events", "censors"):
                for place, each in enumerate(getattr(one, name)):
                    yield f"{key}.{name}.{place}", each

    def assumes(self) -> tuple[str, ...]:
        """Return the assumptions on censoring, and on windows that times go through."""
        own = self.parameters.values()
        seen = [one.assessments for one in own if one.assessments is not None]
        named = [one.through_day for one in own if isinstance(one.through_day, str)]
        missed = [one.censoring for one in seen if one.censoring is not None]
        return (
            *named,
            *(("pfs_censoring",) if len(missed) < len(seen) else ()),
            *(name for one in missed for name in one.assumes()),
        )

    @property
    def datasets(self) -> frozenset[str]:
        """ADaM datasets that the sources name."""
        return frozenset(one.dataset for _, one in self.list_sources() if not one.of_sdtm)

    @property
    def domains(self) -> tuple[DateSource, ...]:
        """What is read of the SDTM."""
        return tuple(
            DateSource(domain=one.dataset, variable=one.date, where=one.where)
            for _, one in self.list_sources()
            if one.of_sdtm
        )

    @property
    def ends_at_therapy(self) -> bool:
        """Whether a time asks for a new anticancer therapy."""
        return any(one.assessments is not None for one in self.parameters.values())
