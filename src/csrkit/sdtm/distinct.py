"""Work on the distinct values of a column: many records have the same date, unit or visit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
import pandas as pd

Result = TypeVar("Result", pd.Series, pd.DataFrame)


def apply_to_distinct(values: pd.Series, function: Callable[[pd.Series], Result]) -> Result:
    """Return what a function makes of a column, index as `values`.

    The function is given every distinct value once, and None for the missing ones; what it makes
    of a value must not depend on the others.
    """
    codes, distinct = pd.factorize(values)
    words = np.empty(len(distinct) + 1, dtype=object)
    words[:-1], words[-1] = distinct, None
    result = function(pd.Series(words, name=values.name)).take(codes)
    result.index = values.index
    return result
