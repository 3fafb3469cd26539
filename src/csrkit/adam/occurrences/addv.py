"""ADDV: protocol deviations (OCCDS)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.adam.common.dates import derive_study_day, impute_dates
from csrkit.adam.common.merge import merge_adsl
from csrkit.adam.common.variables import flag_where
from csrkit.adam.occurrences.records import select_occurrences
from csrkit.adam.spec import conform, load_spec
from csrkit.study import Study

FROM_DV = [
    "USUBJID", "DVSEQ", "DVTERM", "DVDECOD", "DVCAT", "DVSCAT", "EPOCH", "DVSTDTC", "DVENDTC",
]  # fmt: skip


def derive_addv(
    sdtm: Mapping[str, pd.DataFrame], adam: Mapping[str, pd.DataFrame], study: Study
) -> pd.DataFrame:
    """Return ADDV, conforming to its specification.

    Parameters
    ----------
    sdtm
        Cut domains: DV.
    adam
        ADSL.
    study
        Settings `derivations.addv`.

    Raises
    ------
    DataError
        When a date is impossible; the message names the record.
    StudyError
        When a condition of the settings can't be used on DV.
    """
    adsl, spec = adam["ADSL"], load_spec("ADDV")
    settings = study.derivations.addv
    dv = select_occurrences(
        sdtm, adsl, "DV", FROM_DV, settings.records, important=settings.important
    )
    start, _ = impute_dates(dv["DVSTDTC"], highest="n", records=dv)
    end, _ = impute_dates(dv["DVENDTC"], highest="n", records=dv)
    dv = dv.assign(ASTDT=start, AENDT=end, IMPDVFL=flag_where(dv["important"]))
    dv = merge_adsl(dv, adsl, ["demographics", "treatment_dates"])
    dv = dv.assign(
        ASTDY=derive_study_day(dv["ASTDT"], dv["TRTSDT"]),
        AENDY=derive_study_day(dv["AENDT"], dv["TRTSDT"]),
    )
    return conform(dv[spec.names], spec)
