"""Flags of ADaM: Y, or missing."""

from __future__ import annotations

import pandas as pd


def text_where(where: pd.Series, text: str) -> pd.Series:
    """Return `text` where true, None elsewhere (index as `where`)."""
    return pd.Series([text] * len(where), index=where.index).astype("object").where(where, None)


def yes(where: pd.Series) -> pd.Series:
    """Return Y where true, None elsewhere (index as `where`)."""
    return text_where(where, "Y")
