"""Laboratory results in one analysis unit a test, by the table `lab_units.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from csrkit.adam.distinct import each_once
from csrkit.errors import DerivationError
from csrkit.study.derivations import LaboratoryTest
from csrkit.study.loader import read_yaml

TABLE = Path(__file__).with_name("lab_units.yml")
LIMIT = r"^\s*[<>≤≥]"
DIGITS = 10
"""Significant digits kept of a converted value, so that 1.2 g/dL is 12 g/L and no more."""


@cache
def unit_table() -> tuple[dict[str, str], dict[str, LaboratoryTest]]:
    """Return other spellings of units, and the tests by LBTESTCD, of `lab_units.yml`."""
    content = read_yaml(TABLE)
    tests = {code: LaboratoryTest.model_validate(test) for code, test in content["tests"].items()}
    return dict(content["synonyms"]), tests


def analysis_values(lb: pd.DataFrame, own_tests: Mapping[str, LaboratoryTest]) -> pd.DataFrame:
    """Return analysis value, unit and normal range of laboratory records.

    The value in standard units (LBSTRESN, LBSTRESU) is taken when it can be brought to the analysis
    unit, else the original one (LBORRES, LBORRESU). Limits of normal come from the same unit. A
    result such as "<5" is no number. A test that no table knows keeps its unit.

    Parameters
    ----------
    lb
        LBTESTCD LBTEST LBORRES LBORRESU LBORNRLO LBORNRHI LBSTRESC LBSTRESN LBSTRESU LBSTNRLO
        LBSTNRHI LBSTAT LBREASND.
    own_tests
        Tests of the study, beside or instead of those of the table.

    Returns
    -------
    DataFrame
        Index of `lb`: PARAM, AVAL, AVALU (None without unit), AVALC (the result as text where it
        is no number), AREASN (why AVAL is missing), ANRLO, ANRHI.

    Raises
    ------
    DerivationError
        When a test that no table knows comes in several units.
    """
    synonyms, tests = unit_table()
    tests = {**tests, **own_tests}
    standard = _unit(lb["LBSTRESU"], synonyms)
    original = _unit(lb["LBORRESU"], synonyms)
    tests = tests | _unlisted(lb, standard.where(standard.notna(), original), tests)
    unit = lb["LBTESTCD"].map({code: test.unit for code, test in tests.items()})
    by_standard = _factor(lb["LBTESTCD"], standard, tests)
    by_original = _factor(lb["LBTESTCD"], original, tests)
    text = lb["LBSTRESC"].where(lb["LBSTRESC"].notna(), lb["LBORRES"]).astype("object")
    limited = each_once(text, _beyond_limit)
    use_standard = lb["LBSTRESN"].notna() & by_standard.notna()
    factor = by_standard.where(use_standard, by_original)
    columns = {"AVAL": ("LBSTRESN", "LBORRES"), "ANRLO": ("LBSTNRLO", "LBORNRLO"),
               "ANRHI": ("LBSTNRHI", "LBORNRHI")}  # fmt: skip
    numbers = {
        name: significant(
            lb[first].astype("float64").where(use_standard, _number(lb[other])) * factor
        )
        for name, (first, other) in columns.items()
    }
    value = numbers["AVAL"].mask(limited)
    known_unit = unit.where(unit != "", None).astype("object")
    return pd.DataFrame(
        {
            "PARAM": lb["LBTESTCD"].map({code: _named(test) for code, test in tests.items()}),
            **numbers,
            "AVAL": value,
            "AVALU": known_unit.where(known_unit.notna(), None),
            "AVALC": text.where(value.isna() & text.notna(), None),
            "AREASN": _reason(lb, value, text, limited, unit),
        }
    )


def _named(test: LaboratoryTest) -> str:
    """Return a test's name with its analysis unit."""
    return f"{test.name} ({test.unit})" if test.unit else test.name


