"""Reference ranges of BDS records, and where a value stands in its range."""

from __future__ import annotations

import pandas as pd

from csrkit.adam.common.variables import add_variables
from csrkit.study.derivations.findings import Findings

LIMITS = {"ANRLO": "low", "ANRHI": "high", "A1LO": "marked_low", "A1HI": "marked_high"}
"""Variable → the limit of a parameter's range in the settings."""


def derive_ranges(records: pd.DataFrame, settings: Findings) -> pd.DataFrame:
    """Return the records with ANRLO ANRHI A1LO A1HI: their own, else those that the settings give.

    Parameters
    ----------
    records
        PARAMCD ANRLO ANRHI.
    settings
        The dataset's section of `derivations`.
    """
    own = records["ANRLO"].notna() | records["ANRHI"].notna()
    set_by = {
        name: records["PARAMCD"]
        .map({code: getattr(one, key) for code, one in settings.ranges.items()})
        .astype("float64")
        for name, key in LIMITS.items()
    }
    limits = {
        name: values.mask(own, records[name]) if name in records else values
        for name, values in set_by.items()
    }
    return add_variables(records, limits)


def derive_range_indicator(records: pd.DataFrame) -> pd.DataFrame:
    """Return the records with ANRIND, as admiral's `derive_var_anrind` does.

    It is LOW LOW, LOW, NORMAL, HIGH or HIGH HIGH; none without a value or a range.

    Parameters
    ----------
    records
        AVAL ANRLO ANRHI, and A1LO A1HI beyond which a value is LOW LOW or HIGH HIGH.
    """
    value, low, high = records["AVAL"], records["ANRLO"], records["ANRHI"]
    ranged = value.notna() & (low.notna() | high.notna())
    indicator = pd.Series("NORMAL", index=records.index, dtype=object)
    indicator = indicator.mask(value < low, "LOW").mask(value > high, "HIGH")
    indicator = indicator.mask(value < records["A1LO"], "LOW LOW")
    indicator = indicator.mask(value > records["A1HI"], "HIGH HIGH")
    return add_variables(records, {"ANRIND": indicator.where(ranged, None)})
