"""Records that point to others: SUPP--, RELREC and CO (SDTMIG 3.4, sections 8.2 to 8.5 and 5.1).

RDOMAIN names the domain, IDVAR the variable that tells its records apart (--SEQ, --SPID, --GRPID,
--LNKID, --LNKGRP, --REFID, VISITNUM, any other) and IDVARVAL its value, within the subject. A value
that several records share (--GRPID, VISITNUM) points to each of them. Without IDVAR the parents are
the records of the subject (SUPPDM); without subject and value, whole datasets are related (RELREC).

A value is the same in any notation: `1`, `1.0`, `001` and ` 1` are the number 1 where the variable
of the parent is a number. Where it is text, blanks around it don't count, and numbers are compared
only where no text is equal, and one record's text alone is that number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pandas as pd

from csrkit.sdtm.keys import LINK, as_text
from csrkit.sdtm.lazy_domains import read_columns

SUBJECT = "USUBJID"
SEPARATOR = "\x1f"


class Children(NamedTuple):
    """Records that point to one domain by one variable (None: by the subject alone)."""

    domain: str
    variable: str | None
    records: pd.DataFrame


def read_pointers(frame: pd.DataFrame) -> pd.DataFrame:
    """Return USUBJID, RDOMAIN, IDVAR and IDVARVAL of records as text, blank as None.

    Names come upper-case; index as `frame`.
    """
    columns = {name: _clean(frame, name) for name in (SUBJECT, *LINK)}
    for name in ("RDOMAIN", "IDVAR"):
        columns[name] = columns[name].str.upper() if columns[name].notna().any() else columns[name]
    return pd.DataFrame(columns, index=frame.index, dtype=object)


def relates_datasets(pointers: pd.DataFrame) -> pd.Series:
    """Return which pointers (`read_pointers`) are of whole datasets, and not of records (bool)."""
    return pointers["RDOMAIN"].notna() & pointers[SUBJECT].isna() & pointers["IDVARVAL"].isna()


def split_by_parent(pointers: pd.DataFrame) -> Iterator[Children]:
    """Return the pointers to records by the domain and variable that they point by."""
    pointing = pointers[pointers["RDOMAIN"].notna() & ~relates_datasets(pointers)]
    for (domain, variable), records in pointing.groupby(["RDOMAIN", "IDVAR"], dropna=False):
        yield Children(str(domain), variable if isinstance(variable, str) else None, records)


def match_parents(children: Children, parents: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs of child and parent.

    Parameters
    ----------
    children
        Of `split_by_parent`.
    parents
        Records of the domain: USUBJID, and the variable pointed by.

    Returns
    -------
    DataFrame
        CHILD and PARENT, the indexes of the two, one row a pair; none when the domain lacks the
        variable.
    """
    variable = children.variable
    if variable is None:
        blank = pd.Series("", index=children.records.index, dtype=object)
        return _join(children, blank, parents, pd.Series("", index=parents.index, dtype=object))
    if variable not in parents:
        return pd.DataFrame({"CHILD": children.records.index[:0], "PARENT": parents.index[:0]})
    values, known = children.records["IDVARVAL"], parents[variable]
    if pd.api.types.is_numeric_dtype(known):
        return _join(children, _as_numbers(values), parents, as_text(known))
    text = _clean(parents, variable)
    exact = _join(children, values, parents, text)
    left = ~children.records.index.isin(exact["CHILD"])
    numbers = _as_numbers(text)
    numbers = numbers.mask(_is_ambiguous(numbers, text, parents))
    found = _join(children, _as_numbers(values.where(left)), parents, numbers)
    return pd.concat([exact, found], ignore_index=True)


def find_pairs(
    frame: pd.DataFrame, domains: Mapping[str, pd.DataFrame], domain: str | None = None
) -> pd.DataFrame:
    """Return the pairs of the records of a dataset and the records that they point to.

    Parameters
    ----------
    frame
        Records with RDOMAIN, IDVAR and IDVARVAL.
    domains
        Where the parents are; of a delivery larger than memory only what is needed is read.
    domain
        The parents wanted; None for those of any domain.

    Returns
    -------
    DataFrame
        CHILD and PARENT, the indexes of the two.
    """
    none: dict[str, pd.Series] = {name: pd.Series(dtype="int64") for name in ("CHILD", "PARENT")}
    parts = []
    for children in split_by_parent(read_pointers(frame)):
        if domain is not None and children.domain != domain:
            continue
        variables = [SUBJECT, *([children.variable] if children.variable else [])]
        parents = read_columns(domains, children.domain, variables)
        if parents is not None:
            parts.append(match_parents(children, parents))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(none)


def has_parent(frame: pd.DataFrame, domains: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Return whether what each record points to is among the domains (bool).

    A relation of whole datasets needs the dataset, and the variable that it names. A record without
    RDOMAIN (a comment on the study) points to nothing, so that it has none.
    """
    pointers = read_pointers(frame)
    found = pd.Series(frame.index.isin(find_pairs(frame, domains)["CHILD"]), index=frame.index)
    whole = pointers[relates_datasets(pointers)]
    for (domain, variable), records in whole.groupby(["RDOMAIN", "IDVAR"], dropna=False):
        named = isinstance(variable, str)
        there = read_columns(domains, str(domain), [str(variable)] if named else [])
        if there is not None and (not named or variable in there):
            found[records.index] = True
    return found


def _join(
    children: Children, values: pd.Series, parents: pd.DataFrame, known: pd.Series
) -> pd.DataFrame:
    """Return the pairs of one subject and value; what has no value pairs with nothing."""
    wanted = _keys(children.records, values, SUBJECT in parents)
    given = _keys(parents, known, SUBJECT in parents)
    left = pd.DataFrame({"KEY": wanted, "CHILD": wanted.index}).dropna(subset="KEY")
    right = pd.DataFrame({"KEY": given, "PARENT": given.index}).dropna(subset="KEY")
    right = right[right["KEY"].isin(left["KEY"])]
    return left.merge(right, on="KEY")[["CHILD", "PARENT"]]


def _keys(frame: pd.DataFrame, values: pd.Series, with_subject: bool) -> pd.Series:
    """Return subject and value as one text, None where either is missing."""
    if not with_subject:
        return values
    return _clean(frame, SUBJECT) + SEPARATOR + values


def _is_ambiguous(numbers: pd.Series, text: pd.Series, parents: pd.DataFrame) -> pd.Series:
    """Return where several texts of a subject (`1`, `01`) are the same number (bool)."""
    keys = _keys(parents, numbers, SUBJECT in parents)
    texts = text.groupby(keys).nunique()
    return keys.map(texts).gt(1)


def _as_numbers(values: pd.Series) -> pd.Series:
    """Return texts that are numbers in one notation (`1.0`, `001` → `1`), others as None."""
    return as_text(pd.to_numeric(values, errors="coerce").astype("float64"))


def _clean(frame: pd.DataFrame, name: str) -> pd.Series:
    """Return a variable as text without blanks around it, None where empty or not there."""
    if name not in frame:
        return pd.Series(None, index=frame.index, dtype=object)
    text = as_text(frame[name])
    if text.notna().any():
        text = text.astype("string").str.strip().astype(object)
    return text.where(text.notna() & text.ne(""), None)
