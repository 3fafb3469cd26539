"""A condition in words, in SQL and as text."""

from __future__ import annotations

import pytest

from csrkit.conditions import ALL_RECORDS, And, Named, Not, Or, both, equal, parse
from csrkit.conditions.sql import to_sql
from csrkit.conditions.text import to_text
from csrkit.conditions.words import to_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("TRTEMFL == 'Y' and ATOXGRN >= 3", "Treatment-emergent is Y; ATOXGRN is at least 3"),
        ("A == 'Y' or B == 'Y'", "A is Y or B is Y"),
        ("A == 'Y' and (B == 'Y' or C == 'Y')", "A is Y; B is Y or C is Y"),
        (
            "A == 1 or B == 1 and (C == 1 or D == 1)",
            "A is 1 or B is 1 and (C is 1 or D is 1)",
        ),
        ("not (A != 'Y' and B > 1.5)", "not (A is not Y and B is above 1.5)"),
        ("A in ['X', 'Y']", "A is one of X, Y"),
        ("A not in [1, 2.5]", "A is none of 1, 2.5"),
        ("A < 1234567 and B <= 2", "A is below 1234567; B is at most 2"),
        ("A is missing and B is not missing", "A is missing; B is not missing"),
        ("DSTERM contains 'DEATH'", "DSTERM contains DEATH"),
        ("", "all records"),
    ],
)
def test_a_condition_is_told_in_words(text, words):
    assert to_words(parse(text), {"TRTEMFL": "Treatment-emergent"}) == words


def test_a_condition_with_a_name_is_told_by_it():
    safety = Named("Safety set", equal("SAFFL", "Y"))
    assert to_words(both(safety, equal("SEX", "F"))) == "Safety set; SEX is F"
    assert to_words(Not(safety)) == "not (Safety set)"


def test_a_condition_true_of_no_record_is_told_as_such():
    assert to_words(Or(())) == "no record"
    assert to_sql(Or(())) == "FALSE"


@pytest.mark.parametrize(
    ("text", "sql"),
    [
        ("A == 'it''s'", "\"A\" = 'it''s'"),
        ("A != 'Y'", "\"A\" IS DISTINCT FROM 'Y'"),
        ("N != 3", '"N" IS DISTINCT FROM 3'),
        ("A in ['X', 'Y']", "\"A\" IN ('X', 'Y')"),
        ("N not in [1, 2.5]", '("N" IS NULL OR "N" NOT IN (1, 2.5))'),
        ("A < 'Y'", "nullif(\"A\", '') < 'Y'"),
        ("N >= 3", '"N" >= 3'),
        ("A is missing", "coalesce(CAST(\"A\" AS VARCHAR), '') = ''"),
        ("A is not missing", "coalesce(CAST(\"A\" AS VARCHAR), '') <> ''"),
        ("A contains 'x'", "contains(\"A\", 'x')"),
        ("not N > 3", 'NOT coalesce("N" > 3, FALSE)'),
        ("N > 1 and (N < 3 or A == 'Y')", '"N" > 1 AND ("N" < 3 OR "A" = \'Y\')'),
        ("", "TRUE"),
    ],
)
def test_a_condition_is_written_in_sql(text, sql):
    assert to_sql(parse(text)) == sql


def test_a_name_is_no_part_of_sql_or_text():
    named = Named("a", Named("b", Or((equal("A", 1), equal("B", 2)))))
    whole = And((named, equal("C", 3)))
    assert to_sql(whole) == '("A" = 1 OR "B" = 2) AND "C" = 3'
    assert to_text(whole) == "(A == 1 or B == 2) and C == 3"


@pytest.mark.parametrize("condition", [Or(()), And((equal("A", 1), ALL_RECORDS)), Not(Or(()))])
def test_what_no_text_says_is_refused(condition):
    with pytest.raises(ValueError, match="no text says"):
        to_text(condition)
