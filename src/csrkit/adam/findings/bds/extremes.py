"""Records that sum up a subject's values on treatment: smallest, largest, last."""

from __future__ import annotations

import numpy as np
import pandas as pd

from csrkit.adam.common.ordering import order_places, rank_values
from csrkit.adam.common.variables import add_variables
from csrkit.adam.findings.bds.baseline import KEY

DERIVED = {
    "MINIMUM": ("Minimum on treatment", 9997.0),
    "MAXIMUM": ("Maximum on treatment", 9998.0),
    "LOV": ("Last on treatment", 9999.0),
}
"""DTYPE → AVISIT and AVISITN of the record added."""
FLAGS = ("ABLFL", "ANL01FL", "ANL02FL", "WGRLFL", "WGRHFL")
"""Flags of one record among others, which a copy of it doesn't have."""


def derive_extremes(records: pd.DataFrame) -> pd.DataFrame:
    """Return the smallest, largest and last value on treatment of each subject and parameter.

    Parameters
    ----------
    records
        In order of time: KEY, AVAL VALUED ONTRTFL and the rest of the dataset. A parameter in
        words has a last value alone.

    Returns
    -------
    DataFrame
        Copies of the records found, of several equal ones the first in time, with DTYPE (MINIMUM,
        MAXIMUM, LOV: last observed value), AVISIT and AVISITN set, and no flag of a record.
    """
    used = records.loc[records["ONTRTFL"].eq("Y") & records["VALUED"], [*KEY, "AVAL"]]
    numbers = used[used["AVAL"].notna()]
    chosen = {
        "MINIMUM": find_smallest(numbers, numbers["AVAL"]),
        "MAXIMUM": find_smallest(numbers, -numbers["AVAL"]),
        "LOV": used.drop_duplicates(KEY, keep="last").index,
    }
    found = records.loc[np.concatenate([index.to_numpy() for index in chosen.values()])]
    names = np.repeat(np.array(list(chosen), dtype=object), [len(i) for i in chosen.values()])
    kind = pd.Series(names, index=found.index)
    columns = {
        "DTYPE": kind,
        "AVISIT": kind.map({name: visit for name, (visit, _) in DERIVED.items()}),
        "AVISITN": kind.map({name: number for name, (_, number) in DERIVED.items()}),
        **dict.fromkeys([flag for flag in FLAGS if flag in records]),
    }
    return add_variables(found, columns)


def find_smallest(records: pd.DataFrame, size: pd.Series) -> pd.Index:
    """Return the record with the smallest size of each KEY, of several the first that stands."""
    places = order_places([rank_values(records[name]) for name in KEY] + [rank_values(size)])
    return records[KEY].iloc[places].drop_duplicates().index
