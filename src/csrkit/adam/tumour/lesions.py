"""Sums of diameters of the target lesions by visit, from TU and TR (RECIST 1.1)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from csrkit.adam.common.dates import impute_dates
from csrkit.adam.common.domains import select_records
from csrkit.study import Study

TR = ("USUBJID", "TRSEQ", "TRLNKID", "TRTESTCD", "TRSTRESN", "TRDTC", "VISIT", "VISITNUM")
VISIT = ["USUBJID", "VISITNUM", "VISIT", "UNPLANNED"]


def select_target_lesions(sdtm: Mapping[str, pd.DataFrame], study: Study) -> pd.DataFrame:
    """Return the target lesions: USUBJID, LESION, and TESTCD, the diameter that counts."""
    settings = study.derivations.adtr
    key = ["USUBJID", "TULNKID"]
    lesions = select_records(sdtm, "TU", key, settings.lesions, "derivations.adtr.lesions")
    lesions = lesions[lesions["TULNKID"].notna()].drop_duplicates().sort_values(key)
    nodes = select_records(sdtm, "TU", key, settings.nodal, "derivations.adtr.nodal")
    nodal = pd.MultiIndex.from_frame(lesions[key]).isin(pd.MultiIndex.from_frame(nodes[key]))
    return pd.DataFrame(
        {
            "USUBJID": lesions["USUBJID"],
            "LESION": lesions["TULNKID"],
            "TESTCD": np.where(nodal, settings.nodal_test, settings.other_test).astype(object),
        }
    )


def derive_sums_of_diameters(
    sdtm: Mapping[str, pd.DataFrame], lesions: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Return the sum of diameters of each visit, or why there is none.

    Parameters
    ----------
    sdtm
        Domains, with TR.
    lesions
        Target lesions, from `select_target_lesions`.
    study
        Settings `derivations.adtr`.

    Returns
    -------
    DataFrame
        USUBJID VISIT VISITNUM, ADT (first day of the visit's measurements), AVAL (mm, NaN when a
        target lesion isn't measured) and AREASN (which ones aren't).
    """
    measured = select_lesion_measurements(sdtm, lesions, study)
    visits = measured.groupby(VISIT, dropna=False, as_index=False)["ADT"].min()
    grid = visits.merge(lesions[["USUBJID", "LESION"]], on="USUBJID")
    grid = grid.merge(measured[[*VISIT, "LESION", "VALUE"]], on=[*VISIT, "LESION"], how="left")
    sums = grid.groupby(VISIT, dropna=False)["VALUE"].agg(["sum", "size", "count"])
    lacking = grid[grid["VALUE"].isna()].sort_values("LESION").groupby(VISIT, dropna=False)
    names = lacking["LESION"].agg(", ".join).rename("LACKING")
    out = visits.merge(sums.join(names).reset_index(), on=VISIT, how="left")
    return pd.DataFrame(
        {
            **{name: out[name] for name in ("USUBJID", "VISIT", "VISITNUM", "ADT")},
            "AVAL": out["sum"].where(out["size"] == out["count"]),
            "AREASN": ("Target lesion not measured: " + out["LACKING"])
            .astype("object")
            .where(out["LACKING"].notna(), None),
        }
    )


def select_lesion_measurements(
    sdtm: Mapping[str, pd.DataFrame], lesions: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Return the diameter that counts of each lesion and visit; of several the latest measured."""
    settings = study.derivations.adtr
    setting = "derivations.adtr.measurements"
    tr = select_records(sdtm, "TR", TR, settings.measurements, setting)
    dates, _ = impute_dates(tr["TRDTC"], highest="D", how="first", records=tr)
    unplanned = dates.where(tr["VISITNUM"].isna() & tr["VISIT"].isna())
    rows = pd.DataFrame(
        {
            **{name: tr[name] for name in ("USUBJID", "VISITNUM", "VISIT")},
            "UNPLANNED": unplanned,
            "LESION": tr["TRLNKID"],
            "TESTCD": tr["TRTESTCD"],
            "VALUE": tr["TRSTRESN"].astype("float64"),
            "ADT": dates,
            "SEQ": tr["TRSEQ"],
        }
    )
    rows = rows.merge(lesions, on=["USUBJID", "LESION", "TESTCD"])
    rows = rows.assign(DONE=rows["VALUE"].notna()).sort_values(
        ["USUBJID", "LESION", "DONE", "ADT", "SEQ"], kind="stable"
    )
    return rows.drop_duplicates([*VISIT, "LESION"], keep="last")
