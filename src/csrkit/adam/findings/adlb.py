"""ADLB: laboratory values in one unit a test, with baseline, visits, CTCAE grades (BDS)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.adam.common.stack import stack
from csrkit.adam.common.variables import add_variables, round_significant
from csrkit.adam.findings.bds.bds import analysed, finished
from csrkit.adam.findings.laboratory.calcium import corrected_calcium
from csrkit.adam.findings.laboratory.counts import absolute_counts
from csrkit.adam.findings.laboratory.grades import with_grades
from csrkit.adam.findings.laboratory.hys_law import potential_hys_law
from csrkit.adam.findings.laboratory.specimens import require_one_specimen
from csrkit.adam.findings.records import dated_findings
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
    collected = dated_findings(sdtm, adsl, "LB", settings)
    require_one_specimen(collected, study.assumptions.ctcae_version.value)
    added = [*absolute_counts(collected, settings), *corrected_calcium(collected, settings)]
    records = stack([collected, *added]) if added else collected
    records = analysed(records, adsl, study, settings)
    # Hy's law asks whether a value is at its multiple: 41.4 / 13.8 has to be 3, not just below it.
    ratio = round_significant(records["AVAL"] / records["ANRHI"].where(records["ANRHI"] > 0))
    records = with_grades(add_variables(records, {"R2ANRHI": ratio}), study)
    hys_law = potential_hys_law(records, settings.hys_law)
    return finished(records, adsl, "ADLB", [hys_law])
