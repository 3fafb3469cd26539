"""ADQS: questionnaires and performance status (BDS)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.adam.findings.bds.steps import build_bds_dataset, derive_bds_variables
from csrkit.adam.findings.records import select_findings
from csrkit.study import Study


def derive_adqs(
    sdtm: Mapping[str, pd.DataFrame], adam: Mapping[str, pd.DataFrame], study: Study
) -> pd.DataFrame:
    """Return ADQS, conforming to its specification.

    Parameters
    ----------
    sdtm
        Cut domains: QS.
    adam
        ADSL.
    study
        Settings `derivations.adqs`, and the assumption on the TEAE window (on treatment).

    Raises
    ------
    DerivationError
        When an item comes in several units.
    """
    settings, adsl = study.derivations.adqs, adam["ADSL"]
    records = select_findings(sdtm, adsl, "QS", settings)
    records = derive_bds_variables(records, adsl, study, settings)
    return build_bds_dataset(records, adsl, study, "ADQS")
