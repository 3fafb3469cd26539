"""Samples that people exclude from the pharmacokinetic analyses, with their reasons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import pandas as pd

from csrkit.study.pk_exclusions import PkExclusion

SAID = {
    "sample": "Excluded by {by}: {reason}",
    "lambda_z": "No point for lambda z, by {by}: {reason}",
}


def find_excluded(
    frame: pd.DataFrame, exclusions: Iterable[PkExclusion], scope: Literal["sample", "lambda_z"]
) -> pd.Series:
    """Return why people leave samples out of an analysis; None where they don't.

    Parameters
    ----------
    frame
        Samples: USUBJID PARAMCD INFNUM NRRLT SRCSEQ.
    exclusions
        Those of the study, the first one that names a sample giving its reason.
    scope
        Which analysis.
    """
    why = pd.Series(None, index=frame.index, dtype=object)
    for one in exclusions:
        if one.scope == scope:
            text = SAID[scope].format(by=one.by, reason=one.reason)
            why = why.mask(select_named(frame, one) & why.isna(), text)
    return why


def select_named(frame: pd.DataFrame, exclusion: PkExclusion) -> pd.Series:
    """Return which samples an exclusion names."""
    named = frame["USUBJID"].eq(exclusion.subject)
    if exclusion.analyte:
        named &= frame["PARAMCD"].eq(exclusion.analyte)
    if exclusion.pcseq is not None:
        return named & frame["SRCSEQ"].eq(exclusion.pcseq)
    if exclusion.infusion is not None:
        named &= frame["INFNUM"].eq(exclusion.infusion)
    return named if exclusion.time is None else named & frame["NRRLT"].eq(exclusion.time)


def find_unmatched_exclusions(
    adpc: pd.DataFrame, exclusions: Sequence[PkExclusion]
) -> list[PkExclusion]:
    """Return the exclusions that name no sample of ADPC: mistyped, or of samples after the cut."""
    return [one for one in exclusions if not select_named(adpc, one).any()]
