"""What differs between CTCAE v4.03, v5.0 and v6.0, analyte by analyte, as their texts print it."""

from __future__ import annotations

import pandas as pd
import pytest

from csrkit.stats.ctcae import grade_labs
from csrkit.stats.ctcae.criteria import FILES, load_criteria
from csrkit.stats.versions import CTCAE_VERSIONS

# Parameter, direction, unit, value, LLN, ULN, baseline: grade by 4.03, 5.0, 6.0 (- is none).
TABLE = """
ALT|H|U/L|130|5|40||2 2 2
ALT|H|U/L|130|5|40|100|2 0 1
ALT|H|U/L|160|5|40|100|2 1 2
ALT|H|U/L|210|5|40|100|3 1 3
ALT|H|U/L|410|5|40|100|3 2 4
ALT|H|U/L|810|5|40|100|4 3 4
AST|H|U/L|100|5|40|100|1 0 1
AST|H|U/L|99|5|40|100|1 0 0
ALP|H|U/L|260|30|100||2 2 1
ALP|H|U/L|260|30|100|80|2 2 1
ALP|H|U/L|2100|30|100|80|4 4 1
ALP|H|U/L|260|30|100|270|2 0 0
ALP|H|U/L|545|30|100|270|3 1 1
GGT|H|U/L|155|5|60|100|2 0 2
GGT|H|U/L|305|5|60|100|3 2 3
GGT|H|U/L|305|5|60|80|3 2 3
GGT|H|U/L|1010|5|60|100|3 3 4
BILI|H|umol/L|45|3|20|40|2 1 1
BILI|H|umol/L|101|3|20|40|3 2 3
BILI|H|umol/L|40|3|20|40|2 0 1
CREAT|H|umol/L|70|45|90|60|1 0 0
CREAT|H|umol/L|85|45|90|40|2 2 2
CREAT|H|umol/L|85|45|90|50|2 2 0
CREAT|H|umol/L|125|45|90|40|3 3 3
CREAT|H|umol/L|181|45|90|60|3 3 2
CREAT|H|umol/L|560|45|90|60|4 4 4
NEUT|L|10^9/L|1.8|2|7||1 1 0
NEUT|L|10^9/L|1.2|2|7||2 2 1
NEUT|L|10^9/L|0.7|2|7||3 3 2
NEUT|L|10^9/L|0.3|2|7||4 4 3
NEUT|L|/mm3|90|2000|7000||4 4 4
PLAT|L|10^9/L|20|150|400||4 4 3
PLAT|L|10^9/L|9|150|400||4 4 4
LYM|L|10^9/L|0.4|1|3.5||3 3 -
CK|H|U/L|600|20|200||2 2 -
LIPASE|H|U/L|130|5|60||3 3 2
LIPASE|H|U/L|200|5|60||3 3 3
AMYLASE|H|U/L|250|20|100||3 3 3
INR|H||1.15|0.8|1.1||1 - -
INR|H||1.15|0.8|1.1|1.2|1 0 0
INR|H||1.8|0.9|1.3|1.2|1 2 2
HGB|H|g/L|175|120|160|170|1 1 1
HGB|H|g/L|185|120|160|170|1 2 2
HGB|H|g/L|185|120|160|150|2 2 2
HGB|H|g/L|211|120|160|170|3 3 3
FIBRINO|L|g/L|2.6|2|4|3.6|2 0 0
FIBRINO|L|g/L|3.5|2|4|3.6|1 0 0
FIBRINO|L|g/L|1.7|2|4|3.6|3 3 3
SODIUM|L|mmol/L|127|135|145||3 3 3
URATE|H|mmol/L|0.6|0.15|0.42||4 3 3
URATE|H|mg/dL|10.1|2.5|7||4 3 3
GLUC|H|mmol/L|9|3.9|5.6||2 - 2
GLUC|H|mg/dL|501|70|100||4 - 4
PHOS|L|mmol/L|0.7|0.9|1.5||2 - -
PHOS|L|mg/dL|0.9|2.8|4.5||4 - -
LDH|H|U/L|300|100|250||- 1 1
EOS|H|10^9/L|0.9|0|0.5||- 1 -
BICARB|L|mmol/L|18|22|29||- 1 -
HDL|L|mmol/L|0.8|1|2||- - 1
LDL|H|mmol/L|3.2|1|3||- - 1
CREATCLR|L|mL/min|40|90|140||- - 2
CREATCLR|L|mL/min|20|90|140||- - 3
"""
LINES = [line for line in TABLE.strip().splitlines() if line]
COLUMNS = ["PARAMCD", "DIRECTION", "AVALU", "AVAL", "ANRLO", "ANRHI", "BASE"]


