"""ADAE: adverse events, dated, treatment-emergent or not, related or not, after which infusion."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.adam.common.dates import derive_study_day
from csrkit.adam.common.merge import merge_adsl
from csrkit.adam.common.variables import flag_where
from csrkit.adam.occurrences.events import is_in_dlt_window, select_adverse_events
from csrkit.adam.occurrences.flags import derive_occurrence_flags, derive_treatment_emergent
from csrkit.adam.occurrences.period import derive_duration_variables
from csrkit.adam.spec import conform, load_spec
from csrkit.errors import DataError
from csrkit.study import Study

FROM_AE = (
    "AETERM",
    "AELLT",
    "AELLTCD",
    "AEDECOD",
    "AEPTCD",
    "AEHLT",
    "AEHLTCD",
    "AEHLGT",
    "AEHLGTCD",
    "AEBODSYS",
    "AEBDSYCD",
    "AESOC",
    "AESOCCD",
    "AESEV",
    "AETOXGR",
    "AESER",
    "AESDTH",
    "AESHOSP",
    "AESLIFE",
    "AESDISAB",
    "AESCONG",
    "AESMIE",
    "AEREL",
    "AEACN",
    "AEOUT",
)


def derive_adae(
    sdtm: Mapping[str, pd.DataFrame], adam: Mapping[str, pd.DataFrame], study: Study
) -> pd.DataFrame:
    """Derive ADAE.

    Parameters
    ----------
    sdtm
        Cut domains AE and SUPPAE.
    adam
        ADSL and ADEX.
    study
        Settings, with the scope of the run.

    Returns
    -------
    DataFrame
        One row an adverse event of a subject in ADSL, as `spec/adae.yml` says.

    Raises
    ------
    DataError
        When a causality, severity or grade isn't one of the settings' or of CTCAE's.
    """
    adsl = adam["ADSL"]
    ae = select_adverse_events(sdtm, adsl, study, FROM_AE)
    ae = merge_adsl(ae, adsl, ["demographics", "treatment_dates"])
    ae = add_assessments(ae, study)
    ae = add_latest_infusion(ae, adam["ADEX"])
    dlt, in_window = ae["DLT"].eq("Y"), is_in_dlt_window(ae, adsl, study)
    ae = ae.assign(
        ASTDY=derive_study_day(ae["ASTDT"], ae["TRTSDT"]),
        AENDY=derive_study_day(ae["AENDT"], ae["TRTSDT"]),
        **derive_duration_variables(ae),
        TRTEMFL=derive_treatment_emergent(ae, study),
        DLTFL=flag_where(dlt),
        DLTWINFL=flag_where(dlt & in_window).where(~dlt | in_window, "N"),
    )
    ae = ae.assign(**derive_occurrence_flags(ae, study.derivations.adae.severity_variable))
    spec = load_spec("ADAE", study.terms)
    return conform(ae[spec.names], spec)


def add_assessments(ae: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Add causality (AREL), severity (ASEV, ASEVN), toxicity and ASTCT grades."""
    settings = study.derivations.adae
    relation = _map_relationship(ae, "AEREL", settings.relationship, "adae.relationship")
    severity = {name: float(place) for place, name in enumerate(settings.severity, start=1)}
    grade = _grade(ae, "AETOXGR")
    return ae.assign(
        AREL=relation.where(relation.notna(), settings.missing_relationship),
        ASEV=ae["AESEV"],
        ASEVN=_map_relationship(ae, "AESEV", severity, "adae.severity").astype("float64"),
        ATOXGRN=grade,
        ATOXGR=grade.astype("Int64").astype("string").astype(object).where(grade.notna(), None),
        ASTCTGRN=_grade(ae, "ASTCTGR"),
        INITIALN=_grade(ae, "INITIAL"),
    )


def add_latest_infusion(ae: pd.DataFrame, adex: pd.DataFrame) -> pd.DataFrame:
    """Add the number of the latest infusion begun by the start of the event, and the time since.

    An event without a time may follow any infusion of its day. `DAYINF` counts days (0 on the day
    of the infusion), `HRINF` hours, where both times were collected.
    """
    infusions = adex.loc[
        adex["PARAMCD"].eq("DOSE") & adex["ASTDTM"].notna(),
        ["USUBJID", "ASTDTM", "ASTTMF", "INFNUM"],
    ].set_axis(["USUBJID", "INFDTM", "INFTMF", "INFNUM"], axis=1)
    untimed = ae["ASTTMF"].eq("H")
    latest = ae["ASTDT"] + pd.Timedelta(days=1) - pd.Timedelta(seconds=1)
    events = ae.assign(MOMENT=ae["ASTDTM"].mask(untimed, latest), ROW=range(len(ae)))
    dated = events.loc[events["MOMENT"].notna(), ["USUBJID", "MOMENT", "ROW"]]
    found = pd.merge_asof(
        dated.sort_values("MOMENT", kind="stable"),
        infusions.sort_values("INFDTM", kind="stable"),
        left_on="MOMENT",
        right_on="INFDTM",
        by="USUBJID",
    )
    found = found.set_index("ROW").reindex(range(len(ae))).set_axis(ae.index)
    days = (ae["ASTDT"] - found["INFDTM"].dt.normalize()).dt.days.astype("float64")
    hours = (ae["ASTDTM"] - found["INFDTM"]).dt.total_seconds() / 3600
    timed = ~untimed & found["INFTMF"].ne("H")
    return ae.assign(INFNUM=found["INFNUM"], DAYINF=days, HRINF=hours.where(timed))


def _map_relationship(
    ae: pd.DataFrame, variable: str, terms: Mapping[str, object], setting: str
) -> pd.Series:
    """Map a variable by a setting; a value that the setting doesn't know is an error."""
    unknown = ae[variable].notna() & ~ae[variable].isin(list(terms))
    if unknown.any():
        raise _unknown_error(ae, unknown, variable, list(terms), f"derivations.{setting}")
    return ae[variable].map(terms)


def _grade(ae: pd.DataFrame, variable: str) -> pd.Series:
    """Return the grade (1 to 5) in a text such as `3` or `GRADE 3`."""
    text = ae[variable].astype("string")
    digit = text.str.extract(r"^(?:GRADE )?([1-5])$", expand=False)
    unknown = text.notna() & digit.isna()
    if unknown.any():
        raise _unknown_error(ae, unknown, variable, ["1", "2", "3", "4", "5"], "")
    return pd.to_numeric(digit).astype("float64")


def _unknown_error(
    ae: pd.DataFrame, unknown: pd.Series, variable: str, allowed: list[str], setting: str
) -> DataError:
    record = ae[unknown].iloc[0]
    more = f", or add it in study.yml ({setting})" if setting else ""
    return DataError(
        "An adverse event has a value that isn't known",
        where=f"AE.{variable}, USUBJID={record['USUBJID']}, AESEQ={record['AESEQ']:g}",
        found=f"{record[variable]} ({int(unknown.sum())} records)",
        allowed=allowed,
        remedy=f"Correct the value in the data{more}.",
    )
