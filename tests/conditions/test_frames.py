"""Conditions asked of a DataFrame: every comparator, of values and of missing ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from csrkit.conditions import ALL_RECORDS, Named, Or, parse
from csrkit.conditions.frames import UnusableConditionError, mask, select

RECORDS = pd.DataFrame(
    {
        "T": ["X", "Y", "", None],
        "N": [1.0, 3.0, 2.5, np.nan],
        "D": pd.to_datetime(["2026-01-01", "2026-01-02", None, None]),
        "NONE": [None] * 4,
        "NAN": [np.nan] * 4,
        "F": [True, False, True, False],
    },
    index=[7, 7, 8, 9],
)


def taken(text: str) -> str:
    """1 where a condition is true, 0 where it isn't."""
    return "".join(str(int(found)) for found in mask(RECORDS, parse(text)))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("T == 'X'", "1000"),
        ("T != 'X'", "0111"),
        ("T in ['X', 'Z']", "1000"),
        ("T not in ['X', 'Z']", "0111"),
        ("T < 'Y'", "1000"),
        ("T <= 'Y'", "1100"),
        ("T > 'X'", "0100"),
        ("T >= 'X'", "1100"),
        ("T is missing", "0011"),
        ("T is not missing", "1100"),
        ("T contains 'X'", "1000"),
        ("T contains '.'", "0000"),
        ("N == 1", "1000"),
        ("N != 1", "0111"),
        ("N in [1, 2.5]", "1010"),
        ("N not in [1, 2.5]", "0101"),
        ("N < 3", "1010"),
        ("N <= 3", "1110"),
        ("N > 1", "0110"),
        ("N >= 1", "1110"),
        ("N is missing", "0001"),
        ("N is not missing", "1110"),
        ("D is missing", "0011"),
        ("F is missing", "0000"),
    ],
)
def test_every_comparator_is_true_or_false_of_a_missing_value(text, found):
    assert taken(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("not T == 'X'", "0111"),
        ("not T != 'X'", "1000"),
        ("not N > 1", "1001"),
        ("not T contains 'X'", "0111"),
        ("not T < 'Y'", "0111"),
        ("T == 'X' or N is missing", "1001"),
        ("T is not missing and N > 1", "0100"),
        ("", "1111"),
    ],
)
def test_conditions_are_joined_and_denied(text, found):
    assert taken(text) == found


def test_a_condition_without_parts_is_true_of_all_or_of_none():
    assert mask(RECORDS, ALL_RECORDS).all()
    assert not mask(RECORDS, Or(())).any()
    assert select(RECORDS, ALL_RECORDS) is RECORDS


def test_a_name_changes_nothing():
    condition = parse("N > 1")
    assert (mask(RECORDS, Named("high", condition)) == mask(RECORDS, condition)).all()


def test_records_are_selected_in_their_order_with_their_index():
    assert select(RECORDS, parse("N > 1")).index.tolist() == [7, 8]


@pytest.mark.parametrize("text", ["NONE == 'X'", "NONE > 1", "NAN == 'X'", "NAN > 'X'", "NAN == 1"])
def test_a_variable_without_any_value_is_like_text_and_like_numbers(text):
    assert taken(text) == "0000"


def test_text_of_the_string_type_is_missing_where_it_is_empty():
    frame = pd.DataFrame({"T": pd.array(["X", "", None], dtype="string")})
    assert mask(frame, parse("T is missing")).tolist() == [False, True, True]
    assert mask(frame, parse("T < 'Y'")).tolist() == [True, False, False]
    assert mask(frame, parse("T != 'X'")).tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("text", "what", "allowed", "remedy"),
    [
        (
            "X == 1",
            "no variable X",
            "variables T, N, D, NONE, NAN, F",
            "Name one of these variables, or deliver X.",
        ),
        (
            "T == 1",
            "T holds text, and is compared with numbers",
            "T compared with text, or T is missing, T is not missing",
            "Write the value in quotes, or deliver T as numbers.",
        ),
        (
            "N in ['1']",
            "N holds numbers, and is compared with text",
            "N compared with numbers, or N is missing, N is not missing",
            "Write the value without quotes, or deliver N as text.",
        ),
        (
            "not D > '2026-01-01'",
            "D holds dates, and is compared with text",
            "D is missing, D is not missing",
            "Ask only whether D is missing.",
        ),
        (
            "F == 1",
            "F holds truth values, and is compared with numbers",
            "F is missing, F is not missing",
            "Ask only whether F is missing.",
        ),
    ],
)
def test_a_condition_that_cannot_be_asked_says_why(text, what, allowed, remedy):
    with pytest.raises(UnusableConditionError) as caught:
        mask(RECORDS, parse(text))
    assert (str(caught.value), caught.value.allowed, caught.value.remedy) == (what, allowed, remedy)
