"""Whether the values of two variables of an analysis dataset go with one another one to one."""

from __future__ import annotations

import numpy as np
import pandas as pd

NOT_ONE_TO_ONE = "_NOT_ONE_TO_ONE_"
PARAMETER, PARAMCD = "PARAM", "PARAMCD"


def find_not_one_to_one(frame: pd.DataFrame, one: str, other: str) -> pd.Series | None:
    """Return which records have a value that goes with several of the other variable.

    A record without one of the two values tells nothing. Values of a parameter are compared within
    it (ADaMIG 1.3, tables 3.3.3.1 and 3.3.4.1.1).

    Parameters
    ----------
    frame
        Records of a dataset.
    one, other
        Names of the two variables.

    Returns
    -------
    Series
        bool, with the index of `frame`; None when one of the variables isn't there.
    """
    if not {one, other} <= set(frame):
        return None
    within = PARAMCD in frame and not one.startswith(PARAMETER)
    codes = pd.DataFrame(
        {
            "ONE": pd.factorize(frame[one])[0],
            "OTHER": pd.factorize(frame[other])[0],
            "WITHIN": pd.factorize(frame[PARAMCD])[0] if within else 0,
        }
    )
    codes = codes[(codes["ONE"] >= 0) & (codes["OTHER"] >= 0)]
    pairs = codes.drop_duplicates()
    several = pairs.duplicated(["ONE", "WITHIN"], keep=False)
    several |= pairs.duplicated(["OTHER", "WITHIN"], keep=False)
    found = np.zeros(len(frame), dtype=bool)
    if several.any():
        found[codes.reset_index().merge(pairs[several])["index"]] = True
    return pd.Series(found, index=frame.index)
