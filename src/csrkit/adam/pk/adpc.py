"""ADPC: pharmacokinetic concentrations with nominal and actual times, and values for analysis.

Source: CDISC ADaM for Non-compartmental Analysis Input Data v1.0 (times from the first and the
reference dose, exclusion flags). Every sample of PC that the study uses is kept; one that an
analysis leaves out carries the reason.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from csrkit.adam.common.dates import impute_dates, impute_datetimes
from csrkit.adam.common.domains import select_variables
from csrkit.adam.common.filtering import filter_records
from csrkit.adam.common.merge import merge_adsl
from csrkit.adam.common.time_points import parse_nominal_hours
from csrkit.adam.common.variables import flag_where
from csrkit.adam.pk.doses import drop_imputed_times, select_doses_given
from csrkit.adam.pk.rules import derive_analysis_values, derive_exclusions
from csrkit.adam.spec import conform, load_spec
from csrkit.study import Study
from csrkit.study.derivations.pk import Concentrations

COLLECTED = [
    "USUBJID", "PCSEQ", "PCTESTCD", "PCTEST", "PCSPEC", "PCSTRESC", "PCSTRESN", "PCSTRESU",
    "PCSTAT", "PCREASND", "PCLLOQ", "PCTPT", "PCTPTNUM", "PCELTM", "PCTPTREF", "PCRFTDTC", "PCDTC",
]  # fmt: skip


def derive_adpc(
    sdtm: Mapping[str, pd.DataFrame], adam: Mapping[str, pd.DataFrame], study: Study
) -> pd.DataFrame:
    """Return ADPC, one record a sample.

    Parameters
    ----------
    sdtm
        Cut domains; PC and EX are used.
    adam
        ADSL.
    study
        Settings `derivations.adpc`; assumptions `pk_lloq`, `blq_for_nca`, `blq_for_summaries`;
        planned interval and number of infusions; samples that people exclude.

    Raises
    ------
    DataError
        When a date-time is impossible, or a dose is in another unit than the study's.
    """
    settings = study.derivations.adpc
    samples = filter_records(
        select_variables(sdtm, "PC", COLLECTED), settings.records, "derivations.adpc.records"
    )
    frame = _keep_infusions_by_the_cut(
        _derive_results(samples.reset_index(drop=True), study), study
    )
    infusions = select_doses_given(sdtm, adam["ADSL"], study)
    frame = _add_infusion(frame, infusions, settings)
    frame = _add_times(frame, infusions, study)
    frame = derive_exclusions(frame, settings, study.terms, study.pk_exclusions)
    assumptions = study.assumptions
    frame = derive_analysis_values(
        frame, assumptions.blq_for_nca.value, assumptions.blq_for_summaries.value
    )
    spec = load_spec("ADPC", study.terms)
    whole = merge_adsl(frame, adam["ADSL"])
    return conform(whole[spec.names], spec)


def _derive_results(samples: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the analysis variables that come from a sample alone."""
    settings = study.derivations.adpc
    limit = samples["PCLLOQ"].fillna(study.assumptions.pk_lloq.value)
    number, text = samples["PCSTRESN"], samples["PCSTRESC"]
    blq = text.isin(settings.blq_results) | (number.ge(0) & number.lt(limit))
    moments = impute_datetimes(samples["PCDTC"], highest="h", records=samples)
    return pd.DataFrame(
        {
            "USUBJID": samples["USUBJID"],
            "PARAMCD": samples["PCTESTCD"],
            "PARAM": samples["PCTEST"] + f" ({settings.unit})",
            "AVAL": number.mask(blq),
            "AVALC": text,
            "AVALU": samples["PCSTRESU"],
            "BLQFL": flag_where(blq),
            "ALLOQ": limit,
            "ATPT": samples["PCTPT"],
            "ATPTN": samples["PCTPTNUM"],
            "NRRLT": _find_planned_hours(samples, settings),
            "ADT": impute_dates(samples["PCDTC"], highest="n", records=samples)[0],
            "ADTM": drop_imputed_times(moments),
            "PCTPTREF": samples["PCTPTREF"],
            "STATED": drop_imputed_times(impute_datetimes(samples["PCRFTDTC"], records=samples)),
            "NOTDONE": _find_not_done(samples),
            "SRCDOM": "PC",
            "SRCSEQ": samples["PCSEQ"],
        }
    )


