"""Take variables from SDTM domains, whether the study has them or not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from csrkit.adam.common.filtering import filter_records
from csrkit.conditions import Condition
from csrkit.errors import DataError
from csrkit.sdtm.keys import LINK
from csrkit.sdtm.links import find_pairs

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


def select_supplemental(
    sdtm: Mapping[str, pd.DataFrame], name: str, qualifiers: Sequence[str]
) -> pd.DataFrame:
    """Return the supplemental qualifiers of the records of a domain, whatever IDVAR points to them.

    A value of a group of records, or of the subject, is that of each of them.

    Parameters
    ----------
    name
        The domain whose records `select_variables` gives.
    qualifiers
        QNAMs wanted.

    Returns
    -------
    DataFrame
        A text column a qualifier, None where the record has none; one row a record of the domain in
        its order, index 0…n-1.

    Raises
    ------
    DataError
        When a record has two values of one qualifier.
    """
    records = sdtm.get(name, pd.DataFrame()).reset_index(drop=True)
    supp = select_variables(sdtm, f"SUPP{name}", ["USUBJID", *LINK, "QNAM", "QVAL"])
    supp = supp.assign(RDOMAIN=supp["RDOMAIN"].where(supp["RDOMAIN"].notna(), name))
    supp = supp[supp["QNAM"].isin(qualifiers)]
    pairs = find_pairs(supp, {name: records}, name)
    values = pairs.join(supp[["QNAM", "QVAL"]], on="CHILD").sort_values(["PARENT", "CHILD"])
    twice = values.duplicated(["PARENT", "QNAM"])
    if twice.any():
        raise _two_values_error(name, supp.loc[values.loc[twice, "CHILD"].iloc[0]])
    found = {
        qualifier: values[values["QNAM"] == qualifier].set_index("PARENT")["QVAL"]
        for qualifier in qualifiers
    }
    columns = {
        qualifier: each.reindex(records.index).astype(object) for qualifier, each in found.items()
    }
    return pd.DataFrame(
        {qualifier: each.where(each.notna(), None) for qualifier, each in columns.items()},
        index=records.index,
        dtype=object,
    )


def _two_values_error(name: str, record: pd.Series) -> DataError:
    pointer = f"{record['IDVAR'] or 'subject'}={record['IDVARVAL'] or ''}"
    return DataError(
        "A record has two values of one supplemental qualifier",
        where=f"SUPP{name}, USUBJID={record['USUBJID']}, {pointer}",
        found=f"{record['QNAM']} more than once",
        allowed="one record for each parent record and QNAM",
        remedy=f"Deliver SUPP{name} without the second one.",
    )


def _missing(column: str, length: int) -> pd.Series:
    if _NUMBER.match(column):
        return pd.Series(float("nan"), index=range(length), dtype="float64")
    return pd.Series([None] * length, index=range(length), dtype=object)
