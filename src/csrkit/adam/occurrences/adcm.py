"""ADCM: medications, before, during or after the treatment (OCCDS)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.adam.common.dates import derive_duration, derive_study_day
from csrkit.adam.common.merge import merge_adsl
from csrkit.adam.common.variables import flag_where, text_where
from csrkit.adam.occurrences.queries import add_queries
from csrkit.adam.occurrences.records import (
    LAST_MOMENT,
    derive_period,
    flag_first,
    look_up_adsl,
    select_occurrences,
)
from csrkit.adam.spec import conform, spec_of
from csrkit.study import Study

FROM_CM = [
    "CMGRPID", "CMTRT", "CMDECOD", "CMCLAS", "CMCAT", "CMINDC", "CMDOSE", "CMDOSU", "CMDOSFRQ",
    "CMROUTE", "CMENRTPT", "CMENTPT",
]  # fmt: skip
PERIOD = ["USUBJID", "CMSEQ", "CMSTDTC", "CMENDTC"]


def derive_adcm(
    sdtm: Mapping[str, pd.DataFrame], adam: Mapping[str, pd.DataFrame], study: Study
) -> pd.DataFrame:
    """Return ADCM, conforming to its specification.

    Parameters
    ----------
    sdtm
        Cut domains: CM.
    adam
        ADSL.
    study
        Settings `derivations.adcm`, the assumption on the TEAE window (on treatment), and the
        scope of the run.

    Raises
    ------
    DataError
        When a date is impossible; the message names the record.
    StudyError
        When a condition of the settings can't be used on CM.
    """
    adsl, spec = adam["ADSL"], spec_of("ADCM", study)
    cm = merge_adsl(_select_dated(sdtm, adsl, study), adsl, ["demographics", "treatment_dates"])
    cm = cm.assign(
        ASTDY=derive_study_day(cm["ASTDT"], cm["TRTSDT"]),
        AENDY=derive_study_day(cm["AENDT"], cm["TRTSDT"]),
        ADURN=derive_duration(cm["ASTDT"], cm["AENDT"]),
        PREFL=flag_where(
            cm["ASTDT"].lt(cm["TRTSDT"]) | (cm["before_treatment"] & cm["TRTSDT"].notna())
        ),
        ONTRTFL=flag_where(_on_treatment(cm, study)),
        FUPFL=flag_where(cm["ASTDT"].gt(cm["TRTEDT"])),
    )
    used = cm[cm["ONTRTFL"].eq("Y")]
    first = {
        "AOCCFL": flag_first(used, ["USUBJID"], ["ASTDTM", "CMSEQ"]),
        "AOCCPFL": flag_first(used, ["USUBJID", "CMDECOD"], ["ASTDTM", "CMSEQ"]),
    }
    flags = {name: values.reindex(cm.index, fill_value=None) for name, values in first.items()}
    cm = cm.assign(ADURU=text_where(cm["ADURN"].notna(), "DAYS"), **flags)
    cm = add_queries(cm, study.queries.get("ADCM", ()))
    return conform(cm[spec.names], spec)


def _select_dated(
    sdtm: Mapping[str, pd.DataFrame], adsl: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Return the medications of subjects in ADSL with start, end, and before_treatment (bool).

    A partial end is completed not after death, end of study or the data cut.
    """
    settings = study.derivations.adcm
    cm = select_occurrences(
        sdtm,
        adsl,
        "CM",
        [*PERIOD, *FROM_CM],
        settings.records,
        before_treatment=settings.before_treatment,
    )
    subject = look_up_adsl(cm, adsl, ["TRTSDTM", "DTHDT", "EOSDT"])
    cut = pd.Series(pd.Timestamp(study.data_cut), index=cm.index)
    return derive_period(
        cm,
        "CM",
        settings.start,
        settings.end,
        subject["TRTSDTM"] if settings.start_not_before_first_dose else None,
        [day + LAST_MOMENT for day in (subject["DTHDT"], subject["EOSDT"], cut)],
    )


def _on_treatment(cm: pd.DataFrame, study: Study) -> pd.Series:
    """Return where a medication was taken during the treatment (bool).

    As `derive_var_ontrtfl` of the R package admiral: started from the first through the last dose
    and the days after it, or on an unknown date; not when it ended before the first dose; and, by
    setting, started before and didn't end before the first dose.
    """
    settings = study.derivations.adcm
    window = settings.on_treatment_days
    days = study.assumptions.teae_window_days.value if window is None else window
    first, start, end = cm["TRTSDT"], cm["ASTDT"], cm["AENDT"]
    in_time = cm["TRTEDT"].isna() | start.le(cm["TRTEDT"] + pd.Timedelta(days=days))
    started = start.isna() | (start.ge(first) & in_time)
    if settings.spanning:
        started |= start.lt(first) & ~end.lt(first)
    out: pd.Series = first.notna() & started & ~end.lt(first) & ~cm["before_treatment"]
    return out
