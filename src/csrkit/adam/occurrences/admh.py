"""ADMH: medical history (OCCDS)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.adam.common.dates import derive_study_day
from csrkit.adam.common.merge import merge_adsl
from csrkit.adam.common.variables import flag_where
from csrkit.adam.occurrences.period import derive_period, find_latest_ends
from csrkit.adam.occurrences.records import flag_first, look_up_adsl, select_occurrences
from csrkit.adam.spec import conform, load_spec
from csrkit.sdtm.relative_timing import timing_variables
from csrkit.study import Study

FROM_MH = [
    "MHTERM", "MHLLT", "MHDECOD", "MHHLT", "MHHLGT", "MHBODSYS", "MHCAT", "MHSCAT", "MHPRESP",
    "MHOCCUR",
]  # fmt: skip
PERIOD = ["USUBJID", "MHSEQ", "MHSTDTC", "MHENDTC", *timing_variables("MH")]
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
    adsl, spec = adam["ADSL"], load_spec("ADMH", study.terms)
    mh = merge_adsl(_select_dated(sdtm, adsl, study), adsl, ["demographics", "treatment_dates"])
    occurred = mh[mh["MHOCCUR"].ne("N")]
    flags = {
        name: flag_first(occurred, ["USUBJID", *within], ["ASTDT", "MHSEQ"])
        for name, within in OCCURRENCES.items()
    }
    mh = mh.assign(
        ASTDY=derive_study_day(mh["ASTDT"], mh["TRTSDT"]),
        AENDY=derive_study_day(mh["AENDT"], mh["TRTSDT"]),
        **{name: values.reindex(mh.index, fill_value=None) for name, values in flags.items()},
    )
    return conform(mh[spec.names], spec)


def _select_dated(
    sdtm: Mapping[str, pd.DataFrame], adsl: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Return the conditions of subjects in ADSL with start, end, and whether they go on."""
    settings = study.derivations.admh
    mh = select_occurrences(
        sdtm, adsl, "MH", [*PERIOD, *FROM_MH], settings.records, ongoing=settings.ongoing
    )
    mh = mh.assign(ONGOFL=flag_where(mh["ongoing"]))
    subject = look_up_adsl(mh, adsl, ["DTHDT", "EOSDT"])
    how = (settings.start, settings.end)
    return derive_period(mh, "MH", sdtm, study, how, None, find_latest_ends(subject, study))
