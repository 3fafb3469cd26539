"""What a site knows a record by: its test or term, visit, time point and date."""

from __future__ import annotations

import pandas as pd

from csrkit.sdtm.keys import as_text

# Variables without their domain; the first that a domain has of each row is taken.
SAID = (
    ("TEST", "TERM", "TRT", "OBJ"),
    ("LNKID",),
    ("TPT",),
    ("DTC", "STDTC"),
)


def describe_records(domain: str, records: pd.DataFrame) -> pd.Series:
    """Return a description of each record: `Interleukin 6, WEEK 8, 2025-08-21`.

    Parameters
    ----------
    domain
        Upper-case domain name.
    records
        Its records; what they lack is left out.
    """
    named = [next((domain + one for one in row if domain + one in records), "") for row in SAID]
    described = pd.Series("", index=records.index, dtype=object)
    for name in [*named[:2], "VISIT", *named[2:]]:
        if name and name in records:
            text = as_text(records[name])
            described = described + (", " + text.astype(str)).where(text.notna(), "")
    return described.str.removeprefix(", ")
