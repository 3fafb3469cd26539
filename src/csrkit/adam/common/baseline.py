"""Before or after the first dose: the one rule for what is a baseline value."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.adam.common.domains import select_records
from csrkit.adam.common.ordering import sort_records
from csrkit.adam.common.partial_dates import drop_time_zone
from csrkit.adam.common.time_points import (
    BEFORE,
    PARTS,
    POINT_ORDER,
    derive_time_points,
)
from csrkit.sdtm import iso
from csrkit.sdtm.keys import sequence_variable
from csrkit.study import Study
from csrkit.study.derivations.sources import ValueSource


def is_on_or_before_first_dose(
    records: pd.DataFrame,
    variable: str,
    first_dose: pd.DataFrame,
    points: pd.DataFrame | None = None,
) -> pd.Series:
    """Return where a collection date is on or before the first dose (bool).

    Date-times decide where both have a time that tells which was first; otherwise, on the day of
    the first dose, the planned time point does, and a date without one is before the dose (ADaMIG
    1.3, ABLFL). A partial date counts as its latest moment. Without a dose everything is before it;
    a missing date never is.

    Parameters
    ----------
    records
        Records of a domain, with USUBJID and `variable`.
    variable
        ISO 8601 text, for example `LBDTC`.
    first_dose
        TRTSDTM and TRTSTMF of the record's subject, index as `records` (see `find_first_dose`).
    points
        INFNUM and TIMING of the records (see `time_points.derive_time_points`); None when they have
        no planned time points.

    Raises
    ------
    DataError
        When a date is impossible; the message names the record.
    """
    dates = drop_time_zone(records[variable], records)
    start = first_dose["TRTSDTM"]
    latest = iso.latest(dates)
    timed = iso.precision(dates).isin(["h", "m", "s"]) & first_dose["TRTSTMF"].ne("H")
    before = latest.dt.normalize().le(start.dt.normalize())
    before = before.mask(timed, iso.earliest(dates).le(start)) | start.isna()
    if points is not None:
        planned = _is_planned_before(records["USUBJID"], latest, points)
        before = before.mask(_is_open(dates, first_dose) & planned.notna(), planned.eq(True))
    out: pd.Series = before & latest.notna()
    return out


def _is_open(dates: pd.Series, first_dose: pd.DataFrame) -> pd.Series:
    """Return where a whole date, of the day of the first dose, may be before or after it (bool)."""
    start, flag = first_dose["TRTSDTM"], first_dose["TRTSTMF"]
    seconds = flag.map({"H": 86399, "M": 3599, "S": 59}).astype("float64").fillna(0)
    begun = start + pd.to_timedelta(seconds, unit="s")
    earliest, latest = iso.earliest(dates), iso.latest(dates)
    whole = iso.precision(dates).isin(["D", "h", "m", "s"])
    return whole & earliest.le(begun) & latest.ge(start)


def _is_planned_before(subject: pd.Series, moments: pd.Series, points: pd.DataFrame) -> pd.Series:
    """Return whether a time point is before the first infusion that its day has records of.

    True, False, or None where the time point doesn't tell.
    """
    number = points["INFNUM"]
    first = number.groupby([subject, moments.dt.normalize()]).transform("min")
    before = points["TIMING"].eq(BEFORE) & ~number.gt(first)
    return before.astype(object).where(points["TIMING"].notna(), None)


def is_after_first_dose(
    records: pd.DataFrame,
    variable: str,
    first_dose: pd.DataFrame,
    points: pd.DataFrame | None = None,
) -> pd.Series:
    """Return where a collection date is after the first dose (bool): dated, treated, not before."""
    before = is_on_or_before_first_dose(records, variable, first_dose, points)
    dated = iso.latest(drop_time_zone(records[variable])).notna()
    return dated & first_dose["TRTSDTM"].notna() & ~before


def find_first_dose(subjects: pd.Series, adsl: pd.DataFrame) -> pd.DataFrame:
    """Return TRTSDTM and TRTSTMF for a column of USUBJID, index as that column."""
    known = adsl.set_index("USUBJID")[["TRTSDTM", "TRTSTMF"]]
    return known.reindex(subjects.to_numpy()).set_index(subjects.index)


def select_baseline_candidates(
    sdtm: Mapping[str, pd.DataFrame],
    source: ValueSource,
    adsl: pd.DataFrame,
    study: Study,
    setting: str,
) -> pd.DataFrame:
    """Return a source's records with a value on or before the first dose, the latest one last.

    Of one moment, the planned time points and then --SEQ say which is the latest.

    Returns
    -------
    DataFrame
        USUBJID, VALUE and SEQ (--SEQ), in that order.
    """
    sequence = sequence_variable(source.domain)
    prefix = source.domain[:2]
    columns = ["USUBJID", sequence, source.variable, *(f"{prefix}{part}" for part in PARTS)]
    columns += [source.date] if source.date else []
    frame = select_records(sdtm, source.domain, columns, source.where, f"{setting}.where")
    frame = frame[frame[source.variable].notna()].reset_index(drop=True)
    order = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[ns]")
    points = derive_time_points(frame, study.derivations.time_points(source.domain), prefix)
    if source.date:
        first_dose = find_first_dose(frame["USUBJID"], adsl)
        before = is_on_or_before_first_dose(frame, source.date, first_dose, points)
        order = iso.earliest(drop_time_zone(frame[source.date]))
        frame, order = frame[before], order[before]
    frame = frame.assign(ORDER=order, **points.loc[frame.index])
    frame = sort_records(frame, ["USUBJID", "ORDER", *POINT_ORDER, sequence], missing_first=True)
    return frame[["USUBJID", source.variable, sequence]].set_axis(
        ["USUBJID", "VALUE", "SEQ"], axis=1
    )


def select_baseline_records(
    sdtm: Mapping[str, pd.DataFrame],
    source: ValueSource,
    adsl: pd.DataFrame,
    study: Study,
    setting: str,
) -> pd.DataFrame:
    """Return USUBJID and VALUE of the records of `select_baseline_candidates`."""
    return select_baseline_candidates(sdtm, source, adsl, study, setting)[["USUBJID", "VALUE"]]


def derive_baseline_values(
    sdtm: Mapping[str, pd.DataFrame],
    source: ValueSource,
    adsl: pd.DataFrame,
    study: Study,
    setting: str,
) -> pd.Series:
    """Return a source's last value on or before the first dose, one for each row of `adsl`."""
    records = select_baseline_records(sdtm, source, adsl, study, setting)
    last = records.drop_duplicates("USUBJID", keep="last").set_index("USUBJID")["VALUE"]
    return pd.Series(last.reindex(adsl["USUBJID"].to_numpy()).to_numpy(), index=adsl.index)
