"""Select records by a condition of `study.yml`, or of a file of this library."""

from __future__ import annotations

import pandas as pd

from csrkit.conditions import Condition
from csrkit.conditions.frames import UnusableConditionError, select
from csrkit.conditions.text import to_text
from csrkit.errors import StudyError


def filter_records(
    frame: pd.DataFrame, condition: Condition, setting: str, file: str = "study.yml"
) -> pd.DataFrame:
    """Return the records that a condition is true of, in their order.

    Of no records it selects none, whatever it names: a study may lack the domain.

    Parameters
    ----------
    frame
        Records of a domain or dataset.
    condition
        The condition.
    setting
        Key of the file that holds it (`derivations.adrs.overall`), for an error.
    file
        The file, for an error.

    Raises
    ------
    StudyError
        When the condition names a variable that the frame lacks, or compares text with numbers.
    """
    if frame.empty:
        return frame
    try:
        return select(frame, condition)
    except UnusableConditionError as fault:
        raise StudyError(
            "A condition can't be used on these records",
            where=f"{file}, key {setting}",
            found=f"{to_text(condition)} ({fault})",
            allowed=fault.allowed,
            remedy=fault.remedy,
        ) from None
