"""Variables of a dataset: flags, values without the noise of a computation, and adding them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

DIGITS = 10
"""Significant digits kept of a value, so that 1.2 g/dL is 12 g/L, and the noise of a conversion
puts no value beyond a limit that it stands on."""
ELLIPSIS = "..."


def text_where(where: pd.Series, text: str) -> pd.Series:
    """Return `text` where true, None elsewhere (index as `where`)."""
    return pd.Series([text] * len(where), index=where.index).astype("object").where(where, None)


def flag_where(where: pd.Series) -> pd.Series:
    """Return Y where true, None elsewhere (index as `where`)."""
    return text_where(where, "Y")


def clip_texts(texts: pd.Series, size: int = 200) -> pd.Series:
    """Return texts of at most `size` bytes, an ellipsis at the end of one that was longer.

    What people write has any length; a variable of a transport file has 200 bytes.
    """
    return texts.map(lambda text: _clip(text, size), na_action="ignore").astype(object)


def _clip(text: str, size: int) -> str:
    if len(text.encode()) <= size:
        return text
    return text.encode()[: size - len(ELLIPSIS)].decode(errors="ignore").rstrip() + ELLIPSIS


def round_off_noise(values: pd.Series, digits: int = DIGITS) -> pd.Series:
    """Round the noise of a computation away, so that limits of values are sharp."""
    size = np.floor(np.log10(values.abs().where(values != 0, 1.0)))
    scale = 10.0 ** (digits - 1 - size)
    rounded: pd.Series = (values * scale).round() / scale
    return rounded


def add_variables(frame: pd.DataFrame, columns: Mapping[Any, Any]) -> pd.DataFrame:
    """Return a new frame with further or other columns, as `DataFrame.assign` does.

    `assign` copies every column of the frame each time, which on wide frames takes longer than
    what is computed. Here the columns are shared, so neither frame may be changed in place.

    Parameters
    ----------
    frame
        The records.
    columns
        Name → values: a Series with the index of the frame, or one value for all records.
    """
    whole: dict[Any, Any] = {**dict(frame.items()), **columns}
    return pd.DataFrame(whole, index=frame.index, copy=False)
