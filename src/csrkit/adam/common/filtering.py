"""Select records by a query that stands in `study.yml`."""

from __future__ import annotations

import pandas as pd
from pandas.errors import UndefinedVariableError

from csrkit.errors import StudyError


def filter_records(frame: pd.DataFrame, where: str, setting: str) -> pd.DataFrame:
    """Return the records that a pandas query selects; all when the query is empty.

    Of no records it selects none, whatever it names: a study may lack the domain.

    Parameters
    ----------
    frame
        Records of a domain or dataset.
    where
        pandas query, for example `"RSEVAL == 'INVESTIGATOR'"`.
    setting
        Key of `study.yml` that holds the query, for an error.

    Raises
    ------
    StudyError
        When the query names a variable that the frame lacks, or can't be read.
    """
    if not where or frame.empty:
        return frame
    try:
        return frame.query(where, engine="python")
    except (UndefinedVariableError, SyntaxError, ValueError, TypeError) as fault:
        raise StudyError(
            "A query can't be used on this data",
            where=f"study.yml, key {setting}",
            found=f"{where} ({fault})",
            allowed=f"a pandas query of {', '.join(map(str, frame.columns))}"[:400],
            remedy="Correct the query, or deliver the variable that it names.",
        ) from None
