"""Start and end of what occurs, completed as asked; and where they stand to another moment.

Dates bound each other: an end is never completed to be before the start that is known, a start
never after the end. What is told relative to a reference (`csrkit.sdtm.relative_timing`) bounds
dates that are partial, and stands for those that are missing; a date that is known wins over it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from csrkit.adam.common.dates import LAST_MOMENT, Highest, derive_duration, impute_datetimes
from csrkit.adam.common.partial_dates import drop_time_zone
from csrkit.adam.common.variables import text_where
from csrkit.sdtm import iso
from csrkit.sdtm.relative_timing import (
    BOUNDS,
    derive_relative_bounds,
    earlier_of,
    later_of,
)
from csrkit.study import Study
from csrkit.study.derivations.sources import Imputation

START_UNKNOWN, END_UNKNOWN, REVERSED = "Start not known", "End not known", "End before start"
"""Why a duration is missing."""


def find_latest_ends(subject: pd.DataFrame, study: Study) -> list[pd.Series]:
    """Return what a partial end isn't completed to be after: death, end of study, data cut.

    Parameters
    ----------
    subject
        DTHDT EOSDT of each record's subject.
    """
    cut = pd.Series(pd.Timestamp(study.cut_moment), index=subject.index)
    return [subject["DTHDT"] + LAST_MOMENT, subject["EOSDT"] + LAST_MOMENT, cut]


def derive_period(
    records: pd.DataFrame,
    name: str,
    sdtm: Mapping[str, pd.DataFrame],
    study: Study,
    how: tuple[Imputation, Imputation],
    first_dose: pd.Series | None,
    not_after: Sequence[pd.Series],
) -> pd.DataFrame:
    """Return the records with start and end.

    Parameters
    ----------
    records
        USUBJID, --STDTC, --ENDTC and the variables of relative timing of a domain.
    name
        The domain, for example `"AE"`.
    sdtm
        Domains; DM and SV have the reference period and the visits of relative timing.
    study
        Its `derivations.reference_points`.
    how
        How partial starts and ends are completed. A missing time is 00:00:00 of a start, 23:59:59
        of an end.
    first_dose
        A moment that a partial start isn't completed to be before, when it can be after it, and
        when neither the end nor the relative timing says that it is before; None for none.
    not_after
        Moments that a partial end isn't completed to be after, when it can be before them, and when
        the record didn't begin after them.

    Returns
    -------
    DataFrame
        With `ASTDTM ASTDTF ASTTMF ASTDT`, `AENDTM AENDTF AENTMF AENDT`, and `START_FROM START_TO
        END_FROM END_TO`, between which the start and the end lie as far as anything tells.

    Raises
    ------
    DataError
        When a date is impossible; the message names the record.
    """
    start, end = how
    bounds = _find_bounds(records, name, sdtm, study)
    begins, ends = f"{name}STDTC", f"{name}ENDTC"
    known_start, known_end = _range_of(records, begins).first, _range_of(records, ends).first
    # A limit alone could stand for a date without its year, and the other date is no such limit.
    has_start, has_end = known_start.notna(), known_end.notna()
    ended = impute_datetimes(
        records[ends],
        _add_time_part(end.highest),
        end.how,
        "last",
        [each.where(has_end) for each in (known_start, bounds["END_FROM"])],
        # A record that began after a death or an end of study didn't end by it.
        [each.mask(each.lt(known_start)) for each in (*not_after, bounds["END_TO"])],
        records,
    )
    # What ended before a moment began before it, too.
    lower = [bounds["START_FROM"].where(has_start)]
    if first_dose is not None:
        before = ended["DTM"].lt(first_dose) | bounds["START_TO"].lt(first_dose)
        lower.append(first_dose.mask(before))
    upper = [each.where(has_start) for each in (ended["DTM"], bounds["START_TO"])]
    begun = impute_datetimes(
        records[begins], _add_time_part(start.highest), start.how, "first", lower, upper, records
    )
    return records.assign(
        ASTDTM=begun["DTM"],
        ASTDTF=begun["DTF"],
        ASTTMF=begun["TMF"],
        ASTDT=begun["DTM"].dt.normalize(),
        AENDTM=ended["DTM"],
        AENDTF=ended["DTF"],
        AENTMF=ended["TMF"],
        AENDT=ended["DTM"].dt.normalize(),
        **{each: bounds[each] for each in BOUNDS},
    )


def is_begun_before(records: pd.DataFrame, moment: pd.Series) -> pd.Series:
    """Return where a record began before a moment, by its start, else by what bounds it (bool)."""
    return _decide(records["ASTDTM"], records["START_TO"], moment)


def is_ended_before(records: pd.DataFrame, moment: pd.Series) -> pd.Series:
    """Return where a record ended before a moment, by its end, else by what bounds it (bool)."""
    return _decide(records["AENDTM"], records["END_TO"], moment)


def is_begun_after(records: pd.DataFrame, day: pd.Series) -> pd.Series:
    """Return where a record began after a day, by its start, else by what bounds it (bool).

    Nothing began after a day that isn't known: a treatment whose last dose isn't known has no end.
    """
    start = records["ASTDT"].where(records["ASTDT"].notna(), records["START_FROM"].dt.normalize())
    begun: pd.Series = start.gt(day)
    return begun


def derive_duration_variables(records: pd.DataFrame) -> dict[str, pd.Series]:
    """Return ADURN in days, ADURU, and ADURREAS, why there is no duration.

    An end before the start gives none: nothing lasts less than the day that it began on.
    """
    days = derive_duration(records["ASTDT"], records["AENDT"])
    reason = text_where(days.lt(1), REVERSED)
    reason = reason.mask(records["AENDT"].isna(), END_UNKNOWN)
    reason = reason.mask(records["ASTDT"].isna(), START_UNKNOWN)
    days = days.where(days.ge(1))
    return {"ADURN": days, "ADURU": text_where(days.notna(), "DAYS"), "ADURREAS": reason}


def _decide(date: pd.Series, bound: pd.Series, moment: pd.Series) -> pd.Series:
    before: pd.Series = date.where(date.notna(), bound).lt(moment)
    return before


def _find_bounds(
    records: pd.DataFrame, name: str, sdtm: Mapping[str, pd.DataFrame], study: Study
) -> pd.DataFrame:
    """Return the bounds of relative timing that the dates, as far as known, leave room for."""
    bounds = derive_relative_bounds(records, name, sdtm, study.derivations.reference_points)
    begin, end = (_range_of(records, f"{name}{part}") for part in ("STDTC", "ENDTC"))
    # What a date contradicts is no bound, neither of itself nor of the other date.
    end_to, start_from = bounds["END_TO"], bounds["START_FROM"]
    end_to = end_to.mask(end_to.lt(begin.first) | end_to.lt(end.first))
    start_from = start_from.mask(start_from.gt(end.last) | start_from.gt(begin.last))
    start_to = earlier_of(bounds["START_TO"], end_to)
    end_from = later_of(bounds["END_FROM"], start_from)
    return pd.DataFrame(
        {
            "START_FROM": start_from.where(begin.has_room_for(start_from), begin.first),
            "START_TO": start_to.where(begin.has_room_for(start_to), begin.last),
            "END_FROM": end_from.where(end.has_room_for(end_from), end.first),
            "END_TO": end_to.where(end.has_room_for(end_to), end.last),
        }
    )


class _Range(NamedTuple):
    """The first and last moment that a date can mean, NaT where it is missing."""

    first: pd.Series
    last: pd.Series

    def has_room_for(self, bound: pd.Series) -> pd.Series:
        """Return where a bound lies within the date, or there is no date (bool)."""
        room: pd.Series = self.first.isna() | (bound.ge(self.first) & bound.le(self.last))
        return room


def _range_of(records: pd.DataFrame, variable: str) -> _Range:
    dates = drop_time_zone(records[variable], records)
    return _Range(iso.earliest(dates), iso.latest(dates))


def _add_time_part(highest: Highest) -> Highest:
    """Return the highest part to impute: where no date is completed, a time is all the same."""
    return "h" if highest == "n" else highest
