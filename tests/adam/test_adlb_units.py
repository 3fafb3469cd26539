"""Laboratory results in the analysis unit, or the reason why not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from csrkit.adam.adlb_units import analysis_values, significant, unit_table
from csrkit.errors import DerivationError
from csrkit.study.derivations import LaboratoryTest

COLUMNS = [
    "LBTESTCD", "LBTEST", "LBORRES", "LBORRESU", "LBORNRLO", "LBORNRHI", "LBSTRESC", "LBSTRESN",
    "LBSTRESU", "LBSTNRLO", "LBSTNRHI", "LBSTAT", "LBREASND",
]  # fmt: skip


def values(*rows, tests=None):
    """Analysis values of results given as dictionaries."""
    lb = pd.DataFrame([{**dict.fromkeys(COLUMNS), "LBTEST": "Test", **row} for row in rows])
    numbers = ["LBSTRESN", "LBSTNRLO", "LBSTNRHI"]
    return analysis_values(lb.astype(dict.fromkeys(numbers, "float64")), tests or {})


def standard(code, number, unit, **more):
    text = str(number)
    return {"LBTESTCD": code, "LBSTRESN": number, "LBSTRESC": text, "LBSTRESU": unit, **more}


@pytest.mark.parametrize(
    ("code", "number", "unit", "expected"),
    [
        ("HGB", 120.0, "g/L", 120.0),
        ("HGB", 12.1, "g/dL", 121.0),
        ("HGB", 7.45, "mmol/L", 120.053025),
        ("WBC", 6400.0, "/uL", 6.4),
        ("WBC", 6.4, "GI/L", 6.4),
        ("WBC", 6.4, "10*3/uL", 6.4),
        ("BILI", 1.2, "mg/dL", 20.5248),
        ("CREAT", 1.0, "mg/dL", 88.402),
        ("GLUC", 100.0, "mg/dL", 5.5506),
        ("CA", 9.0, "mg/dL", 2.24559),
        ("CA", 4.5, "mEq/L", 2.25),
        ("ALT", 0.5, "µkat/L", 30.0),
        ("CRP", 1.5, "mg/dL", 15.0),
        ("IL6", 3.2, "ng/L", 3.2),
        ("INR", 1.1, "RATIO", 1.1),
        ("INR", 1.1, None, 1.1),
        ("HCT", 41.0, "%", 0.41),
        ("K", 0.0, "mEq/L", 0.0),
    ],
)
def test_a_value_is_brought_to_the_analysis_unit(code, number, unit, expected):
    row = values(standard(code, number, unit)).iloc[0]
    assert row["AVAL"] == expected
    assert row["AREASN"] is None
    assert row["AVALC"] is None


def test_the_normal_range_is_converted_with_the_value():
    row = values(standard("HGB", 12.1, "g/dL", LBSTNRLO=11.5, LBSTNRHI=15.0)).iloc[0]
    assert row[["ANRLO", "ANRHI"]].tolist() == [115, 150]
    assert row["PARAM"] == "Haemoglobin (g/L)"
    assert row["AVALU"] == "g/L"


def test_the_original_result_is_used_when_the_standard_one_cannot_be():
    row = values(
        standard("HGB", 121.0, "furlongs", LBORRES="12.1", LBORRESU="g/dL", LBORNRLO="11.5")
    ).iloc[0]
    assert row[["AVAL", "ANRLO"]].tolist() == [121, 115]


@pytest.mark.parametrize(
    ("row", "reason", "text"),
    [
        (standard("HGB", 12.0, "mmHg"), "No conversion of mmHg to g/L", "12.0"),
        (standard("HGB", 12.0, None), "No conversion of without a unit to g/L", "12.0"),
        (standard("HCT", 41.0, None), "No conversion of without a unit to fraction of 1", "41.0"),
        (
            {"LBTESTCD": "CRP", "LBSTRESC": "<5", "LBSTRESU": "mg/L", "LBORRES": "<5"},
            "Result is beyond a limit of the method",
            "<5",
        ),
        (
            standard("CRP", 5.0, "mg/L", LBSTRESC="< 5"),
            "Result is beyond a limit of the method",
            "< 5",
        ),
        (
            {"LBTESTCD": "CRP", "LBSTRESC": "HAEMOLYSED", "LBSTRESU": "mg/L"},
            "Result is not a number",
            "HAEMOLYSED",
        ),
        (
            {"LBTESTCD": "ALT", "LBSTAT": "NOT DONE", "LBREASND": "SAMPLE CLOTTED"},
            "Not done: SAMPLE CLOTTED",
            None,
        ),
        ({"LBTESTCD": "ALT", "LBSTAT": "NOT DONE"}, "Not done: no reason given", None),
        ({"LBTESTCD": "ALT", "LBSTRESU": "U/L"}, "No result", None),
    ],
)
def test_a_value_that_cannot_be_used_is_missing_with_its_reason(row, reason, text):
    found = values(row).iloc[0]
    assert np.isnan(found["AVAL"])
    assert found["AREASN"] == reason
    assert found["AVALC"] == text


def test_a_test_that_no_table_knows_keeps_its_one_unit():
    found = values(
        {**standard("XYZ", 3.5, "fmol"), "LBTEST": "Xylose"},
        {"LBTESTCD": "COLOR", "LBTEST": "Colour", "LBSTRESC": "AMBER"},
    )
    assert found["PARAM"].tolist() == ["Xylose (fmol)", "Colour"]
    assert found["AVAL"].iloc[0] == 3.5
    assert found["AVALC"].iloc[1] == "AMBER"


def test_a_test_that_no_table_knows_in_two_units_is_an_error_that_says_what_to_do():
    rows = [standard("XYZ", 3.5, "fmol"), standard("XYZ", 3.5, "pmol")]
    with pytest.raises(DerivationError, match=r"XYZ[\s\S]*fmol, pmol[\s\S]*derivations.adlb.tests"):
        values(*rows)
    own = {"XYZ": LaboratoryTest(name="Xylose", unit="fmol", factors={"pmol": 1000})}
    assert values(*rows, tests=own)["AVAL"].tolist() == [3.5, 3500]


def test_every_factor_of_the_table_is_positive_and_every_synonym_leads_to_a_plain_unit():
    synonyms, tests = unit_table()
    assert all(factor > 0 for test in tests.values() for factor in test.factors.values())
    assert not set(synonyms) & set(synonyms.values())


@pytest.mark.parametrize(
    ("test", "molar_mass"),
    [
        ("BILI", 584.66), ("CREAT", 113.12), ("GLUC", 180.16), ("CA", 40.078), ("MG", 24.305),
        ("PHOS", 30.974), ("UREAN", 28.014), ("URATE", 168.11), ("CHOL", 386.65), ("TRIG", 885.4),
    ],
)  # fmt: skip
def test_the_factors_of_the_table_follow_from_molar_masses(test, molar_mass):
    description = unit_table()[1][test]
    in_unit = {"umol/L": 1e4, "mmol/L": 10.0}[description.unit]
    assert description.factors["mg/dL"] == pytest.approx(in_unit / molar_mass, rel=5e-5)


def test_significant_digits_remove_the_noise_of_a_conversion_and_no_more():
    noisy = pd.Series([0.1 * 3, 0.0, -1234567.1234567, np.nan])
    assert significant(noisy).tolist()[:3] == [0.3, 0.0, -1234567.123]
