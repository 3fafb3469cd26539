"""ADTTE: the times to an event that a study declares (BDS-TTE)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.adam.common.dates import derive_study_day
from csrkit.adam.common.merge import merge_adsl
from csrkit.adam.common.stack import stack_records
from csrkit.adam.spec import conform, load_spec
from csrkit.adam.time_to_event.derive import Data, derive_time
from csrkit.study import Study


def derive_adtte(
    sdtm: Mapping[str, pd.DataFrame], adam: Mapping[str, pd.DataFrame], study: Study
) -> pd.DataFrame:
    """Return ADTTE, conforming to its specification.

    Parameters
    ----------
    sdtm
        Cut domains that the sources name, and that of `derivations.adrs.new_therapy` when a time
        is censored at assessments.
    adam
        ADSL, and the datasets that the sources name.
    study
        Settings `derivations.adtte`, the assumptions on tumour assessments and on censoring.

    Raises
    ------
    DataError
        When a date of a domain is impossible.
    StudyError
        When the condition of a source can't be used.
    """
    settings = study.derivations.adtte
    data = Data(sdtm, adam, study)
    parts = [
        derive_time(code, one, data).assign(PARAMCD=code, PARAM=one.label)
        for code, one in settings.parameters.items()
    ]
    records = merge_adsl(stack_records(parts), adam["ADSL"], extra=["TRTSDT"])
    spec = load_spec("ADTTE", study.terms)
    records = records.assign(
        AVALU="DAYS",
        PARCAT1="Time to event",
        ADY=derive_study_day(records["ADT"], records["TRTSDT"]),
    )
    return conform(records[[name for name in records if name in spec.names]], spec)
