"""A condition as a WhereClause of CDISC's Analysis Results Standard (ARS v1.0)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from csrkit.conditions.tree import OPPOSITE, And, Comparison, Condition, Named, Not

Clause = dict[str, Any]
COMPOUND = "compoundExpression"


def to_ars(
    condition: Condition, dataset_of: Callable[[str], str], *, level: int = 1, order: int = 1
) -> Clause:
    """Return a condition as a WhereClause: `condition` or `compoundExpression`, level and order.

    Parameters
    ----------
    condition
        The condition; one without parts gives a clause without either (all records).
    dataset_of
        Variable → the dataset that has it.
    level, order
        Depth from 1, and place among the clauses beside it.

    Raises
    ------
    ValueError
        When the condition asks whether a text contains another, for which ARS has no comparator.
    """
    place = {"level": level, "order": order}
    if isinstance(condition, Named):
        return to_ars(condition.part, dataset_of, level=level, order=order)
    if isinstance(condition, Comparison):
        return {**place, "condition": _comparison(condition, dataset_of)}
    if isinstance(condition, Not):
        inside = condition.part
        if isinstance(inside, Comparison) and inside.comparator in OPPOSITE:
            turned = Comparison(inside.variable, OPPOSITE[inside.comparator], inside.values)
            return {**place, "condition": _comparison(turned, dataset_of)}
        return {**place, COMPOUND: _compound("NOT", (inside,), dataset_of, level)}
    if not condition.parts:
        return dict(place)
    operator = "AND" if isinstance(condition, And) else "OR"
    return {**place, COMPOUND: _compound(operator, condition.parts, dataset_of, level)}


def _compound(
    operator: str, parts: tuple[Condition, ...], dataset_of: Callable[[str], str], level: int
) -> Mapping[str, Any]:
    clauses = [
        to_ars(part, dataset_of, level=level + 1, order=place)
        for place, part in enumerate(parts, start=1)
    ]
    return {"logicalOperator": operator, "whereClauses": clauses}


def _comparison(one: Comparison, dataset_of: Callable[[str], str]) -> Mapping[str, Any]:
    if one.comparator == "CONTAINS":
        raise ValueError(f"ARS has no comparator for: {one.variable} contains {one.values[0]!r}")
    named = {"MISSING": "EQ", "PRESENT": "NE"}
    return {
        "dataset": dataset_of(one.variable),
        "variable": one.variable,
        "comparator": named.get(one.comparator, one.comparator),
        "value": [
            value if isinstance(value, str) else f"{value:.15g}" for value in one.values
        ],
    }
