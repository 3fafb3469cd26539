"""ADAE: treatment-emergent and occurrence flags."""

from __future__ import annotations

import numpy as np
import pandas as pd

from csrkit.adam.common.variables import flag_where
from csrkit.adam.occurrences.period import is_begun_after, is_begun_before, is_ended_before
from csrkit.study import Study

# Flag → what it is the first of within a subject, and whether the most severe comes first.
OCCURRENCES: dict[str, tuple[tuple[str, ...], bool]] = {
    "AOCCFL": ((), False),
    "AOCCSFL": (("AEBODSYS",), False),
    "AOCCPFL": (("AEBODSYS", "AEDECOD"), False),
    "AOCCIFL": ((), True),
    "AOCCSIFL": (("AEBODSYS",), True),
    "AOCCPIFL": (("AEBODSYS", "AEDECOD"), True),
}


def derive_treatment_emergent(ae: pd.DataFrame, study: Study) -> pd.Series:
    """Return TRTEMFL: Y or None.

    In this order: not treated, or ended before the first dose: none; start missing: Y; first dose ≤
    start ≤ last dose + window: Y; started before and worsened after, by the grade at its start and
    its highest: Y. A date that is missing is what the relative timing says of it (--STRF, --ENRF,
    --STRTPT, --ENRTPT): an event told to have started before the first dose, or after the window,
    has no missing start. The rule of `derive_var_trtemfl` of the R package admiral; where that
    takes a missing initial grade for a worsening, here the initial grade stands only with what
    worsened.

    Parameters
    ----------
    ae
        ASTDTM AENDTM ASTDT START_FROM START_TO END_TO TRTSDTM TRTEDT ATOXGRN INITIALN.
    """
    window = pd.Timedelta(days=study.assumptions.teae_window_days.value)
    first = ae["TRTSDTM"]
    late = is_begun_after(ae, ae["TRTEDT"] + window)
    early = is_begun_before(ae, first)
    undated = ae["ASTDTM"].isna() & ~early & ~late
    decided = np.select(
        [
            first.isna() | is_ended_before(ae, first),
            undated,
            ae["ASTDTM"].ge(first) & ~late,
            early & ae["INITIALN"].lt(ae["ATOXGRN"]),
        ],
        [False, True, True, True],
        default=False,
    )
    return flag_where(pd.Series(decided, index=ae.index))


def derive_occurrence_flags(ae: pd.DataFrame, severity: str) -> dict[str, pd.Series]:
    """Return the occurrence flags (Y or None) of treatment-emergent events (OCCDS 1.1).

    The first event of a subject, of a system organ class, of a preferred term: by start, AESEQ
    (AOCCFL, AOCCSFL, AOCCPFL), and by severity descending, start, AESEQ (AOCCIFL, AOCCSIFL,
    AOCCPIFL).
    """
    emergent = ae[ae["TRTEMFL"].eq("Y")]
    by_time = emergent.sort_values(["ASTDTM", "AESEQ"])
    by_severity = emergent.sort_values([severity, "ASTDTM", "AESEQ"], ascending=[False, True, True])
    flags = {}
    for name, (within, severe) in OCCURRENCES.items():
        events = by_severity if severe else by_time
        first = events.drop_duplicates(["USUBJID", *within]).index
        flags[name] = flag_where(pd.Series(ae.index.isin(first), index=ae.index))
    return flags
