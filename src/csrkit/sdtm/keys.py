"""What to call a record of a domain, in messages, findings and the cut log."""

from __future__ import annotations

import pandas as pd

# Of a domain without --SEQ, the variables that tell a subject's records apart (SDTMIG 3.4).
NATURAL_KEYS: dict[str, tuple[str, ...]] = {
    "DM": ("SUBJID",),
    "SV": ("VISITNUM", "SVSTDTC"),
    "SE": ("ETCD", "SESTDTC"),
    "TA": ("ARMCD", "TAETORD"),
    "TE": ("ETCD",),
    "TI": ("IETESTCD",),
    "TV": ("VISITNUM",),
    # Analysis datasets.
    "ADAE": ("AESEQ",),
    "ADCM": ("CMSEQ",),
    "ADMH": ("MHSEQ",),
    "ADDV": ("DVSEQ",),
    "ADEX": ("PARAMCD", "SRCSEQ"),
    "ADPC": ("PARAMCD", "SRCSEQ"),
    "ADPP": ("PARAMCD", "INFNUM"),
    "ADTTE": ("PARAMCD",),
}
# Of an analysis dataset that isn't named above.
ANALYSIS_KEY = ("PARAMCD", "ASEQ")


# The variables by which a record names its parent.
LINK = ("RDOMAIN", "IDVAR", "IDVARVAL")
# Of a dataset that points to parents: the parent, and what it says of it.
LINKED_KEY = (*LINK, "QNAM", "RELID", "COSEQ")


def sequence_variable(domain: str) -> str:
    """Return the name of a domain's --SEQ variable."""
    return f"{domain[:2]}SEQ"


def is_linked(frame: pd.DataFrame) -> bool:
    """Return whether a dataset's records point to parents (SUPP--, RELREC, CO)."""
    return set(LINK) <= set(frame.columns)


def record_keys(domain: str, frame: pd.DataFrame) -> pd.Series:
    """Return a readable key for each record, without USUBJID: `AESEQ=12`.

    A dataset that points to parents names the parent (`AE AESEQ=12 AEDLT`); one without --SEQ
    its natural key; a record whose key is missing its place in the file (`record 17`).

    Parameters
    ----------
    domain
        Upper-case domain name.
    frame
        Its records; the index is the place in the file, from 0.
    """
    place = "record " + (pd.Series(frame.index, index=frame.index) + 1).astype(str)
    if is_linked(frame):
        return _linked_keys(frame, place)
    sequence = sequence_variable(domain)
    usual = ANALYSIS_KEY if "ASEQ" in frame else ()
    natural = NATURAL_KEYS.get(domain, usual)
    names = (sequence,) if sequence in frame else natural
    parts = [f"{name}=" + as_text(frame[name]) for name in names if name in frame]
    return _join(parts).fillna(place) if parts else place


def record_names(domain: str, frame: pd.DataFrame) -> pd.Series:
    """Return what to call each record among all: `USUBJID=S1 AESEQ=12`."""
    keys = record_keys(domain, frame)
    if "USUBJID" not in frame:
        return keys
    return "USUBJID=" + as_text(frame["USUBJID"]).fillna("missing") + " " + keys


def as_text(values: pd.Series) -> pd.Series:
    """Return values as text, whole numbers without a decimal point, missing as None."""
    if pd.api.types.is_numeric_dtype(values):
        filled = values.fillna(0).astype(float)
        whole = filled.eq(filled.round())
        text = filled.astype(str).where(~whole, filled.round().astype("int64").astype(str))
        return text.astype(object).where(values.notna(), None)
    return values.astype(object).where(values.notna(), None)


def _linked_keys(frame: pd.DataFrame, place: pd.Series) -> pd.Series:
    text = {name: as_text(frame[name]).fillna("") for name in LINKED_KEY if name in frame}
    parent = (text["IDVAR"] + "=" + text["IDVARVAL"]).where(text["IDVAR"] != "", "")
    rest = [text[name] for name in LINKED_KEY[3:] if name in text]
    joined = _join([text["RDOMAIN"], parent, *rest])
    joined = joined.str.replace(r"\s+", " ", regex=True).str.strip()
    return joined.where(joined != "", place)


def _join(parts: list[pd.Series]) -> pd.Series:
    joined = parts[0]
    for part in parts[1:]:
        joined = joined + " " + part
    return joined
