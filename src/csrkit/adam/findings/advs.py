"""ADVS: vital signs with blood pressure, mass index and body surface derived (BDS)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.adam.common.stack import stack_records
from csrkit.adam.findings.bds.steps import build_bds_dataset, derive_bds_variables
from csrkit.adam.findings.records import select_findings
from csrkit.adam.findings.vital_signs import derive_body_size, derive_mean_arterial_pressure
from csrkit.study import Study


def derive_advs(
    sdtm: Mapping[str, pd.DataFrame], adam: Mapping[str, pd.DataFrame], study: Study
) -> pd.DataFrame:
    """Return ADVS, conforming to its specification.

    Parameters
    ----------
    sdtm
        Cut domains: VS.
    adam
        ADSL.
    study
        Settings `derivations.advs`, and the assumption on the TEAE window (on treatment).

    Raises
    ------
    DerivationError
        When a test that no table of units knows comes in several units.
    """
    settings, adsl = study.derivations.advs, adam["ADSL"]
    collected = select_findings(sdtm, adsl, "VS", settings)
    parameters = [collected]
    if "MAP" in settings.derived:
        parameters.append(derive_mean_arterial_pressure(collected))
    parameters += derive_body_size(collected, settings)
    records = derive_bds_variables(stack_records(parameters), adsl, study, settings)
    return build_bds_dataset(records, adsl, study, "ADVS")
