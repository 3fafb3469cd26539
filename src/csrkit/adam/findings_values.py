"""Results of vital signs, ECG and questionnaires in one unit a test, by `findings_units.yml`."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from csrkit.errors import DerivationError
from csrkit.study.derivations import LaboratoryTest
from csrkit.study.loader import read_yaml

TABLE = Path(__file__).with_name("findings_units.yml")


@cache
def unit_table(domain: str) -> tuple[dict[str, str], dict[str, LaboratoryTest]]:
    """Return other spellings of units, and a domain's tests by --TESTCD."""
    content = read_yaml(TABLE)
    tests = content["tests"].get(domain, {})
    known = {code: LaboratoryTest.model_validate(test) for code, test in tests.items()}
    return dict(content["synonyms"]), known


def analysis_values(
    records: pd.DataFrame, domain: str, character: Collection[str]
) -> dict[str, pd.Series]:
    """Return analysis value, unit and name of findings.

    The value is the standard result, in the analysis unit. A test that no table knows keeps its
    name and unit.

    Parameters
    ----------
    records
        TESTCD TEST ORRES STRESC STRESN STRESU STAT REASND.
    domain
        For example `"VS"`.
    character
        TESTCD of tests whose results are words.

    Returns
    -------
    dict of Series
        Index of `records`: PARAM; AVAL; AVALU (None without unit); AVALC, the result as text of
        a test in words, and where a result is no number; AREASN, why there is no result.

    Raises
    ------
    DerivationError
        When a test that no table knows comes in several units.
    """
    synonyms, tests = unit_table(domain)
    code, words = records["TESTCD"], records["TESTCD"].isin(list(character))
    found = records["STRESU"].astype(object).where(records["STRESU"].notna(), None)
    found = found.map(lambda unit: synonyms.get(unit, unit)).astype(object)
    tests = tests | _unlisted(records, found, tests, domain)
    unit = code.map({name: test.unit for name, test in tests.items()}).astype(object)
    factors = {
        (name, known): factor
        for name, test in tests.items()
        for known, factor in {**test.factors, test.unit: 1.0}.items()
    }
    pairs = pd.Series(list(zip(code, found.where(found.notna(), ""), strict=True)), records.index)
    value = (records["STRESN"] * pairs.map(factors).astype("float64")).mask(words)
    text = records["STRESC"].where(records["STRESC"].notna(), records["ORRES"]).astype(object)
    names = code.map({name: test.name for name, test in tests.items()}).astype(object)
    return {
        "PARAM": (names + " (" + unit + ")").where(unit != "", names),
        "AVAL": value,
        "AVALU": unit.where(unit != "", None),
        "AVALC": text.where(value.isna() & text.notna(), None),
        "AREASN": _reason(records, value, text, words, found),
    }


def _unlisted(
    records: pd.DataFrame, units: pd.Series, tests: dict[str, LaboratoryTest], domain: str
) -> dict[str, LaboratoryTest]:
    """Return the tests that no table knows, each with the one unit that it comes in."""
    others = pd.DataFrame({"CODE": records["TESTCD"], "NAME": records["TEST"], "UNIT": units})
    others = others[~others["CODE"].isin(list(tests))]
    with_unit = others[others["UNIT"].notna()].drop_duplicates(["CODE", "UNIT"])
    several = with_unit[with_unit["CODE"].duplicated(keep=False)]
    if not several.empty:
        code = several["CODE"].iloc[0]
        raise DerivationError(
            "A test comes in several units, and none is its analysis unit",
            where=f"{domain}.{domain}STRESU, {domain}TESTCD={code}",
            found=", ".join(several.loc[several["CODE"] == code, "UNIT"]),
            allowed="a test of findings_units.yml, or one standard unit",
            remedy=f"Deliver {domain}STRESN of this test in one unit.",
        )
    unit_of = with_unit.set_index("CODE")["UNIT"].to_dict()
    name_of = others.sort_values("NAME").drop_duplicates("CODE").set_index("CODE")["NAME"].to_dict()
    return {
        str(code): LaboratoryTest(name=name or str(code), unit=unit_of.get(code, ""), factors={})
        for code, name in name_of.items()
    }


def _reason(
    records: pd.DataFrame, value: pd.Series, text: pd.Series, words: pd.Series, unit: pd.Series
) -> pd.Series:
    """Return why there is no analysis value; None where there is one, or a result in words."""
    not_done = records["REASND"].astype(object)
    not_done = not_done.where(not_done.notna(), "no reason given")
    spelled = unit.where(unit.notna(), "no unit").astype(object)
    reasons = np.select(
        [
            value.notna() | (words & text.notna()),
            records["STAT"].eq("NOT DONE"),
            text.isna() & records["STRESN"].isna(),
            records["STRESN"].isna(),
        ],
        ["", "Not done: " + not_done, "No result", "Result is not a number"],
        default="No conversion from " + spelled,
    )
    out = pd.Series(reasons, index=records.index).astype(object)
    return out.where(out != "", None)
