"""Results of findings in one analysis unit a test."""

from __future__ import annotations

import numpy as np
import pandas as pd

from csrkit.adam.common.variables import round_off_noise
from csrkit.adam.findings.units import find_tests
from csrkit.sdtm.distinct import apply_to_distinct
from csrkit.study.derivations.findings import Findings, FindingTest
from csrkit.study.units import find_conversion_factors, spell_units

LIMIT = r"^\s*[<>≤≥]"
NUMBERS = {
    "AVAL": ("STRESN", "ORRES"),
    "ANRLO": ("STNRLO", "ORNRLO"),
    "ANRHI": ("STNRHI", "ORNRHI"),
}
"""Analysis variable → what holds it in standard and in original units."""


def derive_values(records: pd.DataFrame, domain: str, settings: Findings) -> dict[str, pd.Series]:
    """Return analysis value, unit, name and normal range of findings.

    The value in standard units (STRESN, STRESU) is taken when it can be brought to the analysis
    unit, else the original one (ORRES, ORRESU). Limits of normal come from the same unit, of a
    result that is no number (such as "<5") from the standard one where it has any. A test that no
    table knows keeps its unit.

    Parameters
    ----------
    records
        TESTCD TEST ORRES ORRESU ORNRLO ORNRHI STRESC STRESN STRESU STNRLO STNRHI STAT REASND.
    domain
        For example `"VS"`.
    settings
        The dataset's section of `derivations`: `tests` of the study, beside or instead of those of
        the table, and `character`, the tests whose results are words.

    Returns
    -------
    dict of Series
        Index of `records`: PARAM; AVAL; AVALU (None without unit); AVALC, the result as text where
        it is no number; AREASN, why there is no result; ANRLO, ANRHI.

    Raises
    ------
    DerivationError
        When a test that no table knows comes in several units.
    """
    code, words = records["TESTCD"], records["TESTCD"].isin(list(settings.character))
    standard = spell_units(records["STRESU"])
    original = spell_units(records["ORRESU"])
    tests = find_tests(domain, records, standard.where(standard.notna(), original), settings.tests)
    by_standard = find_conversion_factors(code, standard, tests)
    by_original = find_conversion_factors(code, original, tests)
    ranged = records["STNRLO"].notna() | records["STNRHI"].notna()
    range_alone = ranged & (_number(records["ORRES"]).isna() | by_original.isna())
    use_standard = by_standard.notna() & (records["STRESN"].notna() | range_alone)
    factor = by_standard.where(use_standard, by_original)
    text = records["STRESC"].where(records["STRESC"].notna(), records["ORRES"]).astype(object)
    limited = apply_to_distinct(text, _beyond_limit)
    numbers = {
        name: round_off_noise(
            records[first].astype("float64").where(use_standard, _number(records[other])) * factor
        )
        for name, (first, other) in NUMBERS.items()
    }
    value = numbers["AVAL"].mask(limited | words)
    unit = code.map({name: test.unit for name, test in tests.items()}).astype(object)
    return {
        "PARAM": code.map({name: _describe_test(test) for name, test in tests.items()}),
        **numbers,
        "AVAL": value,
        "AVALU": unit.where(unit.notna() & unit.ne(""), None),
        "AVALC": text.where(value.isna() & text.notna(), None),
        "AREASN": _reason(records, value, text, words, limited, unit),
    }


def _describe_test(test: FindingTest) -> str:
    """Return a test's name with its analysis unit."""
    return f"{test.name} ({test.unit})" if test.unit else test.name


def _beyond_limit(texts: pd.Series) -> pd.Series:
    """Return where a result is below or above a limit of the method (bool)."""
    return texts.astype("string").str.contains(LIMIT).fillna(False).astype(bool)


def _number(texts: pd.Series) -> pd.Series:
    def number(distinct: pd.Series) -> pd.Series:
        return pd.to_numeric(distinct, errors="coerce").astype("float64")

    return apply_to_distinct(texts, number)


def _reason(
    records: pd.DataFrame,
    value: pd.Series,
    text: pd.Series,
    words: pd.Series,
    limited: pd.Series,
    unit: pd.Series,
) -> pd.Series:
    """Return why there is no analysis value; None where there is one, or a result in words."""
    reasons = np.full(len(records), None, dtype=object)
    lacking = (value.isna() & ~(words & text.notna())).to_numpy()
    index, records = records.index, records[lacking]
    text, limited, unit = text[lacking], limited[lacking], unit[lacking]
    number = records["STRESN"].notna() | _number(records["ORRES"]).notna()
    found = records["STRESU"].where(records["STRESU"].notna(), records["ORRESU"]).astype(object)
    found = found.where(found.notna(), "without a unit")
    not_done = records["REASND"].where(records["REASND"].notna(), "no reason given").astype(object)
    reasons[lacking] = np.select(
        [records["STAT"].eq("NOT DONE"), text.isna() & ~number, limited, ~number],
        [
            "Not done: " + not_done,
            "No result",
            "Result is beyond a limit of the method",
            "Result is not a number",
        ],
        default="No conversion of " + found + " to " + unit.where(unit.ne(""), "a number"),
    )
    return pd.Series(reasons, index=index)
