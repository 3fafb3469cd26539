"""A row condition of a suite looks at columns; it can't do anything, whatever it says."""

from __future__ import annotations

import contextlib
import json
import time

import pandas as pd
import pytest

from csrkit.errors import StudyError
from csrkit.validation import validate
from csrkit.validation.rules.row_conditions import RowConditionError, find_names
from csrkit.validation.rules.suites import load_suites


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("AESDTH == 'Y' or AEOUT.notna()", ["AESDTH", "AEOUT"]),
        ("VISIT.fillna('').str.upper().str.startswith('UNSCHEDULED')", ["VISIT"]),
        ("LEAST_MEAN.fillna(LEAST) < 1e-6", ["LEAST_MEAN", "LEAST"]),
        ("A - B > 0.01 * B.abs() + C or B - A > -1", ["A", "B", "C"]),
        ("RSSTRESC not in ['PD', 'NE'] and not IN_TV == False", ["RSSTRESC", "IN_TV"]),
        ("PARAM.isna() or ~PARAMCD.str.fullmatch('[A-Z]{2}')", ["PARAM", "PARAMCD"]),
        (r"(A.str.match('\d+') & (B.str.len() > 2)) | (0 < C <= 3)", ["A", "B", "C"]),
        ("Z == 'AND OR NOT' and A == 1", ["Z", "A"]),
    ],
)
def test_the_names_of_the_columns_come_in_their_order(text, names):
    assert find_names(text) == names


HOSTILE = {
    "@pd.io.common.os.system('true') == 0": "the sign @",
    "AETERM == @pd": "the sign @",
    "`@pd` == 1": "the sign `",
    "`AE TERM` == 1": "the sign `",
    "AETERM == 1 # \x1c@pd.io.common.os.system('true')": "the sign #",
    "AETERM == 1\x1cAESEQ = 2": "a control character",
    "AETERM == 1\nAESEQ = 2": "a control character",
    "AETERM.to_csv('gone.csv')": "AETERM.to_csv('gone.csv')",
    "AETERM.str.to_csv('gone.csv')": "AETERM.str.to_csv('gone.csv')",
    "AETERM.str.cat.isna()": "AETERM.str.cat",
    "AETERM.values": "AETERM.values",
    "AETERM.__class__": "AETERM.__class__",
    "AETERM.apply('print')": "AETERM.apply('print')",
    "AETERM.map(print)": "AETERM.map(print)",
    "AETERM.fillna(print)": "the name print",
    "AETERM.fillna(value=1)": "AETERM.fillna(value=1)",
    "__import__('os').system('true')": "__import__('os').system('true')",
    "__import__('os').isna()": "__import__('os')",
    "index > 0": "the name index",
    "AETERM[0] == 'a'": "AETERM[0]",
    "[A for A in AETERM]": "[A for A in AETERM]",
    "(lambda: 1)() == 1": "(lambda: 1)()",
    "(A := 1) == 1": "(A := 1)",
    "f'{AETERM}' == 'a'": "f'{AETERM}'",
    "9 ** 9 ** 9 == AESEQ": "Pow",
    "'a' * 1000000000 == AETERM": "'a' * 1000000000",
    "AETERM == b'a'": "b'a'",
    "AETERM == ...": "...",
    "AESEQ = 1": "what can't be parsed (invalid syntax",
    "": "what can't be parsed (invalid syntax",
    "(" * 2_000 + "AESEQ == 1" + ")" * 2_000: "what can't be parsed (too many nested parentheses",
    "not " * 60 + "AESEQ == 1": "what nests more than 50 levels deep",
    "not " * 1_200 + "AESEQ == 1": "what ",
    "AESEQ == 1" + " + 1" * 1_200: "what ",
    "AESEQ" + ".abs()" * 800 + " == 1": "what ",
    "-" * 4_900 + "1 == AESEQ": "what ",
    "(" * 100_000: "what is no text of at most 5000 characters",
    "AESEQ == 1 or " * 100_000: "what is no text of at most 5000 characters",
    "AETERM == '\0'": "a control character",
    "AETERM == '\ud800'": "a control character",
}


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:30]))
def test_what_could_do_anything_is_refused_at_once_with_the_part_that_could(text):
    begin = time.process_time()
    with pytest.raises(RowConditionError) as caught:
        find_names(text)
    assert time.process_time() - begin < 0.5
    assert caught.value.found.startswith(HOSTILE[text])
    assert len(caught.value.found) < 300


@pytest.fixture
def study_with(study, tmp_path):
    """Return a function that makes the study with one rule of AE, with this row condition."""

    def make(condition):
        (tmp_path / "suites").mkdir(exist_ok=True)
        rule = {
            "type": "expect_column_values_to_be_null",
            "kwargs": {"column": "USUBJID", "row_condition": condition},
            "meta": {"id": "AE-1", "severity": "critical", "rule": "R", "action": "A"},
        }
        (tmp_path / "suites" / "ae.json").write_text(json.dumps({"expectations": [rule]}))
        (tmp_path / "required.yml").write_text("{}")
        (tmp_path / "codelists.yml").write_text("{}")
        paths = study.paths.model_copy(update={"validation": tmp_path})
        return study.model_copy(update={"paths": paths})

    return make


def as_suites_have_it(text):
    return {"type": "pass_through", "pass_through_filter": text}


AE = pd.DataFrame({"USUBJID": ["S1", "S2"], "AETERM": ["Fever", "Cough"]})


@pytest.mark.parametrize(
    "verb", ["@pd.io.common.os.system('touch {}') == 0", "AETERM.to_csv('{}')"]
)
def test_a_program_in_a_suite_is_told_with_its_rule_and_not_run(study_with, tmp_path, verb):
    made = tmp_path / "made"
    study = study_with(as_suites_have_it(verb.format(made)))
    with pytest.raises(StudyError, match="row condition of a validation rule") as caught:
        validate({"AE": AE}, study)
    place = f"{tmp_path / 'suites' / 'ae.json'}, rule AE-1 (expect_column_values_to_be_null)"
    assert caught.value.where == place
    assert caught.value.remedy
    assert not made.exists()
    # What the suite would have done, whatever pandas makes of the answer.
    with contextlib.suppress(Exception):
        AE.query(verb.format(made), local_dict={"pd": pd})
    assert made.exists()


@pytest.mark.parametrize(
    "condition",
    [
        "AETERM.notna()",
        {"type": "comparison", "column": {"name": "@pd"}, "operator": "==", "parameter": 1},
        {"type": "pass_through", "pass_through_filter": 1},
        ["AETERM.notna()"],
        "",
    ],
)
def test_a_row_condition_of_another_form_is_refused(study_with, condition):
    with pytest.raises(StudyError, match="row condition of a validation rule"):
        load_suites(study_with(condition))


def test_a_row_condition_selects_the_records_that_a_rule_is_asked_of(study_with):
    findings = validate({"AE": AE}, study_with(as_suites_have_it("AETERM == 'Cough'"))).findings
    assert [(one.id, one.n_failed) for one in findings] == [("AE-1", 1)]
