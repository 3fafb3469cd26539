"""A value is graded by the criterion of its specimen, and in a unit that converts exactly."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from csrkit.stats.ctcae import grade_labs
from csrkit.stats.ctcae.criteria import load_criteria
from csrkit.study.units import spell_units, unit_table


def grade(paramcd, value, unit, low, high, specimen=None, base=np.nan):
    record = pd.DataFrame([[paramcd, value, unit, low, high, base, specimen]])
    record.columns = pd.Index(["PARAMCD", "AVAL", "AVALU", "ANRLO", "ANRHI", "BASE", "SPEC"])
    return grade_labs(record).iloc[0]


@pytest.mark.parametrize("specimen", ["ARTERIAL BLOOD", "BLOOD, VENOUS", "Serum", "PLASMA"])
def test_a_ph_of_blood_is_graded(specimen):
    assert grade("PH", 7.25, None, 7.35, 7.45, specimen)["ATOXGR"] == "-3"
    assert grade("PH", 7.55, None, 7.35, 7.45, specimen)["ATOXGR"] == "3"
    assert grade("PH", 7.4, None, 7.35, 7.45, specimen)["ATOXGR"] == "0"


@pytest.mark.parametrize(
    ("specimen", "reason"),
    [
        ("URINE", "specimen is URINE; CTCAE v5.0 grades PH of blood"),
        ("GASTRIC FLUID", "specimen is GASTRIC FLUID; CTCAE v5.0 grades PH of blood"),
        (None, "specimen is missing; CTCAE v5.0 grades PH of blood"),
    ],
)
def test_a_ph_of_another_or_an_untold_specimen_is_not_graded(specimen, reason):
    found = grade("PH", 5.5, None, 5, 8, specimen)
    assert (found["REASONL"], found["REASONH"]) == (reason, reason)
    assert found[["ATOXDSCL", "ATOXDSCH", "ATOXGRL", "ATOXGRH", "ATOXGR"]].isna().all()


@pytest.mark.parametrize(
    ("paramcd", "value", "unit"),
    [
        ("GLUC", 0, "mmol/L"),
        ("WBC", 0.1, "10^9/L"),
        ("CREAT", 9000, "umol/L"),
        ("K", 40, "mmol/L"),
    ],
)
def test_what_is_common_in_urine_is_not_graded_as_of_blood(paramcd, value, unit):
    assert grade(paramcd, value, unit, 1, 2, "URINE")[["ATOXGRL", "ATOXGRH"]].isna().all()
    assert grade(paramcd, value, unit, 1, 2, "SERUM")["ATOXGR"] is not None
    assert grade(paramcd, value, unit, 1, 2, None)["ATOXGR"] is not None


def test_protein_excreted_is_of_urine():
    assert grade("PROTEXR", 3.6, "g/day", 0, 0.15, "URINE")["ATOXGRH"] == "3"
    assert grade("PROTEXR", 3.6, "g/day", 0, 0.15)["ATOXGRH"] == "3"
    assert "of urine" in grade("PROTEXR", 3.6, "g/day", 0, 0.15, "SERUM")["REASONH"]


@pytest.mark.parametrize(
    ("paramcd", "unit", "high"),
    [
        ("PROTEXR", "g/L", "unit is not one that the criterion knows: g/L"),
        ("PROTEXR", None, "unit is missing"),
        ("CAION", "mg/dL", "unit is not one that the criterion knows: mg/dL"),
        ("EOS", None, None),
    ],
)
def test_a_unit_that_does_not_convert_gives_no_grade(paramcd, unit, high):
    found = grade(paramcd, 9, unit, 0, 1)
    assert found["REASONH"] == high
    assert (found["ATOXGRH"] is None) == (high is not None)


@pytest.mark.parametrize(
    ("paramcd", "side"),
    [
        *[("GLUC", "H"), ("PHOS", "L"), ("PHOS", "H"), ("TROPONI", "H"), ("TROPONT", "H")],
        *[("GFRE", "L"), ("CREATCLR", "L"), ("LIPASE", "L"), ("AMYLASE", "L"), ("PO2", "L")],
    ],
)
def test_what_a_value_does_not_tell_is_left_ungraded_with_the_reason(paramcd, side):
    found = grade(paramcd, 1, "U/L", 2, 3 if side == "L" else 0.5)
    assert found[f"ATOXGR{side}"] is None
    assert found[f"REASON{side}"] == load_criteria("5.0").not_gradeable[paramcd, side]


def test_every_graded_parameter_has_an_analysis_unit_that_its_criteria_know():
    criteria = load_criteria("5.0")
    tests = unit_table()[1]["LB"]
    assert {paramcd for paramcd, _ in criteria.by_parameter} <= set(tests)
    for (paramcd, side), choices in criteria.by_parameter.items():
        unit = tests[paramcd].unit or None
        specimen = choices[0].specimen.upper()
        found = grade(paramcd, 1, unit, 2, 3, specimen, base=1)
        assert found[f"ATOXGR{side}"] is not None, (paramcd, choices[0].term)


@pytest.mark.parametrize(
    ("paramcd", "unit", "value", "expected"),
    [
        ("FIBRINO", "mg/dL", 200, 2),
        ("HAPTOG", "mg/L", 300, 0.3),
        ("CD4", "cells/uL", 200, 0.2),
        ("CAION", "mEq/L", 2, 1),
        ("PROTEXR", "mg/24h", 3500, 3.5),
        ("TSH", "µIU/mL", 4, 4),
        ("HGBMET", "fraction of 1", 0.015, 1.5),
        ("PH", "pH", 7.4, 7.4),
        ("BICARB", "mEq/L", 22, 22),
    ],
)
def test_units_convert_exactly(paramcd, unit, value, expected):
    test = unit_table()[1]["LB"][paramcd]
    spelled = spell_units(pd.Series([unit]))[0]
    assert value * {test.unit: 1.0, **test.factors}[spelled] == pytest.approx(expected, rel=1e-12)
