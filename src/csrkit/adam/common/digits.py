"""Round away the noise of a computation, so that limits of values are sharp."""

from __future__ import annotations

import numpy as np
import pandas as pd

DIGITS = 10
"""Significant digits kept of a value, so that 1.2 g/dL is 12 g/L, and the noise of a conversion
puts no value beyond a limit that it stands on."""


def significant(values: pd.Series, digits: int = DIGITS) -> pd.Series:
    """Round to a number of significant digits."""
    size = np.floor(np.log10(values.abs().where(values != 0, 1.0)))
    scale = 10.0 ** (digits - 1 - size)
    rounded: pd.Series = (values * scale).round() / scale
    return rounded
