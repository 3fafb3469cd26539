"""A condition as a WhereClause of CDISC's Analysis Results Standard (ARS v1.0)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csrkit.conditions.tree import (
    ALL_RECORDS,
    OPPOSITE,
    And,
    Comparison,
    Condition,
    Not,
    Or,
    plain,
    unnamed,
)

Clause = dict[str, Any]
COMPOUND = "compoundExpression"
WITHOUT_VALUE = {"MISSING": "EQ", "PRESENT": "NE"}


def to_ars(
    condition: Condition, dataset_of: Callable[[str], str], *, level: int = 1, order: int = 1
) -> Clause:
    """Return a condition as a WhereClause: `condition` or `compoundExpression`, level and order.

    Parameters
    ----------
    condition
        The condition; all records are a clause with neither.
    dataset_of
        Variable → the dataset that has it.
    level, order
        Depth from 1, and place among the clauses beside it.

    Raises
    ------
    ValueError
        When ARS can't say it: that a text contains another, or that no record is meant.
    """
    bare = unnamed(condition)
    if isinstance(bare, Not) and isinstance(inside := unnamed(bare.part), Comparison):
        opposite = OPPOSITE.get(inside.comparator)
        bare = Comparison(inside.variable, opposite, inside.values) if opposite else bare
    if isinstance(bare, Comparison):
        return {"level": level, "order": order, "condition": _comparison(bare, dataset_of)}
    parts = (bare.part,) if isinstance(bare, Not) else bare.parts
    if isinstance(bare, And):
        parts = tuple(part for part in parts if unnamed(part) != ALL_RECORDS)
    if not parts and isinstance(bare, Or):
        raise ValueError("ARS has no clause that is true of no record")
    if not parts:
        return {"level": level, "order": order}
    if len(parts) == 1 and not isinstance(bare, Not):
        return to_ars(parts[0], dataset_of, level=level, order=order)
    clauses = [
        to_ars(part, dataset_of, level=level + 1, order=place)
        for place, part in enumerate(parts, start=1)
    ]
    compound = {"logicalOperator": type(bare).__name__.upper(), "whereClauses": clauses}
    return {"level": level, "order": order, COMPOUND: compound}


def _comparison(one: Comparison, dataset_of: Callable[[str], str]) -> Clause:
    if one.comparator == "CONTAINS":
        raise ValueError(f"ARS has no comparator for: {one.variable} contains {one.values[0]!r}")
    return {
        "dataset": dataset_of(one.variable),
        "variable": one.variable,
        "comparator": WITHOUT_VALUE.get(one.comparator, one.comparator),
        "value": list(map(plain, one.values)),
    }
