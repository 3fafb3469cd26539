"""The records of what occurs (medications, history, deviations) that a study uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from csrkit.adam.common.domains import select_variables
from csrkit.adam.common.filtering import filter_records
from csrkit.adam.common.variables import flag_where
from csrkit.conditions import Condition


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
