"""Conditions as data: what can be built, and what can't."""

from __future__ import annotations

import pytest

from csrkit.conditions import (
    ALL_RECORDS,
    And,
    Comparison,
    Named,
    Not,
    Or,
    both,
    equal,
    missing,
    one_of,
    parse,
    variables_of,
)

A, B, C = (equal(name, "Y") for name in "ABC")


@pytest.mark.parametrize("value", [None, "", float("nan")])
def test_equal_to_a_missing_value_asks_for_a_missing_one(value):
    assert equal("A", value) == missing("A")


def test_one_of_no_value_is_true_of_no_record():
    assert one_of("A", []) == Or(())


def test_both_leaves_out_what_is_always_true_and_nests_nothing():
    assert both(ALL_RECORDS, A, And((B, C))) == And((A, B, C))
    assert both(ALL_RECORDS, A) == A
    assert both() == ALL_RECORDS


def test_the_variables_of_a_condition_come_in_its_order_each_once():
    text = "B == 1 and (A is missing or not (B > 3 and C contains 'x'))"
    assert variables_of(Named("name", parse(text))) == ("B", "A", "C")
    assert variables_of(ALL_RECORDS) == ()


@pytest.mark.parametrize(
    ("comparator", "values", "what"),
    [
        ("EQ", (), "another number of values"),
        ("EQ", ("X", "Y"), "another number of values"),
        ("IN", (), "another number of values"),
        ("MISSING", ("X",), "another number of values"),
        ("EQ", ("",), "missing or infinite"),
        ("NE", (float("nan"),), "missing or infinite"),
        ("GT", (float("inf"),), "missing or infinite"),
        ("NOTIN", ("X", None), "missing or infinite"),
        ("IN", ("X", 3), "with text and with numbers"),
    ],
)
def test_a_comparison_that_says_nothing_cannot_be_built(comparator, values, what):
    with pytest.raises(ValueError, match=what):
        Comparison("A", comparator, values)


def test_equal_conditions_are_equal_and_have_one_hash():
    assert parse("not (A == 'Y')") == Not(A)
    assert len({parse("A == 'Y'"), A}) == 1
