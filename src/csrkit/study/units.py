"""Units of findings: one spelling each, and the factors into the standard unit of a test.

The table is `units.yml`. The analysis takes its units from it, and validation asks of it whether
they can be had.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from csrkit.files.yaml import read_yaml
from csrkit.study.derivations.findings import FindingTest

TABLE = Path(__file__).with_name("units.yml")


@cache
def unit_table() -> tuple[dict[str, str], dict[str, dict[str, FindingTest]]]:
    """Return other spellings of units, and the tests by domain and --TESTCD."""
    content = read_yaml(TABLE)
    tests = {
        domain: {code: FindingTest.model_validate(test) for code, test in known.items()}
        for domain, known in content["tests"].items()
    }
    return dict(content["synonyms"]), tests


def domain_tests(domain: str, own: Mapping[str, FindingTest]) -> dict[str, FindingTest]:
    """Return the tests of a domain by --TESTCD: of the table, and a study's beside or instead."""
    return {**unit_table()[1].get(domain, {}), **own}


def spell_units(units: pd.Series) -> pd.Series:
    """Return units in one spelling; None when missing."""
    synonyms, _ = unit_table()
    plain = {unit: str(unit).strip() for unit in units.dropna().unique()}
    spelled = units.map({unit: synonyms.get(text, text) for unit, text in plain.items()})
    return spelled.astype(object).where(units.notna(), None)


def find_conversion_factors(
    codes: pd.Series, units: pd.Series, tests: Mapping[str, FindingTest]
) -> pd.Series:
    """Return what brings a unit to the test's standard unit; NaN when nothing does.

    A missing unit will do only for a test whose standard unit is none (a ratio).

    Parameters
    ----------
    codes
        --TESTCD.
    units
        The unit of each record, in one spelling.
    tests
        Tests by --TESTCD.
    """
    factors = {
        (code, unit): factor
        for code, test in tests.items()
        for unit, factor in {**test.factors, test.unit: 1.0}.items()
    }
    code, all_codes = pd.factorize(codes, use_na_sentinel=False)
    unit, all_units = pd.factorize(units.where(units.notna(), ""))
    table = [[factors.get((one, other), np.nan) for other in all_units] for one in all_codes]
    values = np.array(table, dtype="float64").reshape(len(all_codes), len(all_units))[code, unit]
    return pd.Series(values, index=codes.index)
