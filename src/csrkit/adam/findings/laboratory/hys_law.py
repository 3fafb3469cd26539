"""Potential Hy's law cases (FDA guidance Drug-Induced Liver Injury, 2009, section III)."""

from __future__ import annotations

import pandas as pd

from csrkit.study.derivations.findings import Laboratory

AMINOTRANSFERASES = ("ALT", "AST")


def derive_hys_law(records: pd.DataFrame, rule: Laboratory.HysLaw) -> pd.DataFrame:
    """Return one record for each subject whose liver tests on treatment tell of Hy's law.

    A case has an aminotransferase at or above its multiple of the upper limit of normal, alkaline
    phosphatase below its own on that day (or not measured), and on that day or in the days after
    it bilirubin at or above its multiple.

    Parameters
    ----------
    records
        USUBJID PARAMCD ADT R2ANRHI ONTRTFL.
    rule
        The multiples and the days.

    Returns
    -------
    DataFrame
        USUBJID PARAMCD (HYLAW) AVALC (Y or N) AVAL (1 or 0) ADT (day of the bilirubin that makes
        the first case); subjects without both an aminotransferase and bilirubin have none.
    """
    tests = records[records["ONTRTFL"].eq("Y") & records["R2ANRHI"].notna()]
    tests = tests[["USUBJID", "PARAMCD", "ADT", "R2ANRHI"]]
    liver = tests[tests["PARAMCD"].isin(AMINOTRANSFERASES)]
    bilirubin = tests[tests["PARAMCD"] == "BILI"]
    cholestatic = tests[
        (tests["PARAMCD"] == "ALP") & (tests["R2ANRHI"] >= rule.alkaline_phosphatase)
    ]
    raised = liver.loc[liver["R2ANRHI"] >= rule.aminotransferase, ["USUBJID", "ADT"]]
    raised = raised.drop_duplicates().merge(
        cholestatic[["USUBJID", "ADT"]].drop_duplicates(), how="left", indicator="ALP"
    )
    pairs = raised[raised["ALP"] == "left_only"].merge(
        bilirubin.loc[bilirubin["R2ANRHI"] >= rule.bilirubin, ["USUBJID", "ADT"]],
        on="USUBJID",
        suffixes=("", "_BILI"),
    )
    waited = (pairs["ADT_BILI"] - pairs["ADT"]).dt.days
    cases = pairs[waited.between(0, rule.days)].groupby("USUBJID")["ADT_BILI"].min()
    both = liver.loc[liver["USUBJID"].isin(bilirubin["USUBJID"]), "USUBJID"]
    subjects = both.drop_duplicates().sort_values().reset_index(drop=True)
    is_case = subjects.isin(cases.index)
    return pd.DataFrame(
        {
            "USUBJID": subjects,
            "PARAMCD": "HYLAW",
            "PARAM": "Potential Hy's Law Case",
            "PARCAT1": "LIVER SAFETY",
            "AVALC": is_case.map({True: "Y", False: "N"}),
            "AVAL": is_case.astype("float64"),
            "ADT": subjects.map(cases).astype("datetime64[ns]"),
        }
    )
