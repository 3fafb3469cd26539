"""Every laboratory term of CTCAE v5.0 that a value can tell, at each limit and just beyond it.

The table is written from the text of CTCAE v5.0 (NCI, 27 November 2017), not from the file of
criteria; where the text prints limits in two unit systems, each has its line.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import yaml

from csrkit.stats.ctcae import grade_labs
from csrkit.stats.ctcae.criteria import FILES, load_criteria

# Term, parameter, direction, unit, LLN, ULN, value:grade; the baseline is unknown, and the patient
# has symptoms and physiologic consequences.
TABLE = """
Anemia|HGB|L|g/L|120|160|120:0 119.9:1 100:1 99.9:2 80:2 79.9:3 0:3
Anemia|HGB|L|g/dL|12|16|12:0 11.9:1 10:1 9.99:2 8:2 7.99:3
Anemia|HGB|L|mmol/L|7.5|10|7.5:0 7.49:1 6.2:1 6.19:2 4.9:2 4.89:3
Hemoglobin increased|HGB|H|g/L|120|160|160:0 160.1:1 180:1 180.1:2 200:2 200.1:3
Hemoglobin increased|HGB|H|g/dL|12|16|16:0 16.01:1 18:1 18.01:2 20:2 20.01:3
Hemoglobin increased|HGB|H|mmol/L|7|10|10:0 10.01:1 11.24:1 11.25:2 12.48:2 12.49:3
White blood cell decreased|WBC|L|10^9/L|4|10|4:0 3.99:1 3:1 2.99:2 2:2 1.99:3 1:3 0.99:4 0:4
White blood cell decreased|WBC|L|/mm3|4000|9000|4000:0 3999:1 3000:1 2999:2 2000:2 1999:3 999:4
Leukocytosis|WBC|H|10^9/L|4|10|10.1:0 100:0 100.1:3
Leukocytosis|WBC|H|/mm3|4000|10000|100000:0 100001:3
Neutrophil count decreased|NEUT|L|10^9/L|2|7|2:0 1.99:1 1.5:1 1.49:2 1:2 0.99:3 0.5:3 0.49:4
Neutrophil count decreased|NEUT|L|/mm3|2000|7000|1999:1 1500:1 1499:2 1000:2 999:3 500:3 499:4
Lymphocyte count decreased|LYM|L|10^9/L|1|3|1:0 0.99:1 0.8:1 0.79:2 0.5:2 0.49:3 0.2:3 0.19:4
Lymphocyte count decreased|LYM|L|/mm3|1000|3000|1000:0 999:1 800:1 799:2 500:2 499:3 200:3 199:4
Lymphocyte count increased|LYM|H|10^9/L|1|3|3.1:0 4:0 4.01:2 20:2 20.1:3
Lymphocyte count increased|LYM|H|/mm3|1000|3000|4000:0 4001:2 20000:2 20001:3
Platelet count decreased|PLAT|L|10^9/L|150|400|150:0 149:1 75:1 74.9:2 50:2 49.9:3 25:3 24.9:4
Platelet count decreased|PLAT|L|K/uL|150|400|150:0 149:1 75:1 74:2 50:2 49:3 25:3 24:4
CD4 lymphocytes decreased|CD4|L|10^9/L|0.6|1|0.6:0 0.59:1 0.5:1 0.49:2 0.2:2 0.19:3 0.05:3 0.049:4
CD4 lymphocytes decreased|CD4|L|/mm3|600|1000|600:0 599:1 500:1 499:2 200:2 199:3 50:3 49:4
Eosinophilia|EOS|H|10^9/L|0|0.5|0.5:0 0.51:1 50:1
Haptoglobin decreased|HAPTOG|L|g/L|0.3|2|0.3:0 0.299:1 0:1
Methemoglobinemia|HGBMET|H|%|0|1.5|1.5:0 1.51:2 60:2
Fibrinogen decreased|FIBRINO|L|g/L|2|4|2:0 1.99:1 1.5:1 1.49:2 1:2 0.99:3 0.5:3 0.49:4
Fibrinogen decreased|FIBRINO|L|mg/dL|200|400|200:0 199:1 150:1 149:2 100:2 99:3 50:3 49:4
Fibrinogen decreased|FIBRINO|L|g/L|2.4|4|0.6:3 0.599:4
Fibrinogen decreased|FIBRINO|L|g/L|1.6|4|0.5:3 0.499:4
INR increased|INR|H||0.8|1.1|1.2:0 1.21:1 1.5:1 1.51:2 2.5:2 2.51:3
Activated partial thromboplastin time prolonged|APTT|H|s|25|40|40:0 40.1:1 60:1 60.1:2 100:2 100.1:3
Alanine aminotransferase increased|ALT|H|U/L|0|40|40:0 41:1 120:1 121:2 200:2 201:3 800:3 801:4
Aspartate aminotransferase increased|AST|H|U/L|0|40|40:0 41:1 120:1 121:2 200:2 201:3 800:3 801:4
Alkaline phosphatase increased|ALP|H|U/L|0|100|100:0 101:1 250:1 251:2 500:2 501:3 2000:3 2001:4
GGT increased|GGT|H|U/L|0|100|100:0 101:1 250:1 251:2 500:2 501:3 2000:3 2001:4
Blood bilirubin increased|BILI|H|umol/L|0|20|20:0 20.1:1 30:1 30.1:2 60:2 60.1:3 200:3 200.1:4
Blood bilirubin increased|BILI|H|mg/dL|0|1|1:0 1.01:1 1.5:1 1.51:2 3:2 3.01:3 10:3 10.1:4
Blood lactate dehydrogenase increased|LDH|H|U/L|100|250|250:0 251:1 9999:1
CPK increased|CK|H|U/L|0|100|100:0 101:1 250:1 251:2 500:2 501:3 1000:3 1001:4
Lipase increased|LIPASE|H|U/L|0|100|100:0 101:1 150:1 151:2 200:2 201:3 500:3 501:4
Serum amylase increased|AMYLASE|H|U/L|0|100|100:0 101:1 150:1 151:2 200:2 201:3 500:3 501:4
Creatinine increased|CREAT|H|umol/L|40|100|100:0 101:1 150:1 151:2 300:2 301:3 600:3 601:4
Creatinine increased|CREAT|H|mg/dL|0.4|1|1:0 1.01:1 1.5:1 1.51:2 3:2 3.01:3 6:3 6.01:4
Hypoalbuminemia|ALB|L|g/L|35|50|35:0 34.9:1 30:1 29.9:2 20:2 19.9:3
Hypoalbuminemia|ALB|L|g/dL|3.5|5|3.5:0 3.49:1 3:1 2.99:2 2:2 1.99:3
Hyponatremia|SODIUM|L|mmol/L|135|145|135:0 134:1 130:1 129.9:3 129:3 125:3 124:3 120:3 119.9:4
Hyponatremia|SODIUM|L|mEq/L|135|145|135:0 134:1 130:1 129:3 120:3 119:4
Hypernatremia|SODIUM|H|mmol/L|135|145|145:0 146:1 150:1 151:2 155:2 156:3 160:3 161:4
Hypokalemia|K|L|mmol/L|3.5|5|3.5:0 3.49:2 3:2 2.99:3 2.5:3 2.49:4
Hyperkalemia|K|H|mmol/L|3.5|5|5:0 5.01:1 5.5:1 5.51:2 6:2 6.01:3 7:3 7.01:4
Hypocalcemia|CACORR|L|mmol/L|2.2|2.6|2.2:0 2.19:1 2:1 1.99:2 1.75:2 1.74:3 1.5:3 1.49:4
Hypocalcemia|CACORR|L|mg/dL|8.8|10.4|8.8:0 8.79:1 8:1 7.99:2 7:2 6.99:3 6:3 5.99:4
Hypercalcemia|CACORR|H|mmol/L|2.2|2.6|2.6:0 2.61:1 2.9:1 2.91:2 3.1:2 3.11:3 3.4:3 3.41:4
Hypercalcemia|CACORR|H|mg/dL|8.8|10.4|10.4:0 10.5:1 11.5:1 11.6:2 12.5:2 12.6:3 13.5:3 13.6:4
Hypocalcemia|CAION|L|mmol/L|1.15|1.3|1.15:0 1.14:1 1:1 0.99:2 0.9:2 0.89:3 0.8:3 0.79:4
Hypercalcemia|CAION|H|mmol/L|1.15|1.3|1.3:0 1.31:1 1.5:1 1.51:2 1.6:2 1.61:3 1.8:3 1.81:4
Hypomagnesemia|MG|L|mmol/L|0.7|1|0.7:0 0.69:1 0.5:1 0.49:2 0.4:2 0.39:3 0.3:3 0.299:4
Hypomagnesemia|MG|L|mg/dL|1.7|2.4|1.7:0 1.69:1 1.2:1 1.19:2 0.9:2 0.89:3 0.7:3 0.69:4
Hypermagnesemia|MG|H|mmol/L|0.7|1|1:0 1.01:1 1.23:1 1.24:3 3.3:3 3.31:4
Hypermagnesemia|MG|H|mg/dL|1.7|2.4|2.4:0 2.41:1 3:1 3.01:3 8:3 8.01:4
Acidosis|PH|L||7.35|7.45|7.35:0 7.349:1 7.3:1 7.299:3 6.9:3
Alkalosis|PH|H|pH|7.35|7.45|7.45:0 7.451:1 7.5:1 7.501:3
Blood bicarbonate decreased|BICARB|L|mmol/L|22|29|22:0 21.9:1 5:1
Thyroid stimulating hormone increased|TSH|H|mIU/L|0.4|4|4:0 4.01:1 90:1
Proteinuria|PROTEXR|H|g/day|0|0.15|0.149:0 0.15:1 0.999:1 1:2 3.499:2 3.5:3
Proteinuria|PROTEXR|H|mg/24 h|0|150|149:0 150:1 999:1 1000:2 3499:2 3500:3
Hypoglycemia|GLUC|L|mmol/L|3.9|5.6|3.9:0 3.89:1 3:1 2.99:2 2.2:2 2.19:3 1.7:3 1.69:4
Hypoglycemia|GLUC|L|mg/dL|70|100|70:0 69:1 55:1 54:2 40:2 39:3 30:3 29.9:4
Hyperuricemia|URATE|H|umol/L|200|400|400:0 401:3
Cholesterol high|CHOL|H|mmol/L|3|5.2|5.2:0 5.21:1 7.75:1 7.76:2 10.34:2 10.35:3 12.92:3 12.93:4
Cholesterol high|CHOL|H|mg/dL|120|200|200:0 201:1 300:1 301:2 400:2 401:3 500:3 501:4
Hypertriglyceridemia|TRIG|H|mmol/L|0.5|1.7|1.709:0 1.71:1 3.42:1 3.43:2 5.7:2 5.71:3 11.4:3 11.41:4
Hypertriglyceridemia|TRIG|H|mg/dL|50|150|149:0 150:1 300:1 301:2 500:2 501:3 1000:3 1001:4
"""
TERMS = [line.split("|") for line in TABLE.split("\n") if line]
WORST = ["symptomatic", "physiologic_consequences"]
OF_URINE = {"PROTEXR"}


def graded(paramcd, unit, low, high, values, assume=WORST):
    records = pd.DataFrame({"AVAL": [float(value) for value in values]})
    records = records.assign(
        PARAMCD=paramcd,
        AVALU=unit or None,
        ANRLO=float(low),
        ANRHI=float(high),
        BASE=np.nan,
        SPEC="URINE" if paramcd in OF_URINE else "VENOUS BLOOD",
    )
    return grade_labs(records, assume=assume)


def pairs(text):
    return zip(*(pair.split(":") for pair in text.split()), strict=True)


@pytest.mark.parametrize(
    ("term", "paramcd", "side", "unit", "low", "high", "grades"),
    TERMS,
    ids=[f"{one[1]}-{one[2]}-{one[3]}" for one in TERMS],
)
def test_a_value_at_a_limit_has_the_lesser_grade_and_one_beyond_it_the_higher(
    term, paramcd, side, unit, low, high, grades
):
    values, expected = pairs(grades)
    found = graded(paramcd, unit, low, high, values)
    assert set(found[f"ATOXDSC{side}"]) == {term}
    assert found[f"ATOXGR{side}"].tolist() == list(expected)


def test_at_least_39_terms_of_ctcae_are_graded():
    content = yaml.safe_load(FILES["5.0"].read_text(encoding="utf-8"))
    in_file = {entry["term"] for entry in content["criteria"]}
    by_class = [term for terms in content["terms"].values() for term in terms]
    assert len(in_file) >= 39
    assert sorted(in_file) == sorted(by_class) == sorted(load_criteria("5.0").terms)


def test_both_directions_are_graded_where_ctcae_has_limits_of_both():
    sides = load_criteria("5.0").by_parameter
    low, high = ({code for code, side in sides if side == one} for one in ("L", "H"))
    cells, electrolytes = {"HGB", "WBC", "LYM"}, {"SODIUM", "K", "MG", "CACORR", "CACR", "CAION"}
    assert low & high == cells | electrolytes | {"PH"}


def test_the_table_holds_every_criterion_and_every_unit_system_of_the_library():
    listed = {(one[1], one[2]) for one in TERMS}
    criteria = load_criteria("5.0").by_parameter
    # CACR is another name of corrected calcium.
    assert listed == {key for key in criteria if key[0] != "CACR"}
    for paramcd, side in listed:
        units = {one[3] for one in TERMS if one[1:3] == [paramcd, side]}
        assert len(units) >= len(criteria[paramcd, side])


@pytest.mark.parametrize(
    ("paramcd", "side", "organ_class", "code"),
    [
        ("HGB", "L", "Blood and lymphatic system disorders", 10002272),
        ("PH", "L", "Metabolism and nutrition disorders", 10000486),
        ("ALT", "H", "Investigations", 10001551),
        ("PROTEXR", "H", "Renal and urinary disorders", 10037032),
    ],
)
def test_a_term_has_its_organ_class_and_code(paramcd, side, organ_class, code):
    criteria = load_criteria("5.0")
    term = criteria.terms[criteria.by_parameter[paramcd, side][0].term]
    assert (term.system_organ_class, term.meddra_code) == (organ_class, code)


@pytest.mark.parametrize(
    ("paramcd", "side", "unit", "low", "high", "grades"),
    [
        ("SODIUM", "L", "mmol/L", 135, 145, "130:1 129.9:2 129:2 125:2 124.9:3 120:3 119.9:4"),
        ("K", "L", "mmol/L", 3.5, 5, "3.5:0 3.49:1 3:1 2.99:3"),
        ("LIPASE", "H", "U/L", 0, 100, "150:1 151:2 201:2 500:2 501:3 9999:3"),
        ("AMYLASE", "H", "U/L", 0, 100, "150:1 151:2 201:2 500:2 501:3 9999:3"),
        ("URATE", "H", "umol/L", 200, 400, "400:0 401:1 999:1"),
    ],
)
def test_without_symptoms_or_consequences_the_grade_is_the_lesser(
    paramcd, side, unit, low, high, grades
):
    values, expected = pairs(grades)
    found = graded(paramcd, unit, low, high, values, assume=[])
    assert found[f"ATOXGR{side}"].tolist() == list(expected)
