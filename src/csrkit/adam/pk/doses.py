"""The doses that concentrations refer to: each with its number, start, end and amount."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.adam.exposure.doses import select_valid_doses
from csrkit.adam.exposure.ends import add_ends
from csrkit.study import Study

DAY = pd.Timedelta(days=1)


def select_doses_given(
    sdtm: Mapping[str, pd.DataFrame], adsl: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Return the doses given, in order of time, each with the start of the next one.

    Doses of one number begin with the first, end with the last and give their sum.

    Parameters
    ----------
    adsl
        USUBJID TRTONGFL: whose daily doses go on to the data cut.

    Returns
    -------
    DataFrame
        USUBJID INFNUM START END (known to the minute; START by the setting `untimed_dose` at
        midnight of a known day) DOSE NEXTDTM.
    """
    settings = study.derivations.adpc
    running = adsl.loc[adsl["TRTONGFL"].eq("Y"), "USUBJID"]
    doses = add_ends(select_valid_doses(sdtm, study), set(running), study)
    start = drop_imputed_times(doses, "ASTDTM", "ASTTMF")
    if settings.untimed_dose == "midnight":
        start = start.fillna(doses["ASTDTM"].dt.normalize())
    doses = doses.assign(START=start, END=drop_imputed_times(doses, "AENDTM", "AENTMF"))
    if doses["EACHDAY"].any():
        doses = _split_by_day(doses)
    numbered = doses.groupby(["USUBJID", "INFNUM"])
    unknown = doses["EXDOSE"].isna().groupby([doses["USUBJID"], doses["INFNUM"]]).any()
    given = numbered.agg(START=("START", "min"), END=("END", "max"), DOSE=("EXDOSE", "sum"))
    given = given.assign(DOSE=given["DOSE"].mask(unknown)).reset_index()
    return given.assign(NEXTDTM=given.groupby("USUBJID")["START"].shift(-1))


def drop_imputed_times(moments: pd.DataFrame, moment: str = "DTM", flag: str = "TMF") -> pd.Series:
    """Return date-times whose hour and minute were given; seconds not given are 0."""
    known = moments[moment].mask(moments[flag].isin(["H", "M"]))
    return known.mask(moments[flag].eq("S"), known.dt.floor("min"))


def _split_by_day(doses: pd.DataFrame) -> pd.DataFrame:
    """Return the doses with one record a day where a record stands for several; numbered anew.

    The time of day is that of the first; when such a dose ends isn't known.
    """
    ends = doses["AENDTM"].mask(doses["RUNNING"], doses["LASTDTM"])
    days = (ends.dt.normalize() - doses["ASTDTM"].dt.normalize()).dt.days + 1
    repeats = days.where(doses["EACHDAY"], 1).fillna(1).clip(lower=1).astype(int)
    each = doses.loc[doses.index.repeat(repeats)]
    later = each.groupby(level=0).cumcount()
    each = each.assign(START=each["START"] + later * DAY, END=each["END"].mask(each["EACHDAY"]))
    each = each.sort_values(["USUBJID", "START", "EXSEQ"], ignore_index=True)
    return each.assign(INFNUM=each.groupby("USUBJID").cumcount() + 1.0)