def _beyond_limit(texts: pd.Series) -> pd.Series:
    """Return where a result is below or above a limit of the method (bool)."""
    return texts.astype("string").str.contains(LIMIT).fillna(False).astype(bool)


def significant(values: pd.Series) -> pd.Series:
    """Round to `DIGITS` significant digits."""
    size = np.floor(np.log10(values.abs().where(values != 0, 1.0)))
    scale = 10.0 ** (DIGITS - 1 - size)
    rounded: pd.Series = (values * scale).round() / scale
    return rounded


def _unit(units: pd.Series, synonyms: Mapping[str, str]) -> pd.Series:
    """Return units in one spelling; None when missing."""

    def spelled(texts: pd.Series) -> pd.Series:
        plain = texts.str.strip() if texts.notna().any() else texts
        return plain.map(lambda unit: synonyms.get(unit, unit)).astype("object")

    return each_once(units.astype("object"), spelled)


def _factor(codes: pd.Series, units: pd.Series, tests: Mapping[str, LaboratoryTest]) -> pd.Series:
    """Return what brings a unit to the test's analysis unit; NaN when nothing does.

    A missing unit will do only for a test whose analysis unit is none (a ratio).
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


def _unlisted(
    lb: pd.DataFrame, units: pd.Series, tests: Mapping[str, LaboratoryTest]
) -> dict[str, LaboratoryTest]:
    """Return the tests that no table knows, each with the one unit that it comes in."""
    others = pd.DataFrame({"CODE": lb["LBTESTCD"], "NAME": lb["LBTEST"], "UNIT": units})
    others = others[others["CODE"].notna() & ~others["CODE"].isin(list(tests))]
    with_unit = others[others["UNIT"].notna()].drop_duplicates(["CODE", "UNIT"])
    several = with_unit[with_unit["CODE"].duplicated(keep=False)]
    if not several.empty:
        code = several["CODE"].iloc[0]
        raise DerivationError(
            "A laboratory test comes in several units, and none is its analysis unit",
            where=f"LB, LBTESTCD={code}",
            found=", ".join(several.loc[several["CODE"] == code, "UNIT"]),
            allowed="a test of lab_units.yml or of derivations.adlb.tests, or one unit",
            remedy="Describe the test under derivations.adlb.tests in study.yml.",
        )
    unit_of = with_unit.set_index("CODE")["UNIT"].to_dict()
    name_of = others.drop_duplicates("CODE").set_index("CODE")["NAME"].to_dict()
    return {
        str(code): LaboratoryTest(name=name or str(code), unit=unit_of.get(code, ""), factors={})
        for code, name in name_of.items()
    }


def _number(texts: pd.Series) -> pd.Series:
    def number(distinct: pd.Series) -> pd.Series:
        return pd.to_numeric(distinct, errors="coerce").astype("float64")

    return each_once(texts, number)


def _reason(
    lb: pd.DataFrame, value: pd.Series, text: pd.Series, limited: pd.Series, unit: pd.Series
) -> pd.Series:
    """Return why an analysis value is missing; None where it isn't."""
    reasons = np.full(len(lb), None, dtype=object)
    index, lacking = lb.index, value.isna().to_numpy()
    lb, text, limited, unit = lb[lacking], text[lacking], limited[lacking], unit[lacking]
    number = lb["LBSTRESN"].notna() | _number(lb["LBORRES"]).notna()
    found = lb["LBSTRESU"].where(lb["LBSTRESU"].notna(), lb["LBORRESU"]).astype("object")
    found = found.where(found.notna(), "without a unit")
    not_done = lb["LBREASND"].where(lb["LBREASND"].notna(), "no reason given").astype("object")
    reasons[lacking] = np.select(
        [lb["LBSTAT"].eq("NOT DONE"), text.isna() & ~number, limited, ~number],
        [
            "Not done: " + not_done,
            "No result",
            "Result is beyond a limit of the method",
            "Result is not a number",
        ],
        default="No conversion of " + found + " to " + unit.where(unit != "", "a number"),
    )
    return pd.Series(reasons, index=index)
