"""Names of analysis visits."""

from __future__ import annotations

import pandas as pd

BASELINE = "Baseline"


def derive_analysis_visit(records: pd.DataFrame, baseline: pd.Series) -> pd.DataFrame:
    """Return AVISIT and AVISITN of records: the scheduled visit, or Baseline (0).

    Parameters
    ----------
    records
        VISIT and VISITNUM.
    baseline
        Where a record is its subject's baseline (bool).

    Returns
    -------
    DataFrame
        AVISIT, the visit's name in sentence case ("Week 8"), and AVISITN, its number.
    """
    name = records["VISIT"].str.strip().str.capitalize().astype(object)
    return pd.DataFrame(
        {
            "AVISIT": name.where(~baseline, BASELINE).where(name.notna() | baseline, None),
            "AVISITN": records["VISITNUM"].astype("float64").where(~baseline, 0.0),
        }
    )
