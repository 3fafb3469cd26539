"""Which domains and variables the report can't do without (`required.yml`).

A missing file, an empty one, and a missing or mistyped variable are faults of whole tables: told
apart from faulty records, and found before any record is looked at.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
import pandas as pd

from csrkit.errors import DataError
from csrkit.files.yaml import read_yaml
from csrkit.sdtm.lazy_domains import read_columns
from csrkit.study import Study
from csrkit.study.base import Section
from csrkit.study.loader import validate_content

FILE = "required.yml"


class Requirement(Section):
    """What the report needs of a domain.

    Attributes
    ----------
    optional
        Whether the domain may be absent.
    may_be_empty
        Whether it may hold no record.
    text, numbers
        Variables it must have, by type.
    """

    optional: bool = False
    may_be_empty: bool = False
    text: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableFault:
    """A fault of a whole table, or of a variable in it (empty: the table itself)."""

    domain: str
    variable: str
    what: str
    where: str
    found: str
    remedy: str


def load_requirements(study: Study) -> dict[str, Requirement]:
    """Return the study's requirements, by domain.

    Raises
    ------
    StudyError
        When `required.yml` is missing or can't be used.
    """
    file = study.path("validation") / FILE
    what = "The list of required domains can't be used"
    return validate_content(dict[str, Requirement], read_yaml(file), file, what)


def find_faults(
    domains: Mapping[str, pd.DataFrame], requirements: Mapping[str, Requirement]
) -> tuple[TableFault, ...]:
    """Return the faults of whole tables, in the order of the requirements."""
    return tuple(
        fault
        for name, requirement in requirements.items()
        for fault in find_domain_faults(name, domains.get(name), requirement, domains)
    )


def find_domain_faults(
    name: str, frame: pd.DataFrame | None, requirement: Requirement, delivered: Iterable[str]
) -> list[TableFault]:
    """Return the faults of one domain (None: it isn't among those delivered)."""
    if frame is not None:
        return _table_faults(name, frame, requirement)
    return [] if requirement.optional else [_missing_domain(name, delivered)]


def require(domains: Mapping[str, pd.DataFrame], study: Study) -> None:
    """Stop when a domain or variable that the report needs is missing, or a subject isn't one.

    Raises
    ------
    DataError
        Naming every fault, its file, and what to do; or a subject that DM doesn't have once.
    """
    faults = find_faults(domains, load_requirements(study))
    if faults:
        _stop_at(faults)
    subjects = read_columns(domains, "DM", ["USUBJID"])
    if subjects is not None:
        require_each_subject_once(subjects)


def require_each_subject_once(subjects: pd.DataFrame) -> None:
    """Stop when a record of DM has no subject, or two have the same one (SDTMIG 3.4, DM).

    Parameters
    ----------
    subjects
        Records of DM with USUBJID.

    Raises
    ------
    DataError
        Naming the subjects.
    """
    names = subjects["USUBJID"]
    twice = names[names.notna() & names.duplicated()].unique()
    if len(twice):
        raise DataError(
            f"A subject stands in DM more than once: {twice[0]}",
            where=f"DM.USUBJID, USUBJID={twice[0]}",
            found=f"{int(names.eq(twice[0]).sum())} records; {len(twice)} such subjects: "
            + ", ".join(twice[:5]),
            allowed="one record a subject",
            remedy="Deliver DM with one record a subject, also of one who was screened again.",
        )
    if names.isna().any():
        raise DataError(
            "A record of DM has no subject",
            where=f"DM.USUBJID, record {int(np.argmax(names.isna())) + 1}",
            found=f"nothing ({int(names.isna().sum())} records)",
            allowed="one record a subject",
            remedy="Deliver DM with USUBJID in every record.",
        )


def _stop_at(faults: tuple[TableFault, ...]) -> NoReturn:
    first, *others = faults
    also = "".join(f"\n           {fault.what} ({fault.where})" for fault in others)
    count = f", and {len(others)} more fault{'s'[: len(others) > 1]} of whole tables"
    raise DataError(
        first.what + (count if others else ""),
        where=first.where,
        found=first.found + (f"; also:{also}" if others else ""),
        remedy=first.remedy,
    )


def _table_faults(name: str, frame: pd.DataFrame, requirement: Requirement) -> list[TableFault]:
    where = ", ".join(frame.attrs.get("files", [])) or f"domain {name}"
    faults = []
    if frame.empty and not (requirement.may_be_empty or requirement.optional):
        faults.append(
            TableFault(
                name,
                "",
                f"Domain {name} holds no record",
                where,
                "0 records",
                f"Deliver {name} again; if there is truly nothing to record, "
                f"let {FILE} say may_be_empty for it.",
            )
        )
    for variable in (*requirement.text, *requirement.numbers):
        if variable not in frame:
            faults.append(_missing_variable(name, variable, frame, where))
        elif len(frame) and not _right_type(frame[variable], variable in requirement.numbers):
            kind = "numbers" if variable in requirement.numbers else "text"
            faults.append(
                TableFault(
                    name,
                    variable,
                    f"Variable {variable} of {name} must hold {kind}",
                    where,
                    "numbers" if kind == "text" else "text",
                    f"Export {name} again with {variable} as {kind}.",
                )
            )
    return faults


def _right_type(values: pd.Series, numbers: bool) -> bool:
    """A variable without a single value has no type that could be wrong."""
    return bool(values.isna().all()) or bool(pd.api.types.is_numeric_dtype(values)) == numbers


def _missing_domain(name: str, delivered: Iterable[str]) -> TableFault:
    return TableFault(
        name,
        "",
        f"Domain {name} is missing",
        f"{name.lower()}.xpt",
        f"domains {', '.join(sorted(delivered))}",
        f"Deliver {name.lower()}.xpt; if the study has no {name}, let {FILE} call it optional.",
    )


def _missing_variable(name: str, variable: str, frame: pd.DataFrame, where: str) -> TableFault:
    near = difflib.get_close_matches(variable, [str(column) for column in frame.columns], n=3)
    return TableFault(
        name,
        variable,
        f"Variable {variable} of {name} is missing",
        where,
        f"similar names: {', '.join(near)}" if near else "no variable of a similar name",
        f"Deliver {name} again with {variable}.",
    )
