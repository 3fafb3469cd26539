"""Take variables from SDTM domains, whether the study has them or not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from csrkit.adam.common.filtering import filter_records
from csrkit.conditions import Condition
from csrkit.errors import DataError

# SDTM variables that are numbers (SDTMIG 3.4): by their last letters, after the domain's two.
_NUMBER = re.compile(
    r"^(AGE|VISITNUM|TAETORD|[A-Z]{2}(SEQ|DOSE|DOSTOT|STRESN|STNRLO|STNRHI|TPTNUM|LLOQ|ULOQ|"
    r"DY|STDY|ENDY|VISITDY|(LLT|PT|HLT|HLGT|BDSY|SOC)CD))$"
)


def select_variables(
    sdtm: Mapping[str, pd.DataFrame], name: str, columns: Sequence[str]
) -> pd.DataFrame:
    """Return the named variables of a domain, in that order; what the study lacks is missing.

    Parameters
    ----------
    sdtm
        Domains by upper-case name.
    name
        The domain, for example `"AE"`.
    columns
        Its variables that the caller reads.

    Returns
    -------
    DataFrame
        A new frame with exactly these columns, index 0…n-1. No records when the study lacks the
        domain; a variable that it lacks is missing throughout.

    Raises
    ------
    DataError
        When a domain that is there has no USUBJID although it is asked for.
    """
    source = sdtm.get(name)
    if source is None:
        source = pd.DataFrame()
    elif "USUBJID" in columns and "USUBJID" not in source.columns:
        raise DataError(
            "A domain doesn't say whose records it holds",
            where=name,
            found="no variable USUBJID",
            remedy=f"Deliver {name} with USUBJID.",
        )
    return pd.DataFrame(
        {
            column: source[column].to_numpy()
            if column in source.columns
            else _missing(column, len(source))
            for column in columns
        },
        columns=list(columns),
    )


def select_records(
    sdtm: Mapping[str, pd.DataFrame],
    name: str,
    columns: Sequence[str],
    condition: Condition,
    setting: str,
) -> pd.DataFrame:
    """Return the named variables of the records of a domain that meet a condition of `study.yml`.

    It may look at any variable of the domain; a domain that the study lacks has no records.

    Parameters
    ----------
    condition
        Condition (`csrkit.conditions`) on the domain.
    setting
        Key of `study.yml` that holds it, for an error.

    Raises
    ------
    StudyError
        When the condition can't be used on the domain.
    """
    if name not in sdtm:
        return select_variables({}, name, columns)
    return select_variables({name: filter_records(sdtm[name], condition, setting)}, name, columns)


def merge_supplemental(
    frame: pd.DataFrame, sdtm: Mapping[str, pd.DataFrame], name: str, qualifiers: Sequence[str]
) -> pd.DataFrame:
    """Return `frame` with the supplemental qualifiers of its domain as columns.

    Parameters
    ----------
    frame
        Records of domain `name`, with USUBJID and the variables that SUPP-- points with (IDVAR).
    qualifiers
        QNAMs to add, each a text column, missing where the record has none.

    Raises
    ------
    DataError
        When a record has two values of one qualifier.
    """
    columns = ["USUBJID", "IDVAR", "IDVARVAL", "QNAM", "QVAL"]
    supp = select_variables(sdtm, f"SUPP{name}", columns)
    supp = supp[supp["QNAM"].isin(qualifiers)]
    out = frame.assign(**{q: pd.Series(None, index=frame.index, dtype=object) for q in qualifiers})
    for (qualifier, pointer), part in supp.groupby(["QNAM", supp["IDVAR"].fillna("")]):
        keys = pd.Index(frame["USUBJID"])
        values = part.assign(KEY=part["USUBJID"])
        if pointer:
            keys = pd.Index(frame["USUBJID"] + "|" + _as_text(frame[pointer]))
            values = part.assign(KEY=part["USUBJID"] + "|" + part["IDVARVAL"].str.strip())
        _check_single(values, name, str(qualifier))
        found = pd.Series(values.set_index("KEY")["QVAL"].reindex(keys).to_numpy(), frame.index)
        out[qualifier] = out[qualifier].where(out[qualifier].notna(), found)
    return out.assign(**{q: out[q].astype(object).where(out[q].notna(), None) for q in qualifiers})


def _check_single(values: pd.DataFrame, name: str, qualifier: str) -> None:
    twice = values["KEY"].duplicated()
    if twice.any():
        record = values[twice].iloc[0]
        raise DataError(
            "A record has two values of one supplemental qualifier",
            where=f"SUPP{name}, USUBJID={record['USUBJID']}, "
            f"{record['IDVAR'] or 'subject'}={record['IDVARVAL'] or ''}",
            found=f"{qualifier} more than once",
            allowed="one record for each parent record and QNAM",
            remedy=f"Deliver SUPP{name} without the second one.",
        )


def _as_text(values: pd.Series) -> pd.Series:
    """Write a pointer as IDVARVAL does: whole numbers without decimals."""
    if pd.api.types.is_numeric_dtype(values.dtype):
        return values.astype("Int64").astype(str)
    return values.astype(str)


def _missing(column: str, length: int) -> pd.Series:
    if _NUMBER.match(column):
        return pd.Series(float("nan"), index=range(length), dtype="float64")
    return pd.Series([None] * length, index=range(length), dtype=object)
