"""The text form of a condition: what each production says, and what a wrong text is told."""

from __future__ import annotations

import pytest

from csrkit.conditions import (
    ALL_RECORDS,
    And,
    Comparison,
    ConditionError,
    Not,
    Or,
    equal,
    missing,
    one_of,
    parse,
    present,
)
from csrkit.conditions.text import to_text

A, B, C = (equal(name, "Y") for name in "ABC")
COMPARISONS = "==, !=, <, <=, >, >=, in, not in, is missing, is not missing, contains, not contains"


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("AESER == 'Y'", equal("AESER", "Y")),
        ("AESER != 'Y'", Comparison("AESER", "NE", ("Y",))),
        ("ATOXGRN < 3", Comparison("ATOXGRN", "LT", (3,))),
        ("ATOXGRN <= 3", Comparison("ATOXGRN", "LE", (3,))),
        ("ATOXGRN > 3", Comparison("ATOXGRN", "GT", (3,))),
        ("ATOXGRN >= 3", Comparison("ATOXGRN", "GE", (3,))),
        ("RSSTRESC in ['CR', 'PR']", one_of("RSSTRESC", ["CR", "PR"])),
        ("RSSTRESC not in ['NE']", Comparison("RSSTRESC", "NOTIN", ("NE",))),
        ("TRT01AN in [20, 30]", one_of("TRT01AN", [20, 30])),
        ("AESICAT is missing", missing("AESICAT")),
        ("AESICAT is not missing", present("AESICAT")),
        ("DSTERM contains 'DEATH'", Comparison("DSTERM", "CONTAINS", ("DEATH",))),
        ("DSTERM not contains 'DEATH'", Not(Comparison("DSTERM", "CONTAINS", ("DEATH",)))),
    ],
)
def test_every_comparison_is_read_and_written_back(text, condition):
    assert parse(text) == condition
    assert parse(to_text(condition)) == condition


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("A == 'Y' and B == 'Y' and C == 'Y'", And((A, B, C))),
        ("A == 'Y' or B == 'Y' or C == 'Y'", Or((A, B, C))),
        ("A == 'Y' or B == 'Y' and C == 'Y'", Or((A, And((B, C))))),
        ("(A == 'Y' or B == 'Y') and C == 'Y'", And((Or((A, B)), C))),
        ("not A == 'Y' and B == 'Y'", And((Not(A), B))),
        ("not (A == 'Y' and B == 'Y')", Not(And((A, B)))),
        ("not not A == 'Y'", Not(Not(A))),
        ("((A == 'Y'))", A),
    ],
)
def test_not_binds_closer_than_and_and_and_closer_than_or(text, condition):
    assert parse(text) == condition


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("X == 3", 3),
        ("X == -3", -3),
        ("X == +3", 3),
        ("X == 3.0", 3),
        ("X == .5", 0.5),
        ("X == 1.5e-3", 0.0015),
        ("X == 'it is'", "it is"),
        ('X == "it\'s"', "it's"),
        ("X == 'it''s'", "it's"),
        ("X == 'and (3'", "and (3"),
        ("X == '  '", "  "),
        ("X=='男'", "男"),
    ],
)
def test_a_value_is_a_number_or_text_in_either_quotes(text, value):
    assert parse(text) == equal("X", value)


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_an_empty_text_takes_all_records(text):
    assert parse(text) == ALL_RECORDS


def test_a_text_may_run_over_several_lines():
    assert parse("A == 'Y'\n  and B == 'Y'\n") == And((A, B))


@pytest.mark.parametrize(
    ("text", "position", "found", "allowed"),
    [
        ("AESER = 'Y'", 7, "'='", COMPARISONS),
        ("AESER", 6, "the end", COMPARISONS),
        ("AESER is empty", 7, "'is'", COMPARISONS),
        ("AESICAT.notna()", 8, "'.notna()'", COMPARISONS),
        ("A == 'Y' & B == 'Y'", 10, "'&'", "and, or, the end"),
        ("A == 'Y' B == 'Y'", 10, "'B'", "and, or, the end"),
        ("A == 'Y')", 9, "')'", "and, or, the end"),
        ("(A == 'Y'", 10, "the end", "and, or, )"),
        ("A == 'Y' and", 13, "the end", "a variable, not, ("),
        ("@dose == 20", 1, "'@dose'", "a variable, not, ("),
        ("20 < DOSE", 1, "'20'", "a variable, not, ("),
        ("DOSE == LEVEL", 9, "'LEVEL'", "a number, text in quotes"),
        ("DOSE == 20mg", 9, "'20mg'", "a number, text in quotes"),
        ("A == 'Y", 6, '"\'Y"', "a number, text in quotes"),
        ("A == ''", 6, "\"''\"", "a number, text in quotes, not empty (use is missing)"),
        ("A in 'Y'", 6, "\"'Y'\"", "["),
        ("A in []", 7, "']'", "a number, text in quotes"),
        ("A in ['X' 'Y']", 11, "\"'Y'\"", "a comma, ]"),
        ("A in ['X', 3]", 12, "'3'", "text in quotes"),
        ("A in [3, 'X']", 10, "\"'X'\"", "a number"),
        ("A contains 3", 12, "'3'", "text in quotes"),
        ("A == 1e999", 6, "'1e999'", "a number below 1.8e308"),
    ],
)
def test_a_wrong_text_is_told_by_position_and_what_is_allowed(text, position, found, allowed):
    with pytest.raises(ConditionError) as caught:
        parse(text)
    fault = caught.value
    assert (fault.text, fault.position) == (text, position)
    assert (fault.found, fault.allowed) == (found, allowed)
    assert str(fault) == f"at position {position} stands {found}; allowed there: {allowed}"
