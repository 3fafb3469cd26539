"""The cut log: one row for every record removed and every value blanked."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from csrkit.sdtm.keys import record_keys

LABEL = "Log of the Data Cut"
LABELS = {
    "DOMAIN": "Domain",
    "USUBJID": "Unique Subject Identifier",
    "KEY": "Key of the Record within the Subject",
    "RULE": "Rule of the Cut",
    "VARIABLE": "Variable at Issue",
    "DATE": "Its Date as Delivered",
    "CUT": "Date and Time of the Cut",
    "ACTION": "Removed or Blanked",
}
COLUMNS = tuple(LABELS)

REMOVED = "removed"
BLANKED = "blanked"

SUBJECT_LATER = "subject entered the study after the cut"
SUBJECT_UNDATED = "subject has no date of entry into the study"
RECORD_LATER = "record dated after the cut"
PARENT_REMOVED = "parent record removed"
VALUE_LATER = "date after the cut"
VALUE_TOLD_BY = "tells of a date after the cut"


def log_records(
    domain: str,
    frame: pd.DataFrame,
    *,
    rule: str | pd.Series,
    variable: str | pd.Series,
    dates: pd.Series,
    cut: pd.Timestamp,
    action: str,
) -> pd.DataFrame:
    """Return the log rows of some records of a domain.

    Parameters
    ----------
    domain
        Domain name.
    frame
        The records.
    rule, variable, dates
        Why, the variable at issue, and its date as text (on the same index).
    cut
        The cut date-time.
    action
        `removed` or `blanked`.
    """
    subject = frame.get("USUBJID")
    rows = {
        "DOMAIN": domain,
        "USUBJID": subject,
        "KEY": record_keys(domain, frame),
        "RULE": rule,
        "VARIABLE": variable,
        "DATE": dates,
        "CUT": cut.isoformat(),
        "ACTION": action,
    }
    return pd.DataFrame(rows, index=frame.index, columns=list(COLUMNS), dtype=object)


def combine(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the whole log, by domain, in the order the rules were applied."""
    filled = [part for part in parts if len(part)]
    if not filled:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS})
    log = pd.concat(filled, ignore_index=True)
    log = log.sort_values("DOMAIN", kind="stable", ignore_index=True)
    return log.where(log.notna(), None)
