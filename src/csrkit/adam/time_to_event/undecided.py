"""Endpoints that hang on a date known in part: what they are, and what they could be as well.

A new anticancer therapy known to the month may have begun before or after a progression of that
month; so may a death, or an assessment. The study says how such a date is taken. Here the endpoints
of the subjects with one are derived a second time, with the date at the other end of what it can
mean, and where the two differ, the date decides. Nothing is changed by it.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.adam.registry import derive_all
from csrkit.adam.time_to_event.readings import list_readings
from csrkit.study import Study

ENDPOINTS = {"ADRS": ("AVALC",), "ADTTE": ("AVAL", "CNSR", "EVNTDESC")}
"""Dataset → the variables of a parameter that are its result."""

OVERALL = "OVR"
COLUMNS = ("USUBJID", "PARAMCD", "DATE", "STATED", "OTHERWISE")


def find_undecided_endpoints(
    sdtm: Mapping[str, pd.DataFrame], adam: Mapping[str, pd.DataFrame], study: Study
) -> pd.DataFrame:
    """Return the endpoints that a date known in part decides.

    Parameters
    ----------
    sdtm
        Domains after the cut.
    adam
        The datasets derived from them, with ADSL; those of the endpoints as far as the study has
        them.
    study
        The study in its scope.

    Returns
    -------
    DataFrame
        USUBJID PARAMCD, DATE (the record and what it says), STATED and OTHERWISE: the result, and
        what it is with the date at the other end of what it can mean.
    """
    found = [pd.DataFrame(columns=list(COLUMNS), dtype=object)]
    if any(name in adam for name in ENDPOINTS):
        for dates, other in list_readings(sdtm, study):
            mine = dates[dates.index.isin(adam["ADSL"]["USUBJID"])]
            if len(mine):
                found.append(_compare(mine, sdtm, adam, other))
    whole = pd.concat([part for part in found if len(part)] or found, ignore_index=True)
    return whole.sort_values(["USUBJID", "PARAMCD", "DATE"], kind="stable", ignore_index=True)


def _compare(
    dates: pd.Series,
    sdtm: Mapping[str, pd.DataFrame],
    adam: Mapping[str, pd.DataFrame],
    other: Study,
) -> pd.DataFrame:
    """Return the results of these subjects that the other way makes different."""
    subjects = set(dates.index)
    part = {
        name: frame[frame["USUBJID"].isin(subjects)] if "USUBJID" in frame else frame
        for name, frame in sdtm.items()
    }
    names = [name for name in ENDPOINTS if name in adam]
    again = derive_all(part, other, only=names)
    stated = pd.concat([_put_in_words(adam[name], name, subjects) for name in names])
    otherwise = pd.concat([_put_in_words(again[name], name, subjects) for name in names])
    both = pd.concat({"STATED": stated, "OTHERWISE": otherwise}, axis=1).fillna("none")
    differ = both[both["STATED"] != both["OTHERWISE"]]
    differ = differ.rename_axis(["USUBJID", "PARAMCD"]).reset_index()
    named = dates.groupby(level=0).agg("; ".join)
    found: pd.DataFrame = differ.assign(DATE=differ["USUBJID"].map(named))[list(COLUMNS)]
    return found


def _put_in_words(frame: pd.DataFrame, dataset: str, subjects: set[str]) -> pd.Series:
    """Return the result of each parameter in words, by USUBJID and PARAMCD."""
    mine = frame[frame["USUBJID"].isin(subjects) & frame["PARAMCD"].ne(OVERALL)]
    if dataset == "ADTTE":
        event = mine["CNSR"].eq(0).map({True: "event on day ", False: "censored at day "})
        words = event + mine["AVAL"].map("{:g}".format) + " (" + mine["EVNTDESC"].astype(str) + ")"
    else:
        words = mine["AVALC"].astype(str)
    keys = pd.MultiIndex.from_arrays(
        [mine["USUBJID"].astype(object), mine["PARAMCD"].astype(object)]
    )
    return pd.Series(words.to_numpy(dtype=object), index=keys, dtype=object)
