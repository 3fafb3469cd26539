"""ADVS: vital signs with blood pressure, mass index and body surface derived (BDS)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.adam.common.stack import stack
from csrkit.adam.findings.bds.bds import analysed, finished
from csrkit.adam.findings.records import dated_findings
from csrkit.adam.findings.vital_signs import body_size, mean_arterial_pressure
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
    collected = dated_findings(sdtm, adsl, "VS", settings)
    parts = [collected]
    if "MAP" in settings.derived:
        parts.append(mean_arterial_pressure(collected))
    parts += body_size(collected, settings)
    return finished(analysed(stack(parts), adsl, study, settings), adsl, "ADVS")
