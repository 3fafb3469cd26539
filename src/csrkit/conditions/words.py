"""A condition in words, for a reader."""

from __future__ import annotations

from collections.abc import Mapping

from csrkit.conditions.tree import And, Comparison, Condition, Named, Not, Value

SEPARATOR = "; "
PHRASES = {
    "EQ": "is",
    "NE": "is not",
    "LT": "is below",
    "LE": "is at most",
    "GT": "is above",
    "GE": "is at least",
    "IN": "is one of",
    "NOTIN": "is none of",
    "MISSING": "is missing",
    "PRESENT": "is not missing",
    "CONTAINS": "contains",
}


def to_words(condition: Condition, labels: Mapping[str, str] | None = None) -> str:
    """Return a condition in words; the parts of a conjunction are separated by semicolons.

    Parameters
    ----------
    condition
        The condition.
    labels
        Variable → what it is called; a variable without one stands by its name.
    """
    named = labels or {}
    if isinstance(condition, Named):
        return condition.name
    if isinstance(condition, Comparison):
        return _comparison(condition, named)
    if isinstance(condition, Not):
        return f"not ({to_words(condition.part, named)})"
    if not condition.parts:
        return "all records" if isinstance(condition, And) else "no record"
    if isinstance(condition, And):
        return SEPARATOR.join(to_words(part, named) for part in condition.parts)
    return " or ".join(_within(part, named) for part in condition.parts)


def _within(part: Condition, labels: Mapping[str, str]) -> str:
    if isinstance(part, And):
        return " and ".join(_within(one, labels) for one in part.parts)
    return to_words(part, labels)


def _comparison(one: Comparison, labels: Mapping[str, str]) -> str:
    said = [labels.get(one.variable, one.variable), PHRASES[one.comparator]]
    if one.values:
        said.append(", ".join(map(_value, one.values)))
    return " ".join(said)


def _value(value: Value) -> str:
    return value if isinstance(value, str) else f"{value:g}"
