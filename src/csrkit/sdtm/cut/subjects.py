"""Which subjects had entered the study by the cut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from csrkit.errors import DataError
from csrkit.sdtm.cut.moments import parse_moments
from csrkit.study.design import SubjectEntry


@dataclass(frozen=True)
class Subjects:
    """Who stays.

    Attributes
    ----------
    kept
        USUBJID of those who stay.
    dates
        USUBJID → date of entry (text as delivered); those without one aren't there.
    variable
        The variable that dates the entry.
    """

    kept: frozenset[str]
    dates: pd.Series
    variable: str


def select_entered_subjects(
    domains: Mapping[str, pd.DataFrame], entry: SubjectEntry, cut: pd.Timestamp
) -> Subjects:
    """Return the subjects whose first date of entry is on or before the cut.

    Raises
    ------
    DataError
        When the domain, variable or records that date the entry are missing, a date is
        impossible, or no subject is left.
    """
    records = _entry_records(domains, entry)
    dated = records.assign(MOMENT=parse_moments(entry.domain, records, entry.variable))
    dated = dated[dated["USUBJID"].notna() & dated["MOMENT"].notna()]
    first = dated.sort_values("MOMENT", kind="stable").drop_duplicates("USUBJID")
    first = first.set_index("USUBJID")
    kept = set(first.index[first["MOMENT"] <= cut])
    if entry.missing == "keep":
        kept |= set(domains["DM"]["USUBJID"].dropna()) - set(first.index)
    if not kept:
        raise _nobody_error(entry, first, cut)
    return Subjects(frozenset(kept), first[entry.variable], entry.variable)


def _entry_records(domains: Mapping[str, pd.DataFrame], entry: SubjectEntry) -> pd.DataFrame:
    setting = "cut_rules.subject_entry"
    for domain, variables in (("DM", ("USUBJID",)), (entry.domain, ("USUBJID", entry.variable))):
        if domain not in domains:
            raise DataError(
                f"The data can't be cut without {domain}",
                where=setting,
                found=f"no {domain} among {', '.join(sorted(domains))}",
                remedy=f"Deliver {domain}, or let {setting} name another domain.",
            )
        frame = domains[domain].reset_index(drop=True)
        missing = [name for name in variables if name not in frame]
        if missing:
            raise DataError(
                f"{domain} lacks the variable that the cut needs",
                where=setting,
                found=f"no {', '.join(missing)}",
                allowed=[name for name in map(str, frame) if name.endswith("DTC")],
                remedy=f"Deliver {domain} with it, or name another variable.",
            )
    if entry.decod is None:
        return frame
    decod = f"{entry.domain}DECOD"
    chosen = frame[frame[decod] == entry.decod] if decod in frame else frame.iloc[:0]
    if chosen.empty:
        raise DataError(
            "No record dates a subject's entry into the study",
            where=f"{setting}, {decod}",
            found=entry.decod,
            allowed=sorted(frame[decod].dropna().unique()) if decod in frame else "",
            remedy="Name a code that the domain holds.",
        )
    return chosen


def _nobody_error(entry: SubjectEntry, first: pd.DataFrame, cut: pd.Timestamp) -> DataError:
    if first.empty:
        return DataError(
            "No subject has a date of entry into the study",
            where=f"{entry.domain}.{entry.variable}",
            found="all missing",
            remedy="Deliver the dates, or name another variable in cut_rules.subject_entry.",
        )
    earliest = first[entry.variable].iloc[0]
    return DataError(
        "The data cut leaves no subject",
        where=f"cut {cut.isoformat()}, entry {entry.domain}.{entry.variable}",
        found=f"the first subject entered on {earliest}",
        allowed=f"a cut on or after {earliest[:10]}",
        remedy="Choose a later data cut.",
    )
