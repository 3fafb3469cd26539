"""ADMH: medical history (OCCDS)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.adam.common.dates import study_day
from csrkit.adam.common.merge import with_adsl
from csrkit.adam.common.variables import flag_where
from csrkit.adam.occurrences.records import (
    LAST_MOMENT,
    first_of,
    records_of,
    subjects_of,
    with_period,
)
from csrkit.adam.spec import conform, load_spec
from csrkit.study import Study

FROM_MH = [
    "MHTERM", "MHLLT", "MHDECOD", "MHHLT", "MHHLGT", "MHBODSYS", "MHCAT", "MHSCAT", "MHPRESP",
    "MHOCCUR", "MHENRTPT", "MHENTPT",
]  # fmt: skip
PERIOD = ["USUBJID", "MHSEQ", "MHSTDTC", "MHENDTC"]
OCCURRENCES = {"AOCCFL": (), "AOCCSFL": ("MHBODSYS",), "AOCCPFL": ("MHBODSYS", "MHDECOD")}
"""Flag → what it is the first of within a subject."""


def derive_admh(
    sdtm: Mapping[str, pd.DataFrame], adam: Mapping[str, pd.DataFrame], study: Study
) -> pd.DataFrame:
    """Return ADMH, conforming to its specification.

    Parameters
    ----------
    sdtm
        Cut domains: MH.
    adam
        ADSL.
    study
        Settings `derivations.admh`, and the scope of the run.

    Raises
    ------
    DataError
        When a date is impossible; the message names the record.
    StudyError
        When a condition of the settings can't be used on MH.
    """
    adsl, spec = adam["ADSL"], load_spec("ADMH")
    mh = with_adsl(_dated(sdtm, adsl, study), adsl, ["demographics", "treatment_dates"])
    occurred = mh[mh["MHOCCUR"].ne("N")]
    flags = {
        name: first_of(occurred, ["USUBJID", *within], ["ASTDT", "MHSEQ"])
        for name, within in OCCURRENCES.items()
    }
    mh = mh.assign(
        ASTDY=study_day(mh["ASTDT"], mh["TRTSDT"]),
        AENDY=study_day(mh["AENDT"], mh["TRTSDT"]),
        **{name: values.reindex(mh.index, fill_value=None) for name, values in flags.items()},
    )
    return conform(mh[spec.names], spec)


def _dated(sdtm: Mapping[str, pd.DataFrame], adsl: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the conditions of subjects in ADSL with start, end, and whether they go on."""
    settings = study.derivations.admh
    mh = records_of(
        sdtm, adsl, "MH", [*PERIOD, *FROM_MH], settings.records, ongoing=settings.ongoing
    )
    mh = mh.assign(ONGOFL=flag_where(mh["ongoing"]))
    subject = subjects_of(mh, adsl, ["DTHDT", "EOSDT"])
    cut = pd.Series(pd.Timestamp(study.data_cut), index=mh.index)
    limits = [day + LAST_MOMENT for day in (subject["DTHDT"], subject["EOSDT"], cut)]
    return with_period(mh, "MH", settings.start, settings.end, None, limits)
