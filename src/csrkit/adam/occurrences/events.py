"""Adverse events with their dates, as ADSL (DLT-evaluable set) and ADAE both need them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.adam.common.domains import select_supplemental, select_variables
from csrkit.adam.occurrences.period import derive_period, find_latest_ends
from csrkit.adam.occurrences.records import look_up_adsl
from csrkit.sdtm.relative_timing import timing_variables
from csrkit.study import Study

IDENTIFIERS = ["USUBJID", "AESEQ"]
DATES = ["AESTDTC", "AEENDTC"]


def select_adverse_events(
    sdtm: Mapping[str, pd.DataFrame],
    adsl: pd.DataFrame,
    study: Study,
    columns: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Return the adverse events of subjects in ADSL with start, end and qualifiers.

    Start: imputed by `derivations.adae.start`, not before the first dose when the partial date, the
    end of the event and its relative timing allow it. End: by `derivations.adae.end`, not before a
    known start, nor after death, end of study or data cut.

    Parameters
    ----------
    adsl
        USUBJID TRTSDTM DTHDT EOSDT, one row a subject.
    columns
        Further variables of AE.

    Returns
    -------
    DataFrame
        USUBJID, AESEQ, the columns asked for, `ASTDTM ASTDTF ASTTMF ASTDT`, `AENDTM AENDTF AENTMF
        AENDT`, the bounds of `derive_period`, and `DLT AESICAT ASTCTGR INITIAL` from AE or SUPPAE
        by the settings.
    """
    settings = study.derivations.adae
    wanted = dict.fromkeys([*IDENTIFIERS, *DATES, *columns, *timing_variables("AE")])
    ae = select_variables(sdtm, "AE", list(wanted))
    ae = _add_qualifiers(ae, sdtm, study)
    ae = ae[ae["USUBJID"].isin(adsl["USUBJID"])].reset_index(drop=True)
    subject = look_up_adsl(ae, adsl, ["TRTSDTM", "DTHDT", "EOSDT"])
    return derive_period(
        ae,
        "AE",
        sdtm,
        study,
        (settings.start, settings.end),
        subject["TRTSDTM"],
        find_latest_ends(subject, study),
    )


def find_dlt_subjects(events: pd.DataFrame, adsl: pd.DataFrame, study: Study) -> pd.Series:
    """Return USUBJID of the dose-limiting toxicities that start in the DLT window."""
    inside = is_in_dlt_window(events, adsl, study)
    return events.loc[inside & events["DLT"].eq("Y"), "USUBJID"]


def is_in_dlt_window(events: pd.DataFrame, adsl: pd.DataFrame, study: Study) -> pd.Series:
    """Return where an event starts in the DLT window: first dose through its last day (bool).

    None does in a study without a DLT window.
    """
    if "dlt_window_days" not in study.assumptions.by_name():
        return pd.Series(False, index=events.index)
    days = study.assumptions.dlt_window_days.value
    first = adsl.set_index("USUBJID")["TRTSDTM"].reindex(events["USUBJID"].to_numpy())
    first = first.set_axis(events.index)
    last_day = first.dt.normalize() + pd.Timedelta(days=days - 1)
    return events["ASTDTM"].ge(first) & events["ASTDT"].le(last_day)


def _add_qualifiers(
    ae: pd.DataFrame, sdtm: Mapping[str, pd.DataFrame], study: Study
) -> pd.DataFrame:
    """Add the qualifiers that settings name, from AE where it has them, else from SUPPAE."""
    settings = study.derivations.adae
    named = {
        "DLT": settings.dlt,
        "AESICAT": settings.aesi_category,
        "ASTCTGR": settings.astct_grade,
        "INITIAL": settings.initial_grade,
    }
    delivered = sdtm.get("AE", pd.DataFrame()).columns
    wanted = [name for name in named.values() if name]
    own = select_variables(sdtm, "AE", [name for name in wanted if name in delivered])
    supplied = select_supplemental(sdtm, "AE", [name for name in wanted if name not in delivered])
    values = pd.concat([supplied, own], axis=1)
    missing = pd.Series(None, index=ae.index, dtype=object)
    return ae.assign(**{new: values[old] if old else missing for new, old in named.items()})
