"""One administration in several records of EX: interrupted and resumed, and given once.

Source: SDTMIG 3.4, EX (an interrupted administration may be several records) and --LNKID.
"""

from __future__ import annotations

import pandas as pd

from csrkit.adam.common.dates import derive_duration
from csrkit.adam.common.variables import round_off_noise
from csrkit.study.derivations.exposure import Exposure

SAME_DAY = ["USUBJID", "EXTRT", "DAY", "EXTPT"]
SEPARATOR = "\x1f"


def number_administrations(records: pd.DataFrame, settings: Exposure) -> pd.Series:
    """Return a number for each record of EX, the same for the parts of one administration.

    Parts have the subject, the treatment and the values of the variables of setting
    `one_administration` in common, and each begins at most `resumed_within_days` days after those
    before it. Where a record has none of these values, its day and planned time point (EXTPT) take
    their place. A record of one dose a day is never a part.

    Parameters
    ----------
    records
        USUBJID EXTRT ASTDTM AENDTM EACHDAY, EXTPT and the variables of the setting where they were
        delivered; in order of time.
    """
    keys = records[["USUBJID", "EXTRT"]].assign(
        DAY=records["ASTDTM"].dt.normalize(),
        EXTPT=records.get("EXTPT"),
        LINK=_join_values(records, settings.one_administration),
    )
    of_day = keys.groupby(SAME_DAY, dropna=False)["LINK"]
    alone = of_day.transform("nunique").eq(1) & keys["DAY"].notna()
    keys["LINK"] = keys["LINK"].where(keys["LINK"].notna() | ~alone, of_day.transform("first"))
    linked = keys["LINK"].notna()
    single = records["EACHDAY"] | (~linked & keys["DAY"].isna())
    keys = keys.assign(
        RUN=_number_runs(keys, records, settings.resumed_within_days).where(linked),
        DAY=keys["DAY"].mask(linked),
        EXTPT=keys["EXTPT"].mask(linked),
        SINGLE=pd.Series(range(len(keys)), keys.index).where(single, -1),
    )
    number: pd.Series = keys.groupby(list(keys), dropna=False, sort=False).ngroup()
    return number


def _join_values(records: pd.DataFrame, names: tuple[str, ...]) -> pd.Series:
    """Return the values of these variables as one text; None where one is missing."""
    text = pd.Series("" if names else None, index=records.index, dtype=object)
    for name in names:
        own = records[name] if name in records else pd.Series(None, records.index, dtype=object)
        text = (text + SEPARATOR + own.astype("string")).astype(object)
    return text.where(text.notna(), None)


def _number_runs(keys: pd.DataFrame, records: pd.DataFrame, days: int) -> pd.Series:
    """Return the number of the run of days that a record of a link belongs to."""
    link = [keys[name] for name in ("USUBJID", "EXTRT", "LINK")]
    until = records[["ASTDTM", "AENDTM"]].max(axis=1).dt.normalize()
    reached = until.groupby(link, dropna=False).cummax()
    before = reached.groupby(link, dropna=False).shift()
    apart = (derive_duration(before, keys["DAY"]) - 1).gt(days)
    run: pd.Series = apart.groupby(link, dropna=False).cumsum()
    return run


def join_parts(records: pd.DataFrame, number: pd.Series) -> pd.DataFrame:
    """Return one record an administration.

    Parameters
    ----------
    records
        Records of EX in order of time, with ASTDTM ASTTMF AENDTM AENTMF BEGDTM BEGTMF INTERRUPTED.
    number
        From `number_administrations`.

    Returns
    -------
    DataFrame
        Of several parts the first value of each variable, but: EXDOSE their sum, missing where one
        is; AENDTM and AENTMF the last end, missing where the part begun last has none; BEGDTM,
        BEGTMF and EXENDTC of that part; EXADJ the different ones; INTERRUPTED true. PARTS is the
        number of parts.
    """
    count = number.map(number.value_counts()).astype("float64")
    records = records.assign(PARTS=count, NUMBER=number)
    if count.le(1).all():
        return records.drop(columns="NUMBER")
    joined = _join_several(records[count.gt(1)])
    whole = pd.concat([records[count.le(1)], joined[list(records)]])
    return whole.sort_values("NUMBER", ignore_index=True).drop(columns="NUMBER")


def _join_several(parts: pd.DataFrame) -> pd.DataFrame:
    groups = parts.groupby("NUMBER", sort=False)
    first, last = groups.head(1).set_index("NUMBER"), groups.tail(1).set_index("NUMBER")
    ended = parts.sort_values("AENDTM", kind="stable", na_position="first")
    ended = ended.groupby("NUMBER").tail(1).set_index("NUMBER").reindex(first.index)
    open_end = last["AENDTM"].isna()
    dose = groups["EXDOSE"].sum().mask(parts["EXDOSE"].isna().groupby(parts["NUMBER"]).any())
    joined = groups.first().assign(
        EXDOSE=round_off_noise(dose),
        ASTDTM=first["ASTDTM"],
        ASTTMF=first["ASTTMF"],
        AENDTM=ended["AENDTM"].mask(open_end),
        AENTMF=ended["AENTMF"].mask(open_end, None),
        **{name: last[name] for name in ("BEGDTM", "BEGTMF", "EXENDTC")},
        EXADJ=groups["EXADJ"].agg(lambda texts: "; ".join(dict.fromkeys(texts.dropna())) or None),
        INTERRUPTED=True,
    )
    return joined.reset_index()
