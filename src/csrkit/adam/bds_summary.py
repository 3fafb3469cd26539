"""Records that sum up a subject's values on treatment: smallest, largest, last."""

from __future__ import annotations

import pandas as pd

KEY = ["USUBJID", "PARAMCD", "BASETYPE"]
DERIVED = {
    "MINIMUM": ("Minimum on treatment", 9997.0),
    "MAXIMUM": ("Maximum on treatment", 9998.0),
    "LOV": ("Last on treatment", 9999.0),
}
"""DTYPE → AVISIT and AVISITN of the record added."""
FLAGS = ("ABLFL", "ANL01FL", "ANL02FL")


def extreme_records(records: pd.DataFrame) -> pd.DataFrame:
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
    used = records[records["ONTRTFL"].eq("Y") & records["VALUED"]]
    numbers = used[used["AVAL"].notna()]
    largest = numbers.assign(SIZE=-numbers["AVAL"]).sort_values([*KEY, "SIZE"], kind="stable")
    chosen = {
        "MINIMUM": numbers.sort_values([*KEY, "AVAL"], kind="stable").drop_duplicates(KEY),
        "MAXIMUM": largest.drop_duplicates(KEY).drop(columns="SIZE"),
        "LOV": used.drop_duplicates(KEY, keep="last"),
    }
    parts = [
        part.assign(DTYPE=name, AVISIT=DERIVED[name][0], AVISITN=DERIVED[name][1])
        for name, part in chosen.items()
    ]
    return pd.concat(parts).assign(**dict.fromkeys(FLAGS))
