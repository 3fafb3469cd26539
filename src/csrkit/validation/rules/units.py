"""Units of results, as columns that rules look at.

================================  ==========================================================
`LBSTRESU_CONVERTIBLE`            whether the unit can be brought to the test's standard unit
                                  (bool; missing where the unit is, or no table knows the test)
`LBORRES_AS_STANDARD`             the collected number in the unit of the standard result
`LBSTRESC_STEP`                   step between numbers with as many decimals: 0.01 for 7.44
================================  ==========================================================
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pandas as pd

from csrkit.study import Study
from csrkit.study.derivations.findings import Findings, FindingTest
from csrkit.study.units import domain_tests, find_conversion_factors, spell_units, unit_table

CONVERTIBLE, AS_STANDARD, STEP = "_CONVERTIBLE", "_AS_STANDARD", "_STEP"
ENDINGS = (CONVERTIBLE, AS_STANDARD, STEP)
DECIMAL = re.compile(r"\s*[-+]?\d+(?:[.,](\d*))?\s*")

# Domain → --TESTCD → test.
Tests = Mapping[str, Mapping[str, FindingTest]]


def load_tests(study: Study) -> Tests:
    """Return the tests of the table of units, and those of the study beside or instead of them."""
    own = {
        name.removeprefix("AD"): section.tests
        for name, section in study.derivations.sections().items()
        if isinstance(section, Findings)
    }
    domains = {*unit_table()[1], *own}
    return {domain: domain_tests(domain, own.get(domain, {})) for domain in domains}


def unit_column(frame: pd.DataFrame, variable: str, ending: str, tests: Tests) -> pd.Series | None:
    """Return one of the columns above; None when a variable it needs isn't there.

    Parameters
    ----------
    frame
        Records of a domain of findings.
    variable
        The variable that the column is about; its first two letters are the domain.
    ending
        One of `ENDINGS`.
    tests
        Tests that a unit is known for.
    """
    if variable not in frame:
        return None
    if ending == STEP:
        return _each(frame[variable], _step)
    domain = variable[:2]
    known = tests.get(domain, {})
    code, original, standard = (f"{domain}{name}" for name in ("TESTCD", "ORRESU", "STRESU"))
    if ending == CONVERTIBLE:
        return _convertible(frame, variable, code, known) if code in frame else None
    if not {code, original, standard} <= set(frame):
        return None
    before, after = spell_units(frame[original]), spell_units(frame[standard])
    factor = find_conversion_factors(frame[code], before, known)
    factor = factor / find_conversion_factors(frame[code], after, known)
    same = before.fillna("").eq(after.fillna(""))
    return _each(frame[variable], parse_number) * factor.mask(same, 1.0)


def parse_number(text: str) -> float:
    """Return the number that a text is, with decimal point or comma; NaN when it is none."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return float("nan")


def _convertible(
    frame: pd.DataFrame, variable: str, code: str, known: Mapping[str, FindingTest]
) -> pd.Series:
    factor = find_conversion_factors(frame[code], spell_units(frame[variable]), known)
    asked = frame[code].isin(list(known)) & frame[variable].notna()
    return factor.notna().astype(object).where(asked, None)


def _step(text: str) -> float:
    decimal = DECIMAL.fullmatch(text)
    return 10.0 ** -len(decimal[1] or "") if decimal else float("nan")


def _each(texts: pd.Series, function: Callable[[str], float]) -> pd.Series:
    """Return a number for each text, NaN for none; many records have the same text."""
    made = {text: function(str(text)) for text in texts.dropna().unique()}
    return texts.map(made).astype("float64")
