"""ADCM: medications, before, during or after the treatment (OCCDS)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.adam.common.dates import derive_study_day
from csrkit.adam.common.merge import merge_adsl
from csrkit.adam.common.variables import flag_where
from csrkit.adam.occurrences.period import (
    derive_duration_variables,
    derive_period,
    find_latest_ends,
    is_begun_after,
    is_begun_before,
    is_ended_before,
)
from csrkit.adam.occurrences.records import flag_first, look_up_adsl, select_occurrences
from csrkit.adam.spec import conform, load_spec
from csrkit.sdtm.relative_timing import timing_variables
from csrkit.study import Study

FROM_CM = [
    "CMGRPID", "CMTRT", "CMDECOD", "CMCLAS", "CMCAT", "CMINDC", "CMDOSE", "CMDOSU", "CMDOSFRQ",
    "CMROUTE",
]  # fmt: skip
PERIOD = ["USUBJID", "CMSEQ", "CMSTDTC", "CMENDTC", *timing_variables("CM")]


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
    adsl, spec = adam["ADSL"], load_spec("ADCM", study.terms)
    cm = merge_adsl(_select_dated(sdtm, adsl, study), adsl, ["demographics", "treatment_dates"])
    cm = cm.assign(
        ASTDY=derive_study_day(cm["ASTDT"], cm["TRTSDT"]),
        AENDY=derive_study_day(cm["AENDT"], cm["TRTSDT"]),
        **derive_duration_variables(cm),
        PREFL=flag_where(_is_begun_early(cm) | (cm["before_treatment"] & cm["TRTSDT"].notna())),
        ONTRTFL=flag_where(_on_treatment(cm, study)),
        FUPFL=flag_where(_is_begun_late(cm)),
    )
    used = cm[cm["ONTRTFL"].eq("Y")]
    first = {
        "AOCCFL": flag_first(used, ["USUBJID"], ["ASTDTM", "CMSEQ"]),
        "AOCCPFL": flag_first(used, ["USUBJID", "CMDECOD"], ["ASTDTM", "CMSEQ"]),
    }
    flags = {name: values.reindex(cm.index, fill_value=None) for name, values in first.items()}
    return conform(cm.assign(**flags)[spec.names], spec)


def _select_dated(
    sdtm: Mapping[str, pd.DataFrame], adsl: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Return the medications of subjects in ADSL with start, end, and before_treatment (bool).

    A partial end is completed not before a known start, nor after death, end of study or the data
    cut.
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
    return derive_period(
        cm,
        "CM",
        sdtm,
        study,
        (settings.start, settings.end),
        subject["TRTSDTM"] if settings.start_not_before_first_dose else None,
        find_latest_ends(subject, study),
    )


def _is_begun_early(cm: pd.DataFrame) -> pd.Series:
    """Return where a medication began before the day of the first dose (bool).

    One whose start isn't known began before the first dose when it is told so, or ended before it.
    """
    undated = cm["ASTDT"].isna() & is_begun_before(cm, cm["TRTSDTM"])
    early: pd.Series = cm["ASTDT"].lt(cm["TRTSDT"]) | undated
    return early


def _is_begun_late(cm: pd.DataFrame) -> pd.Series:
    """Return where a medication began after the day of the last dose, or is told so (bool)."""
    undated = cm["ASTDT"].isna() & cm["START_FROM"].gt(cm["TRTEDTM"])
    late: pd.Series = cm["ASTDT"].gt(cm["TRTEDT"]) | undated
    return late


def _is_ended_early(cm: pd.DataFrame) -> pd.Series:
    """Return where a medication ended before the day of the first dose, or is told so (bool)."""
    undated = cm["AENDT"].isna() & is_ended_before(cm, cm["TRTSDTM"])
    early: pd.Series = cm["AENDT"].lt(cm["TRTSDT"]) | undated
    return early


def _on_treatment(cm: pd.DataFrame, study: Study) -> pd.Series:
    """Return where a medication was taken during the treatment (bool).

    As `derive_var_ontrtfl` of the R package admiral: started from the first through the last dose
    and the days after it, or on an unknown date; not when it ended before the first dose; and, by
    setting, started before and didn't end before the first dose. A date that isn't known is what
    the relative timing says of it.
    """
    settings = study.derivations.adcm
    window = settings.on_treatment_days
    days = study.assumptions.teae_window_days.value if window is None else window
    late = is_begun_after(cm, cm["TRTEDT"] + pd.Timedelta(days=days))
    early = _is_begun_early(cm)
    started = ~late & (settings.spanning | ~early)
    ended = _is_ended_early(cm) | cm["before_treatment"]
    out: pd.Series = cm["TRTSDT"].notna() & started & ~ended
    return out
