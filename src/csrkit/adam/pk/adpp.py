"""ADPP: pharmacokinetic parameters by non-compartmental analysis of the profiles in ADPC."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from csrkit.adam.common.merge import merge_adsl
from csrkit.adam.spec import conform, load_spec
from csrkit.stats.nca import nca_many
from csrkit.study import Study

PROFILE = ["USUBJID", "PARCAT1", "INFNUM"]
NOT_COMPLETE = "Profile not complete at the data cut-off"


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
    """Return ADPP, one record a subject, infusion with a full profile, and parameter.

    Parameters
    ----------
    sdtm
        Not used.
    adam
        ADSL and ADPC.
    study
        Settings `derivations.adpp`; assumptions `pk_infusions`, `pk_times_hours`,
        `nca_auc_method`; the data cut.

    Notes
    -----
    Time 0 is the start of the infusion; the last sample before it stands at time 0. A profile whose
    last planned sample falls after the data cut isn't analysed: its areas would be too small. A
    profile of placebo isn't, either.
    """
    samples = adam["ADPC"].rename(columns={"PARAMCD": "PARCAT1"})
    profiled = samples["INFNUM"].isin(study.assumptions.pk_infusions.value)
    samples = samples[profiled & samples["DOSE"].ne(0)]
    frame = _parameters(_points(samples), study)
    frame = frame.merge(_profiles(samples, study), on=PROFILE, validate="many_to_one")
    frame["PPREASND"] = frame["PPREASND"].where(frame["COMPLETE"], NOT_COMPLETE)
    frame["AVAL"] = frame["AVAL"].where(frame["COMPLETE"])
    frame = _add_units(frame, study.treatment.dose_unit)
    spec = load_spec("ADPP", study.terms)
    return conform(merge_adsl(frame, adam["ADSL"])[spec.names], spec)


def _profiles(samples: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the profiles with what their samples share, and whether each is COMPLETE.

    One is when its last planned sample lies within the data cut.
    """
    shared = samples.groupby(PROFILE, as_index=False)
    profiles = shared[["PCRFTDTM", "AVALU", "DOSE", "ADOSEDUR"]].first()
    last = profiles["PCRFTDTM"] + pd.Timedelta(hours=max(study.assumptions.pk_times_hours.value))
    after = last.ge(pd.Timestamp(study.cut_moment) + pd.Timedelta(seconds=1))
    return profiles.assign(COMPLETE=~after)


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
    """Analyse the profiles: one record a profile and parameter, with its value or the reason."""
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
    )
    codes = [one.code for one in PARAMETERS]
    keys = points.drop_duplicates(PROFILE)[PROFILE].reset_index(drop=True)
    long = keys.merge(pd.DataFrame({"PARAMCD": codes}), how="cross")
    return long.assign(
        PARAMN=long["PARAMCD"].map({code: order for order, code in enumerate(codes, start=1)}),
        AVAL=found.values[codes].to_numpy().ravel(),
        PPREASND=found.reasons[codes].to_numpy().ravel(),
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
