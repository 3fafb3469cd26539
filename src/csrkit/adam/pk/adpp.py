"""ADPP: pharmacokinetic parameters by non-compartmental analysis of the profiles in ADPC."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from csrkit.adam.common.merge import merge_adsl
from csrkit.adam.common.variables import flag_where
from csrkit.adam.pk.acceptance import add_criteria
from csrkit.adam.spec import conform, load_spec
from csrkit.stats.nca import Acceptance, nca_many
from csrkit.study import Study

PROFILE = ["USUBJID", "PARCAT1", "INFNUM"]
NOT_COMPLETE = "Profile not complete at the data cut-off"
PEAK_NOT_PASSED = f"{NOT_COMPLETE}, the maximum may come later"
OF_THE_PEAK = ("CMAX", "TMAX", "CMAXDN")
"""Parameters that need a profile to go beyond its maximum, not to its end."""


class Parameter(NamedTuple):
    """A parameter: CDISC code, name, and unit made of those of concentration and dose."""

    code: str
    name: str
    unit: str


PARAMETERS = (
    Parameter("CMAX", "Maximum Concentration", "{conc}"),
    Parameter("TMAX", "Time of Maximum Concentration", "h"),
    Parameter("CLST", "Last Quantifiable Concentration", "{conc}"),
    Parameter("TLST", "Time of Last Quantifiable Concentration", "h"),
    Parameter("AUCLST", "AUC to Last Quantifiable Concentration", "h*{conc}"),
    Parameter("LAMZ", "Terminal Rate Constant", "/h"),
    Parameter("LAMZLL", "First Time of Terminal Rate Constant", "h"),
    Parameter("LAMZUL", "Last Time of Terminal Rate Constant", "h"),
    Parameter("LAMZSPN", "Half-Lives Spanned by Terminal Rate Constant", ""),
    Parameter("LAMZNPT", "Number of Points for Terminal Rate Constant", ""),
    Parameter("R2ADJ", "Adjusted R Squared of Terminal Rate Constant", ""),
    Parameter("LAMZHL", "Terminal Half-Life", "h"),
    Parameter("AUCIFO", "AUC to Infinity, Observed", "h*{conc}"),
    Parameter("AUCPEO", "Extrapolated Share of AUC, Observed", "%"),
    Parameter("CMAXDN", "Maximum Concentration by Dose", "{conc}/({dose})"),
    Parameter("AUCLSTDN", "AUC to Last Quantifiable Concentration by Dose", "h*{conc}/({dose})"),
)


def derive_adpp(
    sdtm: Mapping[str, pd.DataFrame], adam: Mapping[str, pd.DataFrame], study: Study
) -> pd.DataFrame:
    """Return ADPP, one record a subject, infusion with a profile, and parameter.

    Parameters
    ----------
    sdtm
        Not used.
    adam
        ADSL and ADPC.
    study
        Settings `derivations.adpp`; assumptions `pk_infusions`, `pk_times_hours`,
        `nca_auc_method`, `nca_acceptance`; the data cut.

    Notes
    -----
    Time 0 is the start of the infusion; the last sample before it stands at time 0. A profile whose
    last planned sample falls after the data cut has no areas and no terminal phase, which would be
    those of a shorter time; it has its maximum when a later sample lies below it. A profile of
    placebo isn't analysed. A value whose terminal phase isn't accepted is given, and left out of
    summaries (no ANL01FL).
    """
    samples = adam["ADPC"].rename(columns={"PARAMCD": "PARCAT1"})
    profiled = samples["INFNUM"].isin(study.assumptions.pk_infusions.value)
    samples = samples[profiled & samples["DOSE"].ne(0)]
    points = _points(samples)
    frame = _parameters(points, study)
    frame = frame.merge(_profiles(points, study), on=PROFILE, validate="many_to_one")
    frame = _withhold_unfinished(frame)
    frame = add_criteria(frame, _acceptance(study))
    used = frame["AVAL"].notna() & frame["EXCLREAS"].isna()
    frame = _add_units(frame.assign(ANL01FL=flag_where(used)), study.treatment.dose_unit)
    spec = load_spec("ADPP", study.terms)
    return conform(merge_adsl(frame, adam["ADSL"])[spec.names], spec)


def _profiles(points: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the profiles with what their samples share, COMPLETE, and LASTTIME.

    One is complete when its last planned sample lies within the data cut; LASTTIME is that of the
    last sample that the analysis has, quantifiable or not.
    """
    shared = points.assign(LASTTIME=points["TIME"].where(points["NCAXFL"].isna()))
    by_profile = shared.groupby(PROFILE, as_index=False)
    profiles = by_profile[["PCRFTDTM", "AVALU", "DOSE", "ADOSEDUR"]].first()
    profiles["LASTTIME"] = by_profile["LASTTIME"].max()["LASTTIME"]
    last = profiles["PCRFTDTM"] + pd.Timedelta(hours=max(study.assumptions.pk_times_hours.value))
    after = last.ge(pd.Timestamp(study.cut_moment) + pd.Timedelta(seconds=1))
    return profiles.assign(COMPLETE=~after)


