"""Counts of kinds of leucocytes from their shares, where a laboratory gives these alone."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from csrkit.adam.common.variables import round_off_noise
from csrkit.adam.findings.records import derive_parameter, transpose_parameters
from csrkit.errors import StudyError
from csrkit.study.derivations.findings import FindingTest, Laboratory
from csrkit.study.units import domain_tests

LEUCOCYTES = "WBC"
SHARES = {"fraction of 1": 1.0, "%": 0.01}
"""Unit of a share → what it is of the whole."""


def derive_absolute_counts(records: pd.DataFrame, settings: Laboratory) -> list[pd.DataFrame]:
    """Return records of counts, leucocytes × share of the same sample, by the settings.

    As the R package admiral has it (`derive_param_wbc_abs`). A sample whose count was collected is
    left alone; a share in another unit than % or a fraction of 1 gives none.

    Parameters
    ----------
    records
        From `findings.select_findings`.

    Raises
    ------
    StudyError
        When the count is no test of the table of units or of the settings, or has another unit
        than the leucocytes.
    """
    tests = domain_tests("LB", settings.tests)
    wanted = settings.counts_from_shares.items()
    return [_derive_count(records, count, share, tests) for count, share in wanted]


def _derive_count(
    records: pd.DataFrame, count: str, share: str, tests: Mapping[str, FindingTest]
) -> pd.DataFrame:
    whole, test = tests[LEUCOCYTES], tests.get(count)
    if test is None or test.unit != whole.unit:
        raise StudyError(
            "A count can't be computed from a share of the leucocytes",
            where=f"study.yml, key derivations.adlb.counts_from_shares.{count}",
            found=f"{count} in {test.unit}" if test else f"no test {count}",
            allowed=f"a test in {whole.unit}, as {LEUCOCYTES} is",
            remedy=f"Describe it under derivations.adlb.tests.{count}, or leave it out here.",
        )
    both = transpose_parameters(records, [LEUCOCYTES, share])
    units = records.loc[records["PARAMCD"].eq(share)].groupby("USUBJID")["AVALU"].first()
    part = both["USUBJID"].map(units).map(SHARES)
    values = round_off_noise(both[LEUCOCYTES] * both[share] * part)
    return derive_parameter(both, records, values, count, test.name, test.unit)
