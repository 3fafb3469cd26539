"""A laboratory parameter is of one kind of specimen: glucose of urine isn't that of blood."""

from __future__ import annotations

import re

import pandas as pd

from csrkit.errors import DerivationError
from csrkit.stats.ctcae.criteria import load_criteria


def require_one_specimen(records: pd.DataFrame, version: str) -> None:
    """Stop where a subject's values of one parameter come of several kinds of specimen.

    Their baselines, changes and grades would be mixed. Blood, serum and plasma are one kind; which
    words tell a kind stands with the criteria of CTCAE.

    Parameters
    ----------
    records
        USUBJID PARAMCD SPEC AVAL.
    version
        CTCAE version.

    Raises
    ------
    DerivationError
        Naming the first such subject and parameter, and how to choose.
    """
    words = load_criteria(version).specimens
    valued = records[records["AVAL"].notna() & records["SPEC"].notna()]
    kind = valued["SPEC"].map({text: _kind(text, words) for text in valued["SPEC"].unique()})
    first = kind.groupby([valued["USUBJID"], valued["PARAMCD"]]).transform("first")
    other = valued[kind.ne(first)]
    if other.empty:
        return
    subject, code = other[["USUBJID", "PARAMCD"]].iloc[0]
    mine = valued["USUBJID"].eq(subject) & valued["PARAMCD"].eq(code)
    raise DerivationError(
        "A laboratory test comes of several kinds of specimen",
        where=f"LB, {subject}, LBTESTCD={code}",
        found=", ".join(sorted(valued.loc[mine, "SPEC"].unique())),
        allowed="one kind for each LBTESTCD of a subject, such as blood, serum and plasma",
        remedy="Choose the records to analyse by derivations.adlb.records in study.yml, such as "
        f"not (LBTESTCD == '{code}' and LBSPEC == '{other['SPEC'].iloc[0]}').",
    )


def _kind(text: str, words: dict[str, frozenset[str]]) -> str:
    """Return the kind of a specimen, or the specimen itself when no kind is known."""
    found = re.findall(r"[A-Z]+", text.upper())
    return next((kind for kind, known in words.items() if not known.isdisjoint(found)), text)
