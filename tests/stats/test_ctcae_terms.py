"""Every laboratory term of CTCAE v5.0 that a value can tell, with a value of each grade.

The table is written from the text of CTCAE v5.0 (NCI, 27 November 2017), not from the file of
criteria. Ionized calcium is listed by itself, since it has limits of its own.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from csrkit.stats.ctcae import grade_labs
from csrkit.stats.ctcae_criteria import load_criteria

# Term, parameter, direction, unit, LLN, ULN, value:grade; the baseline is unknown.
TABLE = """
Anemia|HGB|L|g/L|120|160|120:0 119:1 100:1 99:2 80:2 79:3
Hemoglobin increased|HGB|H|g/L|120|160|160:0 161:1 181:2 201:3
White blood cell decreased|WBC|L|10^9/L|4|10|4:0 3.9:1 2.9:2 1.9:3 0.9:4
Leukocytosis|WBC|H|10^9/L|4|10|100:0 101:3
Neutrophil count decreased|NEUT|L|10^9/L|2|7|2:0 1.9:1 1.4:2 0.9:3 0.4:4
Lymphocyte count decreased|LYM|L|10^9/L|1|3|1:0 0.9:1 0.7:2 0.4:3 0.1:4
Lymphocyte count increased|LYM|H|10^9/L|1|3|4:0 4.1:2 20.1:3
Platelet count decreased|PLAT|L|10^9/L|150|400|150:0 149:1 74:2 49:3 24:4
CD4 lymphocytes decreased|CD4|L|10^9/L|0.6|1|0.6:0 0.59:1 0.49:2 0.19:3 0.04:4
Eosinophilia|EOS|H|10^9/L|0|0.5|0.5:0 0.51:1 50:1
Haptoglobin decreased|HAPTOG|L|g/L|0.3|2|0.3:0 0.29:1 0:1
Fibrinogen decreased|FIBRINO|L|g/L|2|4|2:0 1.9:1 1.4:2 0.9:3 0.49:4
INR increased|INR|H||0.8|1.1|1.2:0 1.3:1 1.6:2 2.6:3
Activated partial thromboplastin time prolonged|APTT|H|s|25|40|40:0 41:1 61:2 101:3
Alanine aminotransferase increased|ALT|H|U/L|0|40|40:0 41:1 121:2 201:3 801:4
Aspartate aminotransferase increased|AST|H|U/L|0|40|40:0 41:1 121:2 201:3 801:4
Alkaline phosphatase increased|ALP|H|U/L|0|100|100:0 101:1 251:2 501:3 2001:4
GGT increased|GGT|H|U/L|0|100|100:0 101:1 251:2 501:3 2001:4
Blood bilirubin increased|BILI|H|umol/L|0|20|20:0 21:1 31:2 61:3 201:4
Blood lactate dehydrogenase increased|LDH|H|U/L|100|250|250:0 251:1 9999:1
CPK increased|CK|H|U/L|0|100|100:0 101:1 251:2 501:3 1001:4
Lipase increased|LIPASE|H|U/L|0|100|100:0 101:1 151:2 201:3 501:4
Serum amylase increased|AMYLASE|H|U/L|0|100|100:0 101:1 151:2 201:3 501:4
Creatinine increased|CREAT|H|umol/L|40|100|100:0 101:1 151:2 301:3 601:4
Hypoalbuminemia|ALB|L|g/L|35|50|35:0 34:1 29:2 19:3
Hyponatremia|SODIUM|L|mmol/L|135|145|135:0 134:1 130:1 129:3 119:4
Hypernatremia|SODIUM|H|mmol/L|135|145|145:0 146:1 151:2 156:3 161:4
Hypokalemia|K|L|mmol/L|3.5|5|3.5:0 3.4:2 3:2 2.9:3 2.4:4
Hyperkalemia|K|H|mmol/L|3.5|5|5:0 5.1:1 5.6:2 6.1:3 7.1:4
Hypocalcemia|CACORR|L|mmol/L|2.2|2.6|2.2:0 2.1:1 1.9:2 1.7:3 1.4:4
Hypercalcemia|CACORR|H|mmol/L|2.2|2.6|2.6:0 2.7:1 3:2 3.2:3 3.5:4
Hypocalcemia|CAION|L|mmol/L|1.15|1.3|1.15:0 1.1:1 0.95:2 0.85:3 0.75:4
Hypercalcemia|CAION|H|mmol/L|1.15|1.3|1.3:0 1.4:1 1.55:2 1.7:3 1.9:4
Hypomagnesemia|MG|L|mmol/L|0.7|1|0.7:0 0.6:1 0.45:2 0.35:3 0.25:4
Hypermagnesemia|MG|H|mmol/L|0.7|1|1:0 1.1:1 1.24:3 3.4:4
Hypoglycemia|GLUC|L|mmol/L|3.9|5.6|3.9:0 3.8:1 2.9:2 2.1:3 1.6:4
Hyperuricemia|URATE|H|umol/L|200|400|400:0 401:3
Cholesterol high|CHOL|H|mmol/L|3|5.2|5.2:0 5.3:1 7.8:2 10.4:3 13:4
Hypertriglyceridemia|TRIG|H|mmol/L|0.5|1.7|1.7:0 1.71:1 3.43:2 5.71:3 11.41:4
"""
TERMS = [line.split("|") for line in TABLE.split("\n") if line]


def graded(paramcd, unit, low, high, values, base=np.nan):
    records = pd.DataFrame({"AVAL": [float(value) for value in values]})
    records = records.assign(
        PARAMCD=paramcd, AVALU=unit, ANRLO=float(low), ANRHI=float(high), BASE=float(base)
    )
    return grade_labs(records, assume=["symptomatic", "physiologic_consequences"])


@pytest.mark.parametrize(
    ("term", "paramcd", "side", "unit", "low", "high", "grades"),
    TERMS,
    ids=[f"{one[1]}-{one[2]}" for one in TERMS],
)
def test_a_value_of_each_grade_has_it(term, paramcd, side, unit, low, high, grades):
    values, expected = zip(*(pair.split(":") for pair in grades.split()), strict=True)
    found = graded(paramcd, unit, low, high, values)
    assert set(found[f"ATOXDSC{side}"]) == {term}
    assert found[f"ATOXGR{side}"].tolist() == list(expected)


def test_the_table_holds_39_terms_and_every_criterion_of_the_library():
    assert len({(one[0], one[1]) for one in TERMS}) == 39
    listed = {(one[1], one[2]) for one in TERMS}
    # CACR is another name of corrected calcium.
    assert listed == {key for key in load_criteria("5.0").by_parameter if key[0] != "CACR"}


@pytest.mark.parametrize(
    ("value", "base", "grade"),
    [
        (1.9, 2.5, "1"),
        (1.9, 2.6, "2"),
        (1.9, 3.8, "3"),
        (1.9, 7.6, "4"),
        (2.0, 8.0, "0"),
        (0.49, np.nan, "4"),
    ],
)
def test_fibrinogen_that_is_low_is_graded_by_its_decrease_from_baseline_too(value, base, grade):
    assert graded("FIBRINO", "g/L", 2, 4, [value], base)["ATOXGRL"].tolist() == [grade]
    in_mg = graded("FIBRINO", "mg/dL", 200, 400, [100 * value], 100 * base)
    assert in_mg["ATOXGRL"].tolist() == [grade]


def test_eosinophils_must_rise_above_a_baseline_that_was_high():
    assert graded("EOS", "10^9/L", 0, 0.5, [0.7, 0.9], 0.8)["ATOXGRH"].tolist() == ["0", "1"]
    assert graded("EOS", "10^9/L", 0, 0.5, [0.7], 0.2)["ATOXGRH"].tolist() == ["1"]


def test_triglycerides_in_mass_have_the_limits_printed_for_it():
    found = graded("TRIG", "mg/dL", 50, 150, [149, 150, 301, 501, 1001])
    assert found["ATOXGRH"].tolist() == ["0", "1", "2", "3", "4"]
    assert found["ATOXGRL"].isna().all()


def test_a_ph_is_not_graded_since_it_may_be_of_urine():
    found = graded("PH", "", 5, 8, [7.2])
    assert found["ATOXGRL"].isna().all()
    assert "urine" in found["REASONL"].iloc[0]
