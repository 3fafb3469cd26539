"""Criteria of the terminal phase on the records of ADPP, in words and flags (CRITy, CRITyFL).

Source: ADaMIG 1.3, section 3.3.4 (analysis criteria); `csrkit.stats.nca.acceptance` for the rules.
"""

from __future__ import annotations

import pandas as pd

from csrkit.stats.nca.acceptance import SEPARATOR, Acceptance

CRITERIA = ("CRIT1", "CRIT2", "CRIT3")


def add_criteria(frame: pd.DataFrame, rules: Acceptance) -> pd.DataFrame:
    """Return the parameters with the criteria that they have to fulfil, and EXCLREAS.

    Parameters
    ----------
    frame
        PARAMCD, AVAL, and FLAG: the criteria not fulfilled (`csrkit.stats.nca.NcaTable.flags`).
    rules
        The criteria of the study.

    Returns
    -------
    DataFrame
        Also CRIT1 (fit), CRIT2 (span), CRIT3 (extrapolation), each with CRITyFL (Y fulfilled, N
        not; missing where AVAL is, or the parameter has no such criterion), and EXCLREAS.
    """
    added: dict[str, pd.Series] = {}
    codes, there = frame["PARAMCD"], frame["AVAL"].notna()
    by_parameter = {code: rules.criteria(code) for code in codes.unique()}
    flags = frame["FLAG"].unique()
    for place, name in enumerate(CRITERIA):
        asked = {code: one for code, each in by_parameter.items() if (one := each[place])}
        text = codes.map({code: one.met for code, one in asked.items()}).astype(object)
        failing = {one.failed for one in asked.values()}
        told = {flag: bool(failing & set(str(flag).split(SEPARATOR))) for flag in flags}
        met = frame["FLAG"].map(told).map({True: "N", False: "Y"}).astype(object)
        added[name] = text.where(text.notna(), None)
        added[f"{name}FL"] = met.where(text.notna() & there, None)
    return frame.assign(**added, EXCLREAS=frame["FLAG"])
