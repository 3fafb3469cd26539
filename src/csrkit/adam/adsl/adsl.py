"""ADSL: one record a consented subject. Reads like its specification, part by part."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from csrkit.adam.adsl.baseline import add_baseline
from csrkit.adam.adsl.disposition import add_death, add_disposition
from csrkit.adam.adsl.populations import add_populations
from csrkit.adam.adsl.treatment import (
    add_days_at_risk,
    add_planned_treatment,
    add_treatment_received,
)
from csrkit.adam.common.domains import select_variables
from csrkit.adam.exposure.doses import select_valid_doses
from csrkit.adam.exposure.ends import add_ends, find_subjects_on_treatment
from csrkit.adam.spec import conform, load_spec
from csrkit.errors import DataError
from csrkit.sdtm.required import require_each_subject_once
from csrkit.study import Study

FROM_DM = [
    "STUDYID",
    "USUBJID",
    "SUBJID",
    "SITEID",
    "AGE",
    "AGEU",
    "SEX",
    "RACE",
    "ETHNIC",
    "COUNTRY",
    "ARMCD",
    "ARM",
    "ACTARMCD",
    "ACTARM",
    "ARMNRS",
    "DTHFL",
]


def derive_adsl(
    sdtm: Mapping[str, pd.DataFrame], adam: Mapping[str, pd.DataFrame], study: Study
) -> pd.DataFrame:
    """Derive ADSL.

    Parameters
    ----------
    sdtm
        Cut domains: DM, and EX, DS, AE, DD, TU, TR, RS, PC, … as settings name them.
    adam
        Not used.
    study
        Settings, with the scope of the run.

    Returns
    -------
    DataFrame
        One row a subject of DM, as `spec/adsl.yml` says.

    Raises
    ------
    DataError
        When a subject isn't once in DM, or an arm, a dose unit or a date in the data can't be used;
        the message names the record.
    """
    dm = select_variables(sdtm, "DM", FROM_DM)
    require_each_subject_once(dm)
    on_treatment = find_subjects_on_treatment(sdtm, study)
    doses = add_ends(select_valid_doses(sdtm, study), on_treatment, study)
    adsl = add_age_group(dm.sort_values("USUBJID", ignore_index=True), study)
    adsl = add_planned_treatment(adsl, study)
    adsl = add_treatment_received(adsl, doses, study)
    adsl = add_disposition(adsl, sdtm, study)
    adsl = add_death(adsl, sdtm, study)
    adsl = add_days_at_risk(adsl, study)
    adsl = add_baseline(adsl, sdtm, study)
    adsl = add_populations(adsl, sdtm, doses, study)
    return conform(adsl, load_spec("ADSL", study.terms))


def add_age_group(adsl: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Add AGEGR1 and AGEGR1N: the group whose limits hold AGE (years).

    Raises
    ------
    DataError
        When an age is in another unit than years.
    """
    other = adsl["AGE"].notna() & adsl["AGEU"].ne("YEARS")
    if other.any():
        record = adsl[other].iloc[0]
        raise DataError(
            "An age isn't in years",
            where=f"DM.AGEU, USUBJID={record['USUBJID']}",
            found=str(record["AGEU"]),
            allowed="YEARS",
            remedy="Deliver AGE in years.",
        )
    groups = study.age_groups
    held = [
        adsl["AGE"].ge(-np.inf if group.lower is None else group.lower)
        & adsl["AGE"].lt(np.inf if group.upper is None else group.upper)
        for group in groups
    ]
    number = pd.Series(np.select(held, range(1, len(groups) + 1), 0), index=adsl.index)
    labels = {place: group.label for place, group in enumerate(groups, start=1)}
    return adsl.assign(AGEGR1=number.map(labels), AGEGR1N=number.where(number > 0))
