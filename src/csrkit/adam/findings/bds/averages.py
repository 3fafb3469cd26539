"""Means of replicates: several values of one moment, such as an ECG taken three times."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from csrkit.adam.common.ordering import order_places, rank_values
from csrkit.adam.common.stack import stack_records
from csrkit.adam.common.variables import add_variables, round_off_noise
from csrkit.adam.findings.bds.baseline import KEY
from csrkit.adam.findings.records import MOMENT

AVERAGE = "AVERAGE"
TIME = ["ADT", "ADTM", "ORDER"]
DIGITS = 14
"""Significant digits kept of a mean: all but the noise of adding."""
OWN = ("DTC", "ADT", "ADTM", "ORDER")
"""Of the last replicate; what else of a moment isn't the same in all is missing."""


def derive_averages(records: pd.DataFrame, within: Sequence[str]) -> pd.DataFrame:
    """Return the records and, below them, the mean of those that are replicates.

    Parameters
    ----------
    records
        From `findings.records.select_findings`, with the derived parameters.
    within
        What replicates have in common, of MOMENT and ADT; none for no means.

    Returns
    -------
    DataFrame
        The records with DTYPE (AVERAGE for a mean, else None), COUNTS (bool): whether a record may
        be a baseline, the value of a visit or an extreme, which of a parameter that has means the
        means are; and MEAN, the number of the mean that a record is or goes into, else NaN.
    """
    if not within:
        return add_variables(records, {"DTYPE": None, "COUNTS": True, "MEAN": float("nan")})
    valued = records[records["AVAL"].notna() & records["ADT"].notna()]
    key = [*KEY, *within]
    valued = valued.iloc[order_places([rank_values(valued[n], missing_first=True) for n in TIME])]
    groups = valued.groupby(key, dropna=False, sort=False)
    last = valued.loc[groups.tail(1).index]
    mean = round_off_noise(groups["AVAL"].transform("mean"), DIGITS).loc[last.index]
    loose = [name for name in (*MOMENT, "ELTM") if name in records and name not in (*key, *OWN)]
    differs = {name: groups[name].transform("nunique", dropna=False).gt(1) for name in loose}
    common = {name: last[name].mask(differ.loc[last.index]) for name, differ in differs.items()}
    none = dict.fromkeys(("SEQ", "SRCSEQ"), float("nan"))
    number = groups.ngroup().astype("float64")
    said = {"AVAL": mean, "DTYPE": AVERAGE, "COUNTS": True, "MEAN": number.loc[last.index]}
    means = add_variables(last, {**common, **none, **said})
    alone = ~records["PARAMCD"].isin(means["PARAMCD"])
    single = {"DTYPE": None, "COUNTS": alone, "MEAN": number.reindex(records.index)}
    return stack_records([add_variables(records, single), means])
