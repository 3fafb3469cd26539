"""Baseline, change and on-treatment period of BDS records, by subject, parameter and basis."""

from __future__ import annotations

import pandas as pd

from csrkit.adam.common.baseline import find_first_dose, is_on_or_before_first_dose
from csrkit.adam.common.on_treatment import is_by_end_of_treatment
from csrkit.adam.common.ordering import sort_records
from csrkit.adam.common.time_points import POINT_ORDER
from csrkit.adam.common.variables import add_variables, flag_where

KEY = ["USUBJID", "PARAMCD", "BASETYPE"]
TIME = [*KEY, "ADT", "ADTM", *POINT_ORDER, "VISITNUM", "ORDER"]
BASELINE = {"AVAL": "BASE", "AVALC": "BASEC", "ANRIND": "BNRIND"}
"""Variable → its value at baseline."""


def derive_baseline(records: pd.DataFrame, adsl: pd.DataFrame) -> pd.DataFrame:
    """Return the records with the value at baseline of each subject, parameter and basis.

    Parameters
    ----------
    records
        KEY, AVAL AVALC AREASN ANRIND COUNTS DTC ADT ADTM INFNUM TIMING PLACE VISITNUM ORDER.
    adsl
        ADSL, with TRTSDTM and TRTSTMF.

    Returns
    -------
    DataFrame
        Sorted by subject, parameter, basis and time, with ABLFL BASE BASEC BNRIND, VALUED (it has
        a result, and counts) and AFTER (after the first dose, bool). Before the first dose is a
        record as `is_on_or_before_first_dose` says: by its date-time where both have one, else by
        its planned time point, else by its date.
    """
    records = sort_records(records, TIME, missing_first=True)
    dose = find_first_dose(records["USUBJID"], adsl)
    treated, dated = dose["TRTSDTM"].notna(), records["ADT"].notna()
    before = is_on_or_before_first_dose(records, "DTC", dose, records[POINT_ORDER])
    valued = records["AVAL"].notna() | (records["AVALC"].notna() & records["AREASN"].isna())
    valued &= records["COUNTS"]
    may = records.loc[before & treated & dated & valued, [*KEY, *BASELINE]]
    last = may.drop_duplicates(KEY, keep="last")
    base = records[KEY].merge(last.rename(columns=BASELINE), on=KEY, how="left", validate="m:1")
    columns = {
        "VALUED": valued,
        "ABLFL": flag_where(records.index.to_series().isin(last.index)),
        "BASE": base["BASE"],
        "BASEC": base["BASEC"].astype(object).where(base["BASEC"].notna(), None),
        "BNRIND": base["BNRIND"].astype(object).where(base["BNRIND"].notna(), None),
        "AFTER": dated & treated & ~before,
    }
    return add_variables(records, columns)


def derive_change(records: pd.DataFrame) -> pd.DataFrame:
    """Return the records with CHG and PCHG, which those after the first dose have.

    Parameters
    ----------
    records
        AVAL BASE AFTER.
    """
    change = (records["AVAL"] - records["BASE"]).where(records["AFTER"])
    percent = 100 * change / records["BASE"].abs().where(records["BASE"] != 0)
    return add_variables(records, {"CHG": change, "PCHG": percent})


def derive_on_treatment(records: pd.DataFrame, days: int) -> pd.DataFrame:
    """Return the records with ONTRTFL, up to so many days after the last dose.

    Parameters
    ----------
    records
        ADT TRTEDT AFTER.
    """
    in_time = is_by_end_of_treatment(records["ADT"], records["TRTEDT"], days)
    return add_variables(records, {"ONTRTFL": flag_where(records["AFTER"] & in_time)})
