"""Baseline, change and on-treatment period of laboratory records."""

from __future__ import annotations

import pandas as pd

from csrkit.adam.baseline import after_first_dose, first_dose_of, on_or_before_first_dose
from csrkit.adam.columns import with_columns
from csrkit.adam.flags import yes
from csrkit.adam.ordering import in_order

TIME = ["USUBJID", "PARAMCD", "ADT", "ADTM", "VISITNUM", "LBSEQ"]


def with_baseline(
    records: pd.DataFrame, adsl: pd.DataFrame, on_treatment_days: int
) -> pd.DataFrame:
    """Return the records with baseline, changes and flags.

    Parameters
    ----------
    records
        USUBJID PARAMCD AVAL ANRIND LBDTC ADT ADTM VISITNUM LBSEQ TRTSDT TRTEDT.
    adsl
        ADSL, with TRTSDTM and TRTSTMF.
    on_treatment_days
        Days after the last dose that still are on treatment.

    Returns
    -------
    DataFrame
        Sorted by subject, parameter and time, with ABLFL BASE BNRIND CHG PCHG ONTRTFL, and AFTER
        (after the first dose, bool). Before the first dose is a sample by its date-time where
        both have one, else by its date, so that a pre-infusion sample of the day of the first
        dose is a baseline value.
    """
    records = in_order(records, TIME, missing_first=True)
    dose = first_dose_of(records["USUBJID"], adsl)
    before = on_or_before_first_dose(records, "LBDTC", dose) & dose["TRTSDTM"].notna()
    after = after_first_dose(records, "LBDTC", dose)
    last = records[before & records["AVAL"].notna() & records["ADT"].notna()].drop_duplicates(
        ["USUBJID", "PARAMCD"], keep="last"
    )
    base = records[["USUBJID", "PARAMCD"]].merge(
        last[["USUBJID", "PARAMCD", "AVAL", "ANRIND"]].set_axis(
            ["USUBJID", "PARAMCD", "BASE", "BNRIND"], axis=1
        ),
        on=["USUBJID", "PARAMCD"],
        how="left",
        validate="many_to_one",
    )
    change = (records["AVAL"] - base["BASE"]).where(after)
    end = records["TRTEDT"] + pd.Timedelta(days=on_treatment_days)
    columns = {
        "ABLFL": yes(records.index.to_series().isin(last.index)),
        "BASE": base["BASE"],
        "BNRIND": base["BNRIND"].astype("object").where(base["BNRIND"].notna(), None),
        "CHG": change,
        "PCHG": 100 * change / base["BASE"].where(base["BASE"] != 0),
        "ONTRTFL": yes(after & (records["ADT"] <= end)),
        "AFTER": after,
    }
    return with_columns(records, columns)


def range_indicator(records: pd.DataFrame) -> pd.Series:
    """Return NORMAL, LOW or HIGH by ANRLO and ANRHI, as admiral's `derive_var_anrind` does."""
    value, low, high = records["AVAL"], records["ANRLO"], records["ANRHI"]
    ranged = value.notna() & (low.notna() | high.notna())
    indicator = pd.Series("NORMAL", index=records.index).mask(value < low, "LOW")
    return indicator.mask(value > high, "HIGH").astype("object").where(ranged, None)