def grade(version, line, **more):
    cells = line.split("|")[: len(COLUMNS)]
    record = dict(zip(COLUMNS, cells, strict=True))
    for name in ("AVAL", "ANRLO", "ANRHI", "BASE"):
        record[name] = float(record[name]) if record[name] else float("nan")
    found = grade_labs(pd.DataFrame([record | more]), version=version).iloc[0]
    return found["ATOXGR" + record["DIRECTION"]], found["REASON" + record["DIRECTION"]]


@pytest.mark.parametrize("line", LINES)
def test_a_value_has_the_grade_of_each_version(line):
    wanted = [None if one == "-" else one for one in line.rsplit("|", 1)[1].split()]
    found = [grade(version, line) for version in CTCAE_VERSIONS]
    assert [each for each, _ in found] == wanted
    assert all(reason for each, reason in found if each is None)


@pytest.mark.parametrize("version", ["4.03", "6.0"])
def test_glucose_is_graded_fasting_where_the_data_or_the_caller_says_so(version):
    line = "GLUC|H|mmol/L|9|3.9|5.6|"
    high = "GLUC|H|mmol/L|14|3.9|5.6|"
    assert grade(version, line)[0] == "2"
    assert grade(version, line, FAST="N")[0] == "0"
    assert grade(version, high, FAST="N")[0] == "3"
    names = ["PARAMCD", "AVAL", "AVALU", "ANRLO", "ANRHI", "BASE"]
    record = pd.DataFrame([["GLUC", 9.0, "mmol/L", 3.9, 5.6, float("nan")]], columns=names)
    assert grade_labs(record, version=version, assume=[])["ATOXGRH"].tolist() == ["0"]
    told = grade_labs(record.assign(FAST="Y"), version=version, assume=[])
    assert told["ATOXGRH"].tolist() == ["2"]


def test_a_clearance_that_is_another_term_has_no_grade_of_this_one():
    found, reason = grade("6.0", "CREATCLR|L|mL/min|9|90|140|")
    assert found is None
    assert "acute kidney injury" in reason
    assert grade("6.0", "CREATCLR|L|mL/min|10|90|140|")[0] == "3"
    assert grade("6.0", "CREATCLR|L|mL/s|0.5|1.5|2.3|")[0] == "2"
    assert grade("6.0", "CREATCLR|L|mL/min|49|90|140|")[0] == "2"
    assert grade("6.0", "CREATCLR|L|mL/min|50|90|140|")[0] == "0"


def test_a_record_up_to_baseline_has_no_grade_relative_to_itself():
    for version in CTCAE_VERSIONS:
        assert grade(version, "ALT|H|U/L|130|5|40|130", AFTER=False)[0] == "2"
        assert grade(version, "CREAT|H|umol/L|80|45|90|80", AFTER=False)[0] == "0"


def test_a_low_baseline_is_told_by_its_own_range_where_given():
    line = "CREAT|H|umol/L|70|45|90|40"
    assert grade("6.0", line)[0] == "2"
    assert grade("6.0", line, BNRIND="NORMAL")[0] == "0"
    assert grade("6.0", line, BNRLO=35.0)[0] == "0"


def test_every_version_has_its_name_conditions_terms_and_the_same_units():
    for version, file in FILES.items():
        held = load_criteria(version)
        assert file.exists()
        assert held.name == f"CTCAE v{version}"
        assert {"symptomatic", "physiologic_consequences", "on_anticoagulation"} <= set(
            held.conditions
        )
        used = {one.term for each in held.by_parameter.values() for one in each}
        assert used == set(held.terms)
        assert not set(held.by_parameter) & set(held.not_gradeable)
        assert all(
            held.name in reason or "CTCAE v6.0" in reason for reason in held.not_gradeable.values()
        )
    assert len({frozenset(load_criteria(each).specimens) for each in CTCAE_VERSIONS}) == 1


def test_haemoglobin_in_molar_units_keeps_its_own_limits_in_every_version():
    for version in CTCAE_VERSIONS:
        assert grade(version, "HGB|L|mmol/L|6.1|7.5|10|")[0] == "2"
        assert grade(version, "HGB|H|mmol/L|11.25|7|10|")[0] == "2"
