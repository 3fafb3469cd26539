"""A condition as a WhereClause of CDISC's Analysis Results Standard."""

from __future__ import annotations

import pytest

from csrkit.conditions import ALL_RECORDS, And, Named, Not, Or, equal, parse
from csrkit.conditions.ars import to_ars

# ARS v1.0, logical model: ConditionComparatorEnum, ExpressionLogicalOperatorEnum.
COMPARATORS = {"EQ", "NE", "GT", "GE", "LT", "LE", "IN", "NOTIN"}
OPERATORS = {"AND": (2, 99), "OR": (2, 99), "NOT": (1, 1)}


def clause(text: str):
    return to_ars(parse(text), lambda variable: "ADSL" if variable == "SAFFL" else "ADAE")


def check(one: dict, level: int = 1, order: int = 1) -> None:
    """Hold a clause against the logical model."""
    assert (one["level"], one["order"]) == (level, order)
    (kind,) = set(one) - {"level", "order"}
    if kind == "condition":
        condition = one[kind]
        assert set(condition) == {"dataset", "variable", "comparator", "value"}
        assert condition["comparator"] in COMPARATORS
        assert all(isinstance(value, str) for value in condition["value"])
        return
    assert kind == "compoundExpression"
    assert set(one[kind]) == {"logicalOperator", "whereClauses"}
    least, most = OPERATORS[one[kind]["logicalOperator"]]
    assert least <= len(one[kind]["whereClauses"]) <= most
    for place, part in enumerate(one[kind]["whereClauses"], start=1):
        check(part, level + 1, place)


@pytest.mark.parametrize(
    ("text", "comparator", "value"),
    [
        ("A == 'Y'", "EQ", ["Y"]),
        ("A != 'Y'", "NE", ["Y"]),
        ("A > 1.5", "GT", ["1.5"]),
        ("A >= 3", "GE", ["3"]),
        ("A < 0.1", "LT", ["0.1"]),
        ("A <= 1234567", "LE", ["1234567"]),
        ("A in ['X', 'Y']", "IN", ["X", "Y"]),
        ("A not in [1, 2]", "NOTIN", ["1", "2"]),
        ("A is missing", "EQ", []),
        ("A is not missing", "NE", []),
        ("not A == 'Y'", "NE", ["Y"]),
        ("not A not in [1, 2]", "IN", ["1", "2"]),
        ("not A is missing", "NE", []),
    ],
)
def test_a_comparison_is_one_condition(text, comparator, value):
    found = clause(text)
    check(found)
    assert found["condition"] == {
        "dataset": "ADAE",
        "variable": "A",
        "comparator": comparator,
        "value": value,
    }


def test_a_compound_numbers_its_clauses_level_by_level():
    found = clause("SAFFL == 'Y' and (A > 3 or not (B > 1 and C == 'X'))")
    check(found)
    first, second = found["compoundExpression"]["whereClauses"]
    assert first["condition"]["dataset"] == "ADSL"
    assert second["compoundExpression"]["logicalOperator"] == "OR"
    assert second["compoundExpression"]["whereClauses"][1]["level"] == 3


def test_what_is_not_below_a_limit_may_be_missing_so_its_opposite_is_not_at_least():
    found = clause("not A < 3")
    check(found)
    assert found["compoundExpression"]["logicalOperator"] == "NOT"


def test_all_records_are_a_clause_without_condition_and_are_left_out_of_a_compound():
    one = equal("A", "Y")
    assert to_ars(ALL_RECORDS, str) == {"level": 1, "order": 1}
    assert to_ars(And((ALL_RECORDS, Named("name", one))), str) == to_ars(one, str)


@pytest.mark.parametrize("condition", [parse("A contains 'x'"), Or(()), Not(Or(()))])
def test_what_ars_cannot_say_is_refused(condition):
    with pytest.raises(ValueError, match="ARS has no"):
        to_ars(condition, str)
