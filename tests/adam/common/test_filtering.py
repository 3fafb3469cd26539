"""Records that meet a condition, and what a condition that can't be asked is told."""

from __future__ import annotations

import pytest

from csrkit.adam.common.filtering import filter_records
from csrkit.conditions import parse
from csrkit.errors import StudyError

KEY = "derivations.adrs.overall"


@pytest.fixture
def rs(frame):
    return frame("USUBJID RSEVAL RSSEQ", "S1|INVESTIGATOR|1", "S1|CENTRAL|2", "S2|.|3")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", [1, 2, 3]),
        ("RSEVAL == 'INVESTIGATOR'", [1]),
        ("RSEVAL != 'INVESTIGATOR'", [2, 3]),
        ("RSSEQ > 1 and RSEVAL is not missing", [2]),
    ],
)
def test_the_records_that_meet_a_condition_are_kept_in_their_order(rs, text, kept):
    assert filter_records(rs, parse(text), KEY)["RSSEQ"].tolist() == kept


def test_of_no_records_none_is_kept_whatever_the_condition_names(rs):
    assert filter_records(rs.iloc[:0], parse("OTHER == 'X'"), KEY).empty


def test_an_unknown_variable_is_told_with_the_key_the_condition_and_the_variables(rs):
    with pytest.raises(StudyError) as caught:
        filter_records(rs, parse("RSSEQ > 1 and RSEVALX == 'X'"), KEY)
    fault = caught.value
    assert fault.where == f"study.yml, key {KEY}"
    assert fault.found == "RSSEQ > 1 and RSEVALX == 'X' (no variable RSEVALX)"
    assert fault.allowed == "variables USUBJID, RSEVAL, RSSEQ"
    assert fault.remedy == "Name one of these variables, or deliver RSEVALX."


def test_numbers_compared_with_text_are_told_with_how_to_write_them(rs):
    with pytest.raises(StudyError) as caught:
        filter_records(rs, parse("RSSEQ == '1'"), "uses.having", "adrs.yml")
    fault = caught.value
    assert fault.where == "adrs.yml, key uses.having"
    assert "RSSEQ holds numbers, and is compared with text" in fault.found
    assert fault.remedy == "Write the value without quotes, or deliver RSSEQ as text."