def _withhold_unfinished(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the parameters without those that a profile cut short can't give."""
    peak = frame["AVAL"].where(frame["PARAMCD"].eq("TMAX"))
    reached = peak.groupby([frame[name] for name in PROFILE]).transform("max")
    of_peak = frame["PARAMCD"].isin(OF_THE_PEAK) & ~frame["COMPLETE"]
    kept = frame["COMPLETE"] | (of_peak & (reached < frame["LASTTIME"]))
    why = np.where(of_peak, PEAK_NOT_PASSED, NOT_COMPLETE)
    return frame.assign(
        AVAL=frame["AVAL"].where(kept),
        PPREASND=frame["PPREASND"].where(kept, why),
        FLAG=frame["FLAG"].where(kept, None),
    )


def _acceptance(study: Study) -> Acceptance:
    return Acceptance(**study.assumptions.nca_acceptance.value.model_dump())


def _points(samples: pd.DataFrame) -> pd.DataFrame:
    """Return the samples in order with TIME and CONC, the last one before the infusion at time 0.

    CONC is missing where the analysis leaves a sample out; its profile stays.
    """
    points = samples.assign(
        TIME=samples["ARRLT"].clip(lower=0), CONC=samples["AVALNCA"].where(samples["NCAXFL"].isna())
    )
    points = points.sort_values([*PROFILE, "ARRLT"], ignore_index=True)
    used = points[points["CONC"].notna()]
    earlier = used.duplicated([*PROFILE, "TIME"], keep="last").reindex(points.index)
    return points.assign(CONC=points["CONC"].where(earlier.eq(False)))


def _parameters(points: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Analyse the profiles: one record a profile and parameter, with its value or the reason.

    FLAG says why a value isn't accepted.
    """
    settings = study.derivations.adpp
    profiles = points.groupby(PROFILE)
    found = nca_many(
        profiles.ngroup(),
        points["TIME"],
        points["CONC"],
        dose=profiles["DOSE"].transform("first"),
        # An unknown end of infusion can't bound the terminal phase; Tmax still does.
        duration=profiles["ADOSEDUR"].transform("first").fillna(0.0),
        auc=study.assumptions.nca_auc_method.value,
        include_cmax_in_lambda_z=settings.include_cmax_in_lambda_z,
        start_conc=points["INFNUM"].isin(settings.zero_before).map({True: 0.0, False: None}),
        lambda_z_exclude=points["LAMZXFL"].eq("Y").to_numpy(),
        acceptance=_acceptance(study),
    )
    codes = [one.code for one in PARAMETERS]
    keys = points.drop_duplicates(PROFILE)[PROFILE].reset_index(drop=True)
    long = keys.merge(pd.DataFrame({"PARAMCD": codes}), how="cross")
    return long.assign(
        PARAMN=long["PARAMCD"].map({code: order for order, code in enumerate(codes, start=1)}),
        AVAL=found.values[codes].to_numpy().ravel(),
        PPREASND=found.reasons[codes].to_numpy().ravel(),
        FLAG=found.flags[codes].to_numpy().ravel(),
    )


def _add_units(frame: pd.DataFrame, dose_unit: str) -> pd.DataFrame:
    """Add AVALU of the parameter and PARAM, its name with the unit."""
    concs = frame["AVALU"].dropna().unique()
    made = [
        {
            "PARAMCD": one.code,
            "CONC": conc,
            "NAME": one.name,
            "UNIT": one.unit.format(conc=conc or "unit not known", dose=dose_unit) or None,
        }
        for one in PARAMETERS
        for conc in [*concs, None]
    ]
    units = pd.DataFrame(made, columns=["PARAMCD", "CONC", "NAME", "UNIT"])
    frame = frame.rename(columns={"AVALU": "CONC"})
    frame = frame.merge(units, on=["PARAMCD", "CONC"], how="left", validate="many_to_one")
    named = frame["NAME"] + (" (" + frame["UNIT"] + ")").fillna("")
    return frame.assign(AVALU=frame["UNIT"], PARAM=named)
