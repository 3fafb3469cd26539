"""ADLB: laboratory values in one unit a test, with baseline, visits, CTCAE grades (BDS)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.adam.common.stack import stack_records
from csrkit.adam.common.variables import add_variables, round_off_noise
from csrkit.adam.findings.bds.steps import build_bds_dataset, derive_bds_variables
from csrkit.adam.findings.laboratory.calcium import derive_corrected_calcium
from csrkit.adam.findings.laboratory.counts import derive_absolute_counts
from csrkit.adam.findings.laboratory.grades import derive_grades
from csrkit.adam.findings.laboratory.hys_law import derive_hys_law
from csrkit.adam.findings.laboratory.specimens import require_one_specimen
from csrkit.adam.findings.records import select_findings
from csrkit.study import Study


def derive_adlb(
    sdtm: Mapping[str, pd.DataFrame], adam: Mapping[str, pd.DataFrame], study: Study
) -> pd.DataFrame:
    """Return ADLB, conforming to its specification.

    Parameters
    ----------
    sdtm
        Cut domains: LB.
    adam
        ADSL.
    study
        Settings `derivations.adlb`, the assumptions on the TEAE window (on treatment) and CTCAE.

    Raises
    ------
    DerivationError
        When a test that no table of units knows comes in several units, or a subject's test of
        several kinds of specimen.
    StudyError
        When a parameter is to be computed from tests whose units the rule doesn't know.
    """
    settings, adsl = study.derivations.adlb, adam["ADSL"]
    collected = select_findings(sdtm, adsl, "LB", settings)
    require_one_specimen(collected, study.assumptions.ctcae_version.value)
    counts = derive_absolute_counts(collected, settings)
    calcium = derive_corrected_calcium(collected, settings)
    records = stack_records([collected, *counts, *calcium]) if counts or calcium else collected
    records = derive_bds_variables(records, adsl, study, settings)
    records = derive_ratio_to_upper_limit(records)
    records = derive_grades(records, study)
    hys_law = derive_hys_law(records, settings.hys_law)
    return build_bds_dataset(records, adsl, study, "ADLB", [hys_law])


def derive_ratio_to_upper_limit(records: pd.DataFrame) -> pd.DataFrame:
    """Return the records with R2ANRHI, the value as a multiple of its upper limit of normal."""
    # Hy's law asks whether a value is at its multiple: 41.4 / 13.8 has to be 3, not just below it.
    ratio = round_off_noise(records["AVAL"] / records["ANRHI"].where(records["ANRHI"] > 0))
    return add_variables(records, {"R2ANRHI": ratio})
