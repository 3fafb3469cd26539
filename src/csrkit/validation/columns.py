"""Columns that rules look at besides the delivered ones, computed from what their names say.

=======================  ===================================================================
`AESTDTC_VALID`          whether the date is one (bool; a missing date is)
`AESTDTC_EARLIEST`       the earliest moment the date can mean
`AESTDTC_LATEST`         the latest moment the date can mean
`DM_DTHFL`               a variable of another domain: of the subject's first record there
`TRLNKID_IN_TU_TULNKID`  whether the other domain has the value for the same subject (bool;
                         missing where the value is)
=======================  ===================================================================

They combine: `DM_DTHDTC_LATEST`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import pandas as pd

from csrkit.sdtm import iso
from csrkit.sdtm.keys import as_text

MOMENTS: dict[str, Callable[[pd.Series], pd.Series]] = {
    "_VALID": iso.is_valid,
    "_EARLIEST": iso.earliest,
    "_LATEST": iso.latest,
}
IN = "_IN_"


def with_columns(
    frame: pd.DataFrame, names: Iterable[str], domains: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Return a domain with the computed columns among `names`; those not computable are left out.

    Parameters
    ----------
    frame
        Records of the domain.
    names
        Column names that rules look at.
    domains
        All domains, for columns that come from another one.
    """
    computed = {name: compute(frame, name, domains) for name in names if name not in frame}
    return frame.assign(**{name: values for name, values in computed.items() if values is not None})


def compute(
    frame: pd.DataFrame, name: str, domains: Mapping[str, pd.DataFrame]
) -> pd.Series | None:
    """Return a delivered or computed column, or None when what it needs isn't there."""
    if name in frame:
        return frame[name]
    for ending, moment in MOMENTS.items():
        if name.endswith(ending):
            dates = compute(frame, name.removesuffix(ending), domains)
            return None if dates is None else moment(dates)
    if IN in name:
        return _found_in_other(frame, name, domains)
    domain, _, variable = name.partition("_")
    return _of_other_domain(frame, domains.get(domain), variable)


def delivered(name: str) -> str | None:
    """Return the delivered variable of the own domain that a column needs; None if of another."""
    root = name.split(IN)[0]
    for ending in MOMENTS:
        root = root.removesuffix(ending)
    return None if "_" in root else root


def _of_other_domain(
    frame: pd.DataFrame, other: pd.DataFrame | None, variable: str
) -> pd.Series | None:
    if other is None or variable not in other or "USUBJID" not in other or "USUBJID" not in frame:
        return None
    first = other[other["USUBJID"].notna()].drop_duplicates("USUBJID")
    return frame["USUBJID"].map(first.set_index("USUBJID", drop=False)[variable])


def _found_in_other(
    frame: pd.DataFrame, name: str, domains: Mapping[str, pd.DataFrame]
) -> pd.Series | None:
    variable, _, place = name.partition(IN)
    domain, _, wanted = place.partition("_")
    other = domains.get(domain)
    if other is None or not {"USUBJID", wanted} <= set(other):
        return None
    if not {"USUBJID", variable} <= set(frame):
        return None
    there = as_text(other["USUBJID"]) + " " + as_text(other[wanted])
    here = as_text(frame["USUBJID"]) + " " + as_text(frame[variable])
    return here.isin(there).astype(object).where(here.notna(), None)
