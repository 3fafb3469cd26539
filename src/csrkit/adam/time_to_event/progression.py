"""What a time seen by assessments rests on: its event, the assessment before it, if it counts.

An event counts when it comes before a new anticancer therapy and not after too many missed
assessments, as far as the setting `pfs_censoring` asks for it. Missed assessments are told by the
time since the last adequate one: with `n` of them, an interval of `w` weeks and a window of `d`
days the event must come within n·7w + 2d days (the last assessment may have been d days early,
this one d days late), and within n·7w + d days of the start when there was no assessment.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from csrkit.study import Study
from csrkit.study.assumptions import Censoring

EVENT, ONGOING, NEW_THERAPY, MISSED = "EVENT", "ONGOING", "NEW THERAPY", "MISSED"


@dataclass(frozen=True)
class Schedule:
    """Scheduled tumour assessments: every `interval_days`, `window_days` early or late."""

    interval_days: int
    window_days: int

    @classmethod
    def of(cls, study: Study) -> Schedule:
        """Return the schedule that a study's assumptions set."""
        chosen = study.assumptions
        return cls(
            interval_days=7 * chosen.tumour_assessment_weeks.value,
            window_days=chosen.tumour_assessment_window_days.value,
        )


def derive_progression_status(
    subjects: pd.DataFrame,
    assessments: pd.DataFrame,
    censoring: Censoring,
    schedule: Schedule | None,
) -> pd.DataFrame:
    """Return for each subject whether the event counts, and the last adequate assessment before it.

    Parameters
    ----------
    subjects
        USUBJID STARTDT EVENTDT (first event; NaT without one) NACTDT (new anticancer therapy; NaT
        where it ends nothing).
    assessments
        USUBJID ADT SRCSEQ: adequate assessments without the event, whether or not a new therapy
        has begun.
    censoring, schedule
        The rules; no schedule is needed where no number of missed assessments is set.

    Returns
    -------
    DataFrame
        One row a subject: LASTDT LASTSEQ (last adequate assessment up to the event and, when it
        counts, before the new therapy) and STATUS: EVENT, ONGOING, NEW THERAPY or MISSED.
    """
    event = subjects["EVENTDT"]
    therapy = subjects["NACTDT"]
    too_late = therapy.notna() & ~(event < therapy)
    last = _find_last_adequate(
        subjects.assign(BEFORE=therapy.where(too_late), UNTIL=event.mask(too_late)), assessments
    )
    out = subjects.merge(last, on="USUBJID", how="left", validate="one_to_one")
    missed = event.notna() & _is_after_missed(event, out, censoring, schedule)
    status = pd.Series(ONGOING, index=out.index).mask(event.notna(), EVENT)
    return out.assign(STATUS=status.mask(missed, MISSED).mask(too_late, NEW_THERAPY))


def _find_last_adequate(limits: pd.DataFrame, assessments: pd.DataFrame) -> pd.DataFrame:
    """Return the last adequate assessment before BEFORE and up to UNTIL."""
    seen = assessments.merge(limits[["USUBJID", "BEFORE", "UNTIL"]], on="USUBJID")
    seen = seen[~(seen["ADT"] >= seen["BEFORE"]) & ~(seen["ADT"] > seen["UNTIL"])]
    seen = seen.sort_values(["USUBJID", "ADT", "SRCSEQ"])
    last = seen.drop_duplicates("USUBJID", keep="last")
    return last.rename(columns={"ADT": "LASTDT", "SRCSEQ": "LASTSEQ"})[
        ["USUBJID", "LASTDT", "LASTSEQ"]
    ]


def _is_after_missed(
    event: pd.Series, out: pd.DataFrame, censoring: Censoring, schedule: Schedule | None
) -> pd.Series:
    """Return where an event comes after too many missed assessments."""
    if censoring.missed_assessments is None or schedule is None:
        return pd.Series(False, index=out.index)
    seen = out["LASTDT"].notna()
    waited = (event - out["LASTDT"].where(seen, out["STARTDT"])).dt.days
    allowed = censoring.missed_assessments * schedule.interval_days + schedule.window_days * (
        1 + seen.astype(int)
    )
    return waited > allowed
