"""Baseline, change and on-treatment period of BDS records, by subject, parameter and basis."""

from __future__ import annotations

import pandas as pd

from csrkit.adam.common.baseline import first_dose_of, on_or_before_first_dose
from csrkit.adam.common.ordering import in_order
from csrkit.adam.common.variables import add_variables, flag_where

KEY = ["USUBJID", "PARAMCD", "BASETYPE"]
TIME = [*KEY, "ADT", "ADTM", "VISITNUM", "ORDER"]
BASELINE = {"AVAL": "BASE", "AVALC": "BASEC", "ANRIND": "BNRIND"}
"""Variable → its value at baseline."""


def with_baseline(
    records: pd.DataFrame, adsl: pd.DataFrame, on_treatment_days: int
) -> pd.DataFrame:
    """Return the records with baseline, changes and flags.

    Parameters
    ----------
    records
        KEY, AVAL AVALC AREASN ANRIND COUNTS DTC ADT ADTM VISITNUM ORDER TRTSDT TRTEDT.
    adsl
        ADSL, with TRTSDTM and TRTSTMF.
    on_treatment_days
        Days after the last dose that still are on treatment.

    Returns
    -------
    DataFrame
        Sorted by subject, parameter, basis and time, with ABLFL BASE BASEC BNRIND CHG PCHG
        ONTRTFL, VALUED (it has a result, and counts) and AFTER (after the first dose, bool).
        Before the first dose is a record by its date-time where both have one, else by its date,
        so that one of the day of the first dose before the infusion is a baseline value.
    """
    records = in_order(records, TIME, missing_first=True)
    dose = first_dose_of(records["USUBJID"], adsl)
    treated, dated = dose["TRTSDTM"].notna(), records["ADT"].notna()
    before = on_or_before_first_dose(records, "DTC", dose)
    after = dated & treated & ~before
    valued = records["AVAL"].notna() | (records["AVALC"].notna() & records["AREASN"].isna())
    valued &= records["COUNTS"]
    may = records.loc[before & treated & dated & valued, [*KEY, *BASELINE]]
    last = may.drop_duplicates(KEY, keep="last")
    base = records[KEY].merge(last.rename(columns=BASELINE), on=KEY, how="left", validate="m:1")
    change = (records["AVAL"] - base["BASE"]).where(after)
    end = records["TRTEDT"] + pd.Timedelta(days=on_treatment_days)
    columns = {
        "VALUED": valued,
        "ABLFL": flag_where(records.index.to_series().isin(last.index)),
        "BASE": base["BASE"],
        "BASEC": base["BASEC"].astype(object).where(base["BASEC"].notna(), None),
        "BNRIND": base["BNRIND"].astype(object).where(base["BNRIND"].notna(), None),
        "CHG": change,
        "PCHG": 100 * change / base["BASE"].abs().where(base["BASE"] != 0),
        "ONTRTFL": flag_where(after & (records["ADT"] <= end)),
        "AFTER": after,
    }
    return add_variables(records, columns)
