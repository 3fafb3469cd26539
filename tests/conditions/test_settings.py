"""Conditions as fields of settings."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from csrkit.conditions import ALL_RECORDS, ConditionIfTold, ConditionText, parse


class Settings(BaseModel):
    where: ConditionText = ALL_RECORDS
    ongoing: ConditionIfTold = None


def test_a_field_takes_text_or_a_condition():
    condition = parse("A == 'Y'")
    assert Settings(where="A == 'Y'").where == condition
    assert Settings(where=condition).where is condition


def test_an_empty_text_takes_all_records_or_says_that_nothing_is_told():
    assert Settings(where="", ongoing="").where == ALL_RECORDS
    assert Settings(where="", ongoing="").ongoing is None
    assert Settings(ongoing=None).ongoing is None
    assert Settings(ongoing="A == 'Y'").ongoing == parse("A == 'Y'")


def test_a_field_is_written_as_the_text_that_it_is_read_from():
    written = Settings(where="A == 'Y'").model_dump()
    assert written == {"where": "A == 'Y'", "ongoing": None}
    assert Settings.model_validate(written) == Settings(where="A == 'Y'")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("A = 'Y'", "at position 3 stands '='; allowed there: =="),
        (3, "a condition, such as AESER == 'Y'"),
        (None, "a condition, such as AESER == 'Y'"),
    ],
)
def test_what_is_no_condition_is_told_by_key(value, message):
    with pytest.raises(ValidationError) as caught:
        Settings(where=value)
    (error,) = caught.value.errors()
    assert error["loc"] == ("where",)
    assert error["msg"].startswith(message)
