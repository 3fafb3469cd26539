"""Before or after the first dose: the one rule for what is a baseline value."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.adam.common.domains import select_records
from csrkit.adam.common.partial_dates import drop_time_zone
from csrkit.sdtm import iso
from csrkit.sdtm.keys import sequence_variable
from csrkit.study.derivations.sources import ValueSource


def is_on_or_before_first_dose(
    records: pd.DataFrame, variable: str, first_dose: pd.DataFrame
) -> pd.Series:
    """Return where a collection date is on or before the first dose (bool).

    Date-times are compared where both have a time; otherwise a date on the day of the first dose is
    before it. A partial date counts as its latest moment. Without a dose everything is before it; a
    missing date never is.

    Parameters
    ----------
    records
        Records of a domain, with `variable`.
    variable
        ISO 8601 text, for example `LBDTC`.
    first_dose
        TRTSDTM and TRTSTMF of the record's subject, index as `records` (see `find_first_dose`).

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
    out: pd.Series = before & latest.notna()
    return out


def is_after_first_dose(
    records: pd.DataFrame, variable: str, first_dose: pd.DataFrame
) -> pd.Series:
    """Return where a collection date is after the first dose (bool): dated, treated, not before."""
    before = is_on_or_before_first_dose(records, variable, first_dose)
    dated = iso.latest(drop_time_zone(records[variable])).notna()
    return dated & first_dose["TRTSDTM"].notna() & ~before


def find_first_dose(subjects: pd.Series, adsl: pd.DataFrame) -> pd.DataFrame:
    """Return TRTSDTM and TRTSTMF for a column of USUBJID, index as that column."""
    known = adsl.set_index("USUBJID")[["TRTSDTM", "TRTSTMF"]]
    return known.reindex(subjects.to_numpy()).set_index(subjects.index)


def select_baseline_candidates(
    sdtm: Mapping[str, pd.DataFrame], source: ValueSource, adsl: pd.DataFrame, setting: str
) -> pd.DataFrame:
    """Return a source's records with a value on or before the first dose, the latest one last.

    Returns
    -------
    DataFrame
        USUBJID, VALUE and SEQ (--SEQ), ordered by subject, date and --SEQ.
    """
    sequence = sequence_variable(source.domain)
    columns = ["USUBJID", sequence, source.variable]
    columns += [source.date] if source.date else []
    frame = select_records(sdtm, source.domain, columns, source.where, f"{setting}.where")
    frame = frame[frame[source.variable].notna()].reset_index(drop=True)
    order = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[ns]")
    if source.date:
        first_dose = find_first_dose(frame["USUBJID"], adsl)
        before = is_on_or_before_first_dose(frame, source.date, first_dose)
        order = iso.earliest(drop_time_zone(frame[source.date]))
        frame, order = frame[before], order[before]
    frame = frame.assign(ORDER=order).sort_values(["USUBJID", "ORDER", sequence], kind="stable")
    return frame[["USUBJID", source.variable, sequence]].set_axis(
        ["USUBJID", "VALUE", "SEQ"], axis=1
    )


def select_baseline_records(
    sdtm: Mapping[str, pd.DataFrame], source: ValueSource, adsl: pd.DataFrame, setting: str
) -> pd.DataFrame:
    """Return USUBJID and VALUE of the records of `select_baseline_candidates`."""
    return select_baseline_candidates(sdtm, source, adsl, setting)[["USUBJID", "VALUE"]]


def derive_baseline_values(
    sdtm: Mapping[str, pd.DataFrame], source: ValueSource, adsl: pd.DataFrame, setting: str
) -> pd.Series:
    """Return a source's last value on or before the first dose, one for each row of `adsl`."""
    records = select_baseline_records(sdtm, source, adsl, setting)
    last = records.drop_duplicates("USUBJID", keep="last").set_index("USUBJID")["VALUE"]
    return pd.Series(last.reindex(adsl["USUBJID"].to_numpy()).to_numpy(), index=adsl.index)
