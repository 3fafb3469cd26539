"""The keys of SDTM records that an ADaM dataset carries: SRCDOM and SRCSEQ, or --SEQ."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from csrkit.sdtm.keys import sequence_variable

Mask = npt.NDArray[np.bool_]


def find_carried_keys(dataset: pd.DataFrame, domain: str) -> pd.MultiIndex:
    """Return USUBJID and --SEQ of the different records of a domain that stand in a dataset."""
    parts = []
    if {"SRCDOM", "SRCSEQ"} <= set(dataset.columns):
        parts.append(dataset.loc[dataset["SRCDOM"].eq(domain), ["USUBJID", "SRCSEQ"]])
    if len(domain) == 2 and sequence_variable(domain) in dataset:
        parts.append(dataset[["USUBJID", sequence_variable(domain)]])
    named = [part.set_axis(["USUBJID", "SEQ"], axis=1) for part in parts]
    filled = [part[part["SEQ"].notna()].astype({"SEQ": "float64"}) for part in named]
    if not filled:
        return pd.MultiIndex.from_arrays([[], []])
    return pd.MultiIndex.from_frame(pd.concat(filled).drop_duplicates())


def mark_keys(domain: str, frame: pd.DataFrame, keys: pd.MultiIndex) -> Mask:
    """Return where a domain's records have one of the keys (USUBJID, --SEQ)."""
    sequence = sequence_variable(domain)
    if keys.empty or not {"USUBJID", sequence} <= set(frame.columns):
        return np.zeros(len(frame), dtype=bool)
    records = pd.MultiIndex.from_arrays([frame["USUBJID"], frame[sequence].astype("float64")])
    return np.asarray(records.isin(keys), dtype=bool)
