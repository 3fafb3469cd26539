"""Records and flags that sum up a subject's laboratory values on treatment."""

from __future__ import annotations

import pandas as pd

from csrkit.adam.flags import yes
from csrkit.adam.ordering import ranks, sorted_places

KEY = ["USUBJID", "PARAMCD"]
DERIVED = {
    "MINIMUM": ("Minimum on treatment", 9997.0),
    "MAXIMUM": ("Maximum on treatment", 9998.0),
    "LOV": ("Last on treatment", 9999.0),
}
"""DTYPE → AVISIT and AVISITN of the record added."""


def extreme_records(records: pd.DataFrame) -> pd.DataFrame:
    """Return the smallest, largest and last value on treatment of each subject and parameter.

    Parameters
    ----------
    records
        In order of time: USUBJID PARAMCD AVAL ONTRTFL and the rest of ADLB.

    Returns
    -------
    DataFrame
        Copies of the records found, of several equal ones the first in time, with DTYPE (MINIMUM,
        MAXIMUM, LOV: last observed value), AVISIT and AVISITN set, and no flag of a record.
    """
    used = records.loc[records["ONTRTFL"].eq("Y") & records["AVAL"].notna(), [*KEY, "AVAL"]]
    chosen = {
        "MINIMUM": _first(used.assign(SIZE=used["AVAL"])),
        "MAXIMUM": _first(used.assign(SIZE=-used["AVAL"])),
        "LOV": used.drop_duplicates(KEY, keep="last").index,
    }
    parts = [
        records.loc[index].assign(DTYPE=name, AVISIT=DERIVED[name][0], AVISITN=DERIVED[name][1])
        for name, index in chosen.items()
    ]
    flags = ["ABLFL", "ANL01FL", "ANL02FL", "WGRLFL", "WGRHFL"]
    return pd.concat(parts).assign(**dict.fromkeys(flags))


def worst_grade(records: pd.DataFrame, grade: str) -> pd.Series:
    """Return Y for the first record with the highest CTCAE grade on treatment.

    Parameters
    ----------
    records
        In order of time: USUBJID PARAMCD ONTRTFL and the grade.
    grade
        ATOXGRL or ATOXGRH.
    """
    graded = records.loc[records["ONTRTFL"].eq("Y") & records[grade].notna(), [*KEY, grade]]
    first = _first(graded.assign(SIZE=-pd.to_numeric(graded[grade])))
    return yes(records.index.to_series().isin(first))


def _first(values: pd.DataFrame) -> pd.Index:
    """Return the first record with the smallest SIZE of each subject and parameter."""
    places = sorted_places([ranks(values[name]) for name in (*KEY, "SIZE")])
    return values.iloc[places].drop_duplicates(KEY).index
