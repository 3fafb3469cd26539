"""Criteria of the terminal phase on the records of ADPP, in words and flags (CRITy, CRITyFL).

Source: ADaMIG 1.3, section 3.3.4 (analysis criteria); `csrkit.stats.nca.acceptance` for the rules.
"""

from __future__ import annotations

import pandas as pd

from csrkit.stats.nca import Acceptance

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
    codes = frame["PARAMCD"]
    by_parameter = {code: rules.criteria(code) for code in codes.unique()}
    failed = frame["FLAG"].fillna("").astype(str)
    for place, name in enumerate(CRITERIA):
        stated = {code: each[place] for code, each in by_parameter.items() if each[place]}
        text = codes.map({code: one.met for code, one in stated.items() if one})
        wrong = codes.map({code: one.failed for code, one in stated.items() if one})
        asked = text.notna() & frame["AVAL"].notna()
        met = pd.Series(
            [
                bool(each) and each not in flag
                for each, flag in zip(wrong.fillna(""), failed, strict=True)
            ],
            index=frame.index,
        )
        added[name] = text.astype(object).where(text.notna(), None)
        added[f"{name}FL"] = met.map({True: "Y", False: "N"}).astype(object).where(asked, None)
    return frame.assign(**added, EXCLREAS=frame["FLAG"])
