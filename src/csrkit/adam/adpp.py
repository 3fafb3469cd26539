"""ADPP: pharmacokinetic parameters by non-compartmental analysis of the profiles in ADPC."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csrkit.adam.merge import with_adsl
from csrkit.adam.spec import conform, load_spec
from csrkit.stats.nca import NcaValue, nca
from csrkit.study import Study

PROFILE = ["USUBJID", "PARCAT1", "INFNUM"]
NOT_COMPLETE = "Profile not complete at the data cut-off"
NO_DOSE = "Dose not known"
Array = NDArray[np.float64]
EMPTY: tuple[Array, Array] = (np.array([]), np.array([]))


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
    last planned sample falls after the data cut isn't analysed: its areas would be too small.
    """
    samples = adam["ADPC"].rename(columns={"PARAMCD": "PARCAT1"})
    samples = samples[samples["INFNUM"].isin(study.assumptions.pk_infusions.value)]
    profiles = _profiles(samples)
    points = _points(samples)
    given = profiles.set_index(PROFILE)[["PCRFTDTM", "DOSE", "ADOSEDUR"]]
    rows = [
        (*key, order, one.code, values[one.code].value, values[one.code].reason)
        for key, start, dose, duration in given.itertuples(name=None)
        for values in [_parameters(points.get(key, EMPTY), key[-1], start, dose, duration, study)]
        for order, one in enumerate(PARAMETERS, start=1)
    ]
    columns = [*PROFILE, "PARAMN", "PARAMCD", "AVAL", "PPREASND"]
    frame = pd.DataFrame(rows, columns=columns).astype({"INFNUM": "float64", "AVAL": "float64"})
    frame = frame.merge(profiles, on=PROFILE, how="left", validate="many_to_one")
    frame = _with_units(frame, study.treatment.dose_unit)
    spec = load_spec("ADPP")
    return conform(with_adsl(frame, adam["ADSL"])[spec.names], spec)


def _profiles(samples: pd.DataFrame) -> pd.DataFrame:
    """Return the profiles with what their samples share."""
    shared = samples.groupby(PROFILE, as_index=False)
    return shared[["PCRFTDTM", "AVALU", "DOSE", "ADOSEDUR"]].first()


def _points(samples: pd.DataFrame) -> dict[Hashable, tuple[Array, Array]]:
    """Return times and concentrations by profile, the last sample before the infusion at time 0."""
    used = samples[samples["NCAXFL"].isna() & samples["AVALNCA"].notna()]
    used = used.assign(TIME=used["ARRLT"].clip(lower=0)).sort_values([*PROFILE, "ARRLT"])
    used = used.drop_duplicates([*PROFILE, "TIME"], keep="last")
    times, values = used["TIME"].to_numpy(), used["AVALNCA"].to_numpy()
    places = used.groupby(PROFILE).indices
    return {key: (times[place], values[place]) for key, place in places.items()}


def _parameters(
    points: tuple[Array, Array],
    infusion: float,
    start: pd.Timestamp,
    dose: float,
    duration: float,
    study: Study,
) -> dict[str, NcaValue]:
    """Analyse one profile."""
    if not _complete(start, study):
        return {one.code: NcaValue(np.nan, NOT_COMPLETE) for one in PARAMETERS}
    settings = study.derivations.adpp
    values = nca(
        *points,
        dose=None if np.isnan(dose) else dose,
        # An unknown end of infusion can't bound the terminal phase; Tmax still does.
        duration=0.0 if np.isnan(duration) else duration,
        auc=study.assumptions.nca_auc_method.value,
        include_cmax_in_lambda_z=settings.include_cmax_in_lambda_z,
        start_conc=0.0 if infusion in settings.zero_before else None,
    )
    return {one.code: values.get(one.code, NcaValue(np.nan, NO_DOSE)) for one in PARAMETERS}


def _complete(start: pd.Timestamp, study: Study) -> bool:
    """Return whether the last planned sample of a profile lies within the data cut."""
    last = start + pd.Timedelta(hours=max(study.assumptions.pk_times_hours.value))
    return not last >= pd.Timestamp(study.data_cut) + pd.Timedelta(days=1)


def _with_units(frame: pd.DataFrame, dose_unit: str) -> pd.DataFrame:
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
