"""A condition in words, for a reader."""

from __future__ import annotations

from collections.abc import Mapping

from csrkit.conditions.tree import And, Comparison, Condition, Named, Not, Or, plain

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
    if isinstance(condition, And) and condition.parts:
        return SEPARATOR.join(to_words(part, named) for part in condition.parts)
    return _inline(condition, named)


def _inline(condition: Condition, labels: Mapping[str, str]) -> str:
    """Return a condition in words, within a sentence."""
    if isinstance(condition, Named):
        return condition.name
    if isinstance(condition, Comparison):
        return _comparison(condition, labels)
    if isinstance(condition, Not):
        return f"not ({_inline(condition.part, labels)})"
    if not condition.parts:
        return "all records" if isinstance(condition, And) else "no record"
    if isinstance(condition, And):
        return " and ".join(_closed(part, labels) for part in condition.parts)
    return " or ".join(_inline(part, labels) for part in condition.parts)


def _closed(part: Condition, labels: Mapping[str, str]) -> str:
    """Return a part of a conjunction, in brackets when it holds alternatives."""
    words = _inline(part, labels)
    return f"({words})" if isinstance(part, Or) and part.parts else words


def _comparison(one: Comparison, labels: Mapping[str, str]) -> str:
    said = [labels.get(one.variable, one.variable), PHRASES[one.comparator]]
    if one.values:
        said.append(", ".join(map(plain, one.values)))
    return " ".join(said)