def _keep_infusions_by_the_cut(frame: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Leave out samples not taken of infusions after the data cut: undated, the cut keeps them."""
    after = frame["STATED"].ge(pd.Timestamp(study.cut_moment) + pd.Timedelta(seconds=1))
    return frame[~after].reset_index(drop=True)


def _find_planned_hours(samples: pd.DataFrame, settings: Concentrations) -> pd.Series:
    """Return the planned hours after the start of the infusion; 0 of a time point before it."""
    hours = parse_nominal_hours(samples["PCELTM"])
    hours = hours.mask(hours.isna() & samples["PCTPT"].isin(settings.pre_infusion), 0.0)
    return hours.fillna(samples["PCTPTNUM"])


def _find_not_done(samples: pd.DataFrame) -> pd.Series:
    """Return why a sample was not taken; None when it was."""
    why = ("Not done: " + samples["PCREASND"]).fillna("Not done")
    return why.where(samples["PCSTAT"].eq("NOT DONE"), None)


def _add_infusion(
    frame: pd.DataFrame, infusions: pd.DataFrame, settings: Concentrations
) -> pd.DataFrame:
    """Add the number, start, duration and dose of the infusion that a sample belongs to."""
    named = frame["PCTPTREF"].astype(object).str.extract(f"^(?:{settings.infusion_pattern})$")[0]
    number = pd.to_numeric(named)
    frame = frame.assign(INFNUM=number.fillna(_find_infusion_by_date(frame, infusions, settings)))
    whole = frame.merge(infusions, on=["USUBJID", "INFNUM"], how="left", validate="many_to_one")
    return whole.assign(
        PCRFTDTM=whole["START"].fillna(whole["STATED"]),
        ADOSEDUR=_hours(whole["START"], whole["END"]),
    )


def _find_infusion_by_date(
    frame: pd.DataFrame, infusions: pd.DataFrame, settings: Concentrations
) -> pd.Series:
    """Return the infusion by date: the latest one begun before, of a pre-dose sample the next one.

    A sample taken at the start of an infusion shows what was before it.
    """
    starts = infusions.loc[infusions["START"].notna(), ["USUBJID", "START", "INFNUM"]]
    starts = starts.rename(columns={"START": "ADTM"}).sort_values("ADTM")
    dated = frame.loc[frame["ADTM"].notna(), ["USUBJID", "ADTM", "NRRLT"]].sort_values("ADTM")
    window = pd.Timedelta(hours=settings.predose_window_hours)
    latest = pd.merge_asof(dated, starts, on="ADTM", by="USUBJID", allow_exact_matches=False)[
        "INFNUM"
    ]
    coming = pd.merge_asof(
        dated, starts, on="ADTM", by="USUBJID", direction="forward", tolerance=window
    )["INFNUM"]
    pre_dose = dated["NRRLT"].le(0).to_numpy()
    found = pd.Series(np.where(pre_dose, coming, latest), index=dated.index, dtype="float64")
    return found.reindex(frame.index)


def _add_times(frame: pd.DataFrame, infusions: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Add nominal and actual hours from the first and from the reference infusion."""
    first = infusions.groupby("USUBJID")["START"].min()
    actual = _hours(frame["PCRFTDTM"], frame["ADTM"])
    from_first, from_reference = _planned_hours(frame, study)
    return frame.assign(
        ARRLT=actual,
        AFRLT=_hours(frame["USUBJID"].map(first), frame["ADTM"]),
        NFRLT=from_first,
        NRRLT=from_reference,
        TIMEDEV=actual - from_reference,
    )


def _planned_hours(frame: pd.DataFrame, study: Study) -> tuple[pd.Series, pd.Series]:
    """Return the planned hours from the first and from the reference infusion.

    Only infusions of the first course, and daily doses, have a planned time from the first.
    """
    settings, treatment = study.derivations.adpc, study.treatment
    daily = study.derivations.adex.each_day is not None
    days = 1 if daily else treatment.infusion_interval_days
    in_course = frame["INFNUM"].le(treatment.infusions_per_course or np.inf)
    between = ((frame["INFNUM"] - 1) * 24.0 * (days or np.nan)).where(in_course)
    if settings.nominal_from == "first":
        return frame["NRRLT"], frame["NRRLT"] - between
    return between + frame["NRRLT"], frame["NRRLT"]


def _hours(start: pd.Series, end: pd.Series) -> pd.Series:
    return (end - start).dt.total_seconds() / 3600
