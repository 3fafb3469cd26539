"""Start and end of what occurs (adverse events, medications, history), completed as asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from csrkit.adam.common.dates import Highest, impute_datetimes
from csrkit.adam.common.domains import select_variables
from csrkit.adam.common.filtering import filter_records
from csrkit.adam.common.partial_dates import Limits
from csrkit.adam.common.variables import flag_where
from csrkit.conditions import Condition
from csrkit.study.derivations.sources import Imputation

LAST_MOMENT = pd.Timedelta(days=1) - pd.Timedelta(seconds=1)
"""From midnight to the last second of a day."""


def select_occurrences(
    sdtm: Mapping[str, pd.DataFrame],
    adsl: pd.DataFrame,
    name: str,
    columns: Sequence[str],
    records: Condition,
    **flags: Condition | None,
) -> pd.DataFrame:
    """Return the records of a domain that a study uses, of subjects in ADSL.

    Parameters
    ----------
    columns
        Variables of the domain, with USUBJID.
    records
        Setting `records` of the dataset.
    **flags
        Further settings of the dataset, each of which becomes a column that says whether the record
        meets it; no record does when it is None.

    Raises
    ------
    StudyError
        When a condition can't be used on the domain.
    """
    setting = f"derivations.ad{name.lower()}"
    if name not in sdtm:
        return select_variables({}, name, columns).assign(**dict.fromkeys(flags, False))
    chosen = filter_records(sdtm[name], records, f"{setting}.records")
    met = {
        flag: chosen.index.isin(_select_index(chosen, condition, f"{setting}.{flag}"))
        for flag, condition in flags.items()
    }
    out = select_variables({name: chosen}, name, columns).assign(**met)
    return out[out["USUBJID"].isin(adsl["USUBJID"])].reset_index(drop=True)


def _select_index(records: pd.DataFrame, condition: Condition | None, setting: str) -> pd.Index:
    """Return the index of the records that meet a condition; of none when there is no condition."""
    if condition is None:
        return records.index[:0]
    return filter_records(records, condition, setting).index


def look_up_adsl(records: pd.DataFrame, adsl: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return variables of ADSL for each record, index as `records`."""
    known = adsl.set_index("USUBJID")[list(columns)]
    return known.reindex(records["USUBJID"].to_numpy()).set_index(records.index)


def derive_period(
    records: pd.DataFrame,
    name: str,
    start: Imputation,
    end: Imputation,
    not_before: pd.Series | None,
    not_after: Limits,
) -> pd.DataFrame:
    """Return the records with start and end.

    Parameters
    ----------
    records
        Records of a domain, with --STDTC and --ENDTC.
    name
        The domain, for example `"AE"`.
    start, end
        How partial dates are completed. A missing time is 00:00:00 of a start, 23:59:59 of an end.
    not_before
        A moment that a partial start isn't completed to be before, when it can be after it, and
        when the end isn't before it.
    not_after
        Moments that a partial end isn't completed to be after, when it can be before them.

    Returns
    -------
    DataFrame
        With `ASTDTM ASTDTF ASTTMF ASTDT`, `AENDTM AENDTF AENTMF AENDT`.

    Raises
    ------
    DataError
        When a date is impossible; the message names the record.
    """
    ended = impute_datetimes(
        records[f"{name}ENDTC"],
        _add_time_part(end.highest),
        end.how,
        "last",
        None,
        not_after,
        records,
    )
    # What ended before a moment began before it, too.
    if not_before is not None:
        not_before = not_before.mask(ended["DTM"].lt(not_before))
    begun = impute_datetimes(
        records[f"{name}STDTC"],
        _add_time_part(start.highest),
        start.how,
        "first",
        not_before,
        None,
        records,
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
    )


def _add_time_part(highest: Highest) -> Highest:
    """Return the highest part to impute: where no date is completed, a time is all the same."""
    return "h" if highest == "n" else highest


def flag_first(records: pd.DataFrame, within: Sequence[str], order: Sequence[str]) -> pd.Series:
    """Return Y for the first record of each `within`, by `order`, missing last; index as `records`.

    Parameters
    ----------
    records
        The records that may be flagged.
    """
    ordered = records.sort_values(list(order), kind="stable", na_position="last")
    first = ordered.drop_duplicates(list(within)).index
    return flag_where(records.index.to_series().isin(first))
