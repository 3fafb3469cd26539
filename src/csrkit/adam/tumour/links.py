"""Which lesions of the baseline a measurement is of: one, several that merged, or a part of one.

SDTMIG 3.4, TU and TR: a lesion that merged or split has an identifier made of those of its lesions
(`T01/T02`, `T03.1`), or another one that RELREC relates to theirs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from csrkit.adam.common.domains import select_records
from csrkit.study import Study
from csrkit.study.derivations.tumour import TargetLesions

SUBJECT_LINK = ["USUBJID", "LINK"]
RELREC = ("USUBJID", "RDOMAIN", "IDVAR", "IDVARVAL", "RELID")
TU = ("USUBJID", "TUSEQ", "TULNKID")
OWN, MERGED, PART = "own", "merged", "part"

Names = tuple[str, ...]
Related = dict[tuple[str, str], Names]


def resolve_links(
    links: pd.DataFrame, lesions: pd.DataFrame, sdtm: Mapping[str, pd.DataFrame], study: Study
) -> pd.DataFrame:
    """Return the lesions that each identifier of TR is of.

    Parameters
    ----------
    links
        USUBJID and LINK (TRLNKID).
    lesions
        USUBJID and LESION (TULNKID of the baseline).
    sdtm
        Domains; TU and RELREC are used.
    study
        Settings `derivations.adtr`.

    Returns
    -------
    DataFrame
        USUBJID LINK LESION KIND, a row for each identifier and lesion of it: `own`; `merged`, of an
        identifier of several lesions; `part`, of one of a split lesion. An identifier of no lesion
        has no row.
    """
    asked = links[links["LINK"].notna()].drop_duplicates(SUBJECT_LINK)
    own = asked.merge(
        lesions[["USUBJID", "LESION"]], left_on=SUBJECT_LINK, right_on=["USUBJID", "LESION"]
    ).assign(KIND=OWN)
    known = names_by_subject(lesions["USUBJID"], lesions["LESION"])
    related = _find_related(known, sdtm, study)
    found = pd.MultiIndex.from_frame(own[SUBJECT_LINK])
    rest = asked[~pd.MultiIndex.from_frame(asked[SUBJECT_LINK]).isin(found)]
    settings = study.derivations.adtr
    rows = []
    for subject, link in zip(rest["USUBJID"], rest["LINK"], strict=True):
        mine = known.get(subject, frozenset())
        names = related.get((subject, link)) or find_lesions(link, mine, settings)
        kind = MERGED if len(names) > 1 else PART
        rows += [(subject, link, name, kind) for name in names]
    others = pd.DataFrame(rows, columns=[*SUBJECT_LINK, "LESION", "KIND"], dtype=object)
    columns = [*SUBJECT_LINK, "LESION", "KIND"]
    return pd.concat([own[columns], others], ignore_index=True) if rows else own[columns]


def names_by_subject(subjects: pd.Series, names: pd.Series) -> dict[str, frozenset[str]]:
    """Return the names of each subject."""
    found: dict[str, set[str]] = {}
    for subject, name in zip(subjects, names, strict=True):
        found.setdefault(subject, set()).add(name)
    return {subject: frozenset(mine) for subject, mine in found.items()}


def find_lesions(link: str, known: frozenset[str], settings: TargetLesions) -> Names:
    """Return the lesions among `known` that an identifier is made of, each once, in its order."""
    names = [name.strip() for name in re.split(settings.joined_by, link)]
    prefix = re.sub(r"\d.*", "", names[0])
    found = [_find_lesion(name, prefix, known, settings) for name in names if name]
    return tuple(dict.fromkeys(name for name in found if name))


def _find_lesion(
    name: str, prefix: str, known: frozenset[str], settings: TargetLesions
) -> str | None:
    """Return the lesion that a name means: itself, with the first one's letters, or less its end.

    `T01/02` is T01 and T02; `T01.1` and `T01a` are parts of T01.
    """
    whole = re.sub(settings.part, "", name)
    for candidate in (name, prefix + name, whole, prefix + whole):
        if candidate in known:
            return candidate
    return None


def _find_related(
    known: Mapping[str, frozenset[str]], sdtm: Mapping[str, pd.DataFrame], study: Study
) -> Related:
    """Return the lesions that RELREC relates to identifiers of TU that are none themselves."""
    setting = "derivations.adtr.relations"
    where = study.derivations.adtr.relations
    relations = select_records(sdtm, "RELREC", RELREC, where, setting)
    relations = relations[relations["USUBJID"].notna() & relations["IDVARVAL"].notna()]
    if relations.empty or "TU" not in sdtm:
        return {}
    by_number = _identifiers_by_number(sdtm["TU"])
    named = [
        (value if variable == "TULNKID" else by_number.get((subject, value)))
        for subject, variable, value in zip(
            relations["USUBJID"],
            relations["IDVAR"],
            relations["IDVARVAL"].astype(str).str.strip(),
            strict=True,
        )
    ]
    found: Related = {}
    relations = relations.assign(NAME=pd.Series(named, index=relations.index, dtype=object))
    groups = relations.dropna(subset=["NAME"])
    for (subject, _), group in groups.groupby(["USUBJID", "RELID"]):
        mine = known.get(str(subject), frozenset())
        names = list(dict.fromkeys(group["NAME"]))
        lesions = tuple(sorted(name for name in names if name in mine))
        found |= {(str(subject), name): lesions for name in names if name not in mine and lesions}
    return found


def _identifiers_by_number(tu: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Return TULNKID by USUBJID and TUSEQ, as RELREC writes it."""
    named = tu[tu["TULNKID"].notna() & tu["TUSEQ"].notna()]
    numbers = named["TUSEQ"].astype("float64").map("{:g}".format)
    return dict(zip(zip(named["USUBJID"], numbers, strict=True), named["TULNKID"], strict=True))
