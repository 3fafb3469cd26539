"""Results of findings in the analysis unit, or the reason why not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from csrkit.adam.common.variables import round_off_noise
from csrkit.adam.findings.values import derive_values
from csrkit.errors import DerivationError
from csrkit.study.derivations.findings import Findings, FindingTest
from csrkit.study.units import unit_table

COLUMNS = [
    "TESTCD", "TEST", "ORRES", "ORRESU", "ORNRLO", "ORNRHI", "STRESC", "STRESN", "STRESU",
    "STNRLO", "STNRHI", "STAT", "REASND",
]  # fmt: skip


def values(*rows, domain="LB", **settings):
    """Analysis values of results given as dictionaries."""
    given = pd.DataFrame([{**dict.fromkeys(COLUMNS), "TEST": "Test", **row} for row in rows])
    given = given.astype(dict.fromkeys(["STRESN", "STNRLO", "STNRHI"], "float64"))
    own = Findings(unscheduled="^UNSCHEDULED", repeated="last", **settings)
    return pd.DataFrame(derive_values(given, domain, own))


def standard(code, number, unit, **more):
    return {"TESTCD": code, "STRESN": number, "STRESC": str(number), "STRESU": unit, **more}


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
    row = values(standard("HGB", 12.1, "g/dL", STNRLO=11.5, STNRHI=15.0)).iloc[0]
    assert row[["ANRLO", "ANRHI"]].tolist() == [115, 150]
    assert row["PARAM"] == "Haemoglobin (g/L)"
    assert row["AVALU"] == "g/L"


def test_the_original_result_is_used_when_the_standard_one_cannot_be():
    row = values(
        standard("HGB", 121.0, "furlongs", ORRES="12.1", ORRESU="g/dL", ORNRLO="11.5")
    ).iloc[0]
    assert row[["AVAL", "ANRLO"]].tolist() == [121, 115]


@pytest.mark.parametrize(
    ("limits", "expected"), [({"STNRLO": 3.0, "STNRHI": 21.0}, [3, 21]), ({}, [3.4208, 20.5248])]
)
def test_the_normal_range_of_a_result_that_is_no_number_is_the_standard_one(limits, expected):
    original = {"ORRES": "<0.2", "ORRESU": "mg/dL", "ORNRLO": "0.2", "ORNRHI": "1.2"}
    row = values(
        {"TESTCD": "BILI", "STRESC": "<3.42", "STRESU": "umol/L", **original, **limits}
    ).iloc[0]
    assert row[["ANRLO", "ANRHI"]].tolist() == expected
    assert np.isnan(row["AVAL"])


@pytest.mark.parametrize(
    ("row", "reason", "text"),
    [
        (standard("HGB", 12.0, "mmHg"), "No conversion of mmHg to g/L", "12.0"),
        (standard("HGB", 12.0, None), "No conversion of without a unit to g/L", "12.0"),
        (standard("HCT", 41.0, None), "No conversion of without a unit to fraction of 1", "41.0"),
        (
            {"TESTCD": "CRP", "STRESC": "<5", "STRESU": "mg/L", "ORRES": "<5"},
            "Result is beyond a limit of the method",
            "<5",
        ),
        (
            standard("CRP", 5.0, "mg/L", STRESC="< 5"),
            "Result is beyond a limit of the method",
            "< 5",
        ),
        (
            {"TESTCD": "CRP", "STRESC": "HAEMOLYSED", "STRESU": "mg/L"},
            "Result is not a number",
            "HAEMOLYSED",
        ),
        (
            {"TESTCD": "ALT", "STAT": "NOT DONE", "REASND": "SAMPLE CLOTTED"},
            "Not done: SAMPLE CLOTTED",
            None,
        ),
        ({"TESTCD": "ALT", "STAT": "NOT DONE"}, "Not done: no reason given", None),
        ({"TESTCD": "ALT", "STRESU": "U/L"}, "No result", None),
    ],
)
def test_a_value_that_cannot_be_used_is_missing_with_its_reason(row, reason, text):
    found = values(row).iloc[0]
    assert np.isnan(found["AVAL"])
    assert found["AREASN"] == reason
    assert found["AVALC"] == text


def test_a_test_that_no_table_knows_keeps_its_one_unit():
    found = values(
        {**standard("XYZ", 3.5, "fmol"), "TEST": "Xylose"},
        {"TESTCD": "COLOR", "TEST": "Colour", "STRESC": "AMBER"},
    )
    assert found["PARAM"].tolist() == ["Xylose (fmol)", "Colour"]
    assert found["AVAL"].iloc[0] == 3.5
    assert found["AVALC"].iloc[1] == "AMBER"


def test_a_test_that_no_table_knows_in_two_units_is_an_error_that_says_what_to_do():
    rows = [standard("XYZ", 3.5, "fmol"), standard("XYZ", 3.5, "pmol")]
    with pytest.raises(DerivationError, match=r"XYZ[\s\S]*fmol, pmol[\s\S]*derivations.adlb.tests"):
        values(*rows)
    own = {"XYZ": FindingTest(name="Xylose", unit="fmol", factors={"pmol": 1000})}
    assert values(*rows, tests=own)["AVAL"].tolist() == [3.5, 3500]


def test_a_result_in_words_is_no_number_and_needs_no_reason():
    found = values(
        {"TESTCD": "INTP", "STRESC": "NORMAL", "ORRES": "normal"},
        {"TESTCD": "INTP", "STRESC": "1", "STRESN": 1.0},
        {"TESTCD": "INTP", "STAT": "NOT DONE"},
        domain="EG",
        character=("INTP",),
    )
    assert found["AVAL"].isna().all()
    assert found["AVALC"].tolist() == ["NORMAL", "1", None]
    assert found["AREASN"].tolist() == [None, None, "Not done: no reason given"]


def test_a_pressure_without_a_standard_result_is_taken_as_collected():
    row = {"TESTCD": "SYSBP", "ORRES": "16", "ORRESU": "kPa"}
    assert values(row, domain="VS")["AVAL"].tolist() == [120.009872]


def test_every_factor_of_the_table_is_positive_and_every_synonym_leads_to_a_plain_unit():
    synonyms, domains = unit_table()
    tests = [test for known in domains.values() for test in known.values()]
    assert all(factor > 0 for test in tests for factor in test.factors.values())
    assert not set(synonyms) & set(synonyms.values())


@pytest.mark.parametrize(
    ("test", "molar_mass"),
    [
        ("BILI", 584.66), ("CREAT", 113.12), ("GLUC", 180.16), ("CA", 40.078), ("MG", 24.305),
        ("PHOS", 30.974), ("UREAN", 28.014), ("URATE", 168.11), ("CHOL", 386.65), ("TRIG", 885.4),
    ],
)  # fmt: skip
def test_the_factors_of_the_table_follow_from_molar_masses(test, molar_mass):
    description = unit_table()[1]["LB"][test]
    in_unit = {"umol/L": 1e4, "mmol/L": 10.0}[description.unit]
    assert description.factors["mg/dL"] == pytest.approx(in_unit / molar_mass, rel=5e-5)


def test_significant_digits_remove_the_noise_of_a_conversion_and_no_more():
    noisy = pd.Series([0.1 * 3, 0.0, -1234567.1234567, np.nan])
    assert round_off_noise(noisy).tolist()[:3] == [0.3, 0.0, -1234567.123]
