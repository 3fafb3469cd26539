"""What the derivations can't do without: told before anything is derived.

`required.yml` is each study's own list; this is what the library, and the study's settings, read.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pandas as pd

from csrkit.errors import DataError
from csrkit.study import Study
from csrkit.study.base import Section
from csrkit.study.derivations.sources import DateSource, ValueSource

# Dataset → its domain, and what of it there is no deriving without.
OF_DATASETS: dict[str, tuple[str, tuple[str, ...]]] = {
    "ADSL": ("DM", ("ARMCD",)),
    "ADEX": ("EX", ("EXSEQ", "EXTRT", "EXDOSE", "EXSTDTC")),
    "ADAE": ("AE", ("AESEQ", "AEDECOD", "AESTDTC")),
    "ADCM": ("CM", ("CMSEQ", "CMTRT", "CMSTDTC")),
    "ADMH": ("MH", ("MHSEQ", "MHTERM")),
    "ADDV": ("DV", ("DVSEQ", "DVTERM")),
    "ADLB": ("LB", ("LBSEQ", "LBTESTCD", "LBDTC")),
    "ADVS": ("VS", ("VSSEQ", "VSTESTCD", "VSDTC")),
    "ADEG": ("EG", ("EGSEQ", "EGTESTCD", "EGDTC")),
    "ADQS": ("QS", ("QSSEQ", "QSTESTCD", "QSDTC")),
    "ADTR": ("TR", ("TRSEQ", "TRTESTCD", "TRLNKID", "TRSTRESN", "TRDTC")),
    "ADRS": ("RS", ("RSSEQ", "RSSTRESC", "RSDTC")),
    "ADPC": ("PC", ("PCSEQ", "PCSTRESN", "PCDTC")),
}


class Need(NamedTuple):
    """A variable of a domain, and who asks for it: a dataset, or a key of `study.yml`."""

    domain: str
    variable: str
    asked_by: str


def require_variables(sdtm: Mapping[str, pd.DataFrame], study: Study) -> None:
    """Stop when a domain that was delivered lacks a variable that the derivations read.

    A domain that wasn't delivered, or has no record, lacks nothing: the study's `required.yml` says
    which may be so.

    Raises
    ------
    DataError
        Naming the variable, its domain, who asks for it, and how many more there are.
    """
    lacking = [
        need
        for need in list_needs(study)
        if len(sdtm.get(need.domain, ())) and need.variable not in sdtm[need.domain]
    ]
    if not lacking:
        return
    first = lacking[0]
    others = list(dict.fromkeys(f"{need.domain}.{need.variable}" for need in lacking[1:]))
    names = [str(name) for name in sdtm[first.domain]]
    near = ", ".join(difflib.get_close_matches(first.variable, names, n=3))
    raise DataError(
        f"Variable {first.variable} of {first.domain} is missing, which the derivations need",
        where=f"domain {first.domain}; asked for by {first.asked_by}",
        found=(f"similar names: {near}" if near else "no variable of a similar name")
        + (f"; also missing: {', '.join(others)}" if others else ""),
        remedy=f"Deliver {first.domain} with {first.variable}, or take the setting that names it "
        "out of study.yml.",
    )


def list_needs(study: Study) -> list[Need]:
    """Return the variables that the datasets of a study read, first those of the library."""
    derivations = study.derivations
    own = [
        Need(domain, variable, dataset)
        for dataset, (domain, variables) in OF_DATASETS.items()
        if derivations.has(dataset)
        for variable in ("USUBJID", *variables)
    ]
    return [*own, *_list_named(study), *_list_sources(derivations.given(), "derivations")]


def _list_named(study: Study) -> Iterator[Need]:
    """Return the variables that settings name by themselves."""
    exposure = study.derivations.adex
    for key in ("infusion", "course"):
        if getattr(exposure, key):
            yield Need("EX", getattr(exposure, key), f"study.yml, key derivations.adex.{key}")
    for dataset in ("adlb", "advs", "adeg", "adqs"):
        basis = getattr(study.derivations.given().get(dataset), "basis", None)
        if basis:
            yield Need(dataset[2:].upper(), basis, f"study.yml, key derivations.{dataset}.basis")


def _list_sources(value: Any, key: str) -> Iterator[Need]:
    """Return the variables of all sources below a key of the settings."""
    if isinstance(value, DateSource | ValueSource):
        names = [value.variable, value.date if isinstance(value, ValueSource) else None]
        for name in filter(None, names):
            yield Need(value.domain, name, f"study.yml, key {key}")
        return
    if isinstance(value, Section):
        value = dict(value)
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _list_sources(each, f"{key}.{name}")
    elif isinstance(value, tuple):
        for each in value:
            yield from _list_sources(each, key)
