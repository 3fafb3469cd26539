"""Calcium corrected for albumin, of which CTCAE grades the value."""

from __future__ import annotations

import pandas as pd

from csrkit.adam.common.variables import round_off_noise
from csrkit.adam.findings.records import derive_parameter, transpose_parameters
from csrkit.errors import StudyError
from csrkit.study.derivations.findings import Laboratory
from csrkit.study.units import domain_tests

CALCIUM, ALBUMIN, CORRECTED = "CA", "ALB", "CACR"
UNITS = {CALCIUM: "mmol/L", ALBUMIN: "g/L"}


def derive_corrected_calcium(records: pd.DataFrame, settings: Laboratory) -> list[pd.DataFrame]:
    """Return records of CACR (mmol/L) of every sample with both, by the settings; else none.

    Total calcium + `per_albumin` × (`albumin` - albumin), with the limits of normal of total
    calcium (Payne et al., British Medical Journal 1973; 4: 643).

    Parameters
    ----------
    records
        From `findings.select_findings`. A sample whose corrected calcium was collected is left
        alone.

    Raises
    ------
    StudyError
        When the study has calcium or albumin in another analysis unit than mmol/L and g/L.
    """
    rule = settings.corrected_calcium
    if rule is None:
        return []
    _require_units(records)
    both = transpose_parameters(records, [CALCIUM, ALBUMIN])
    value = round_off_noise(both[CALCIUM] + rule.per_albumin * (rule.albumin - both[ALBUMIN]))
    name, limits = domain_tests("LB", settings.tests)[CORRECTED].name, both[["ANRLO", "ANRHI"]]
    return [derive_parameter(both, records, value, CORRECTED, name, UNITS[CALCIUM], ranges=limits)]


def _require_units(records: pd.DataFrame) -> None:
    known = records["PARAMCD"].map(UNITS)
    other = records[known.notna() & records["AVAL"].notna() & records["AVALU"].ne(known)]
    if not other.empty:
        code, unit = other[["PARAMCD", "AVALU"]].iloc[0]
        raise StudyError(
            "Calcium can't be corrected for albumin in these units",
            where=f"study.yml, key derivations.adlb.tests.{code}",
            found=str(unit),
            allowed=UNITS[code],
            remedy="Set this unit, or leave out derivations.adlb.corrected_calcium.",
        )
