"""ADQS: questionnaires and performance status (BDS)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.adam.findings.bds.bds import analysed, finished
from csrkit.adam.findings.records import dated_findings
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
    records = dated_findings(sdtm, adsl, "QS", settings)
    return finished(analysed(records, adsl, study, settings), adsl, "ADQS")
