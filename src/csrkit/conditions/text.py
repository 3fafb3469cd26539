"""A condition in the text form that `csrkit.conditions.parse` reads."""

from __future__ import annotations

from csrkit.conditions.tree import And, Comparison, Condition, Not, Or, Value, plain, unnamed

SIGNS = {
    "EQ": "==",
    "NE": "!=",
    "LT": "<",
    "LE": "<=",
    "GT": ">",
    "GE": ">=",
    "IN": "in",
    "NOTIN": "not in",
    "CONTAINS": "contains",
    "MISSING": "is missing",
    "PRESENT": "is not missing",
}


def to_text(condition: Condition) -> str:
    """Return a condition as text; `parse` makes the same one of it, but for names.

    Raises
    ------
    ValueError
        When it is true of no record, or when a part of it is all records or none: a text can't say
        that.
    """
    bare = unnamed(condition)
    if isinstance(bare, Comparison):
        return _comparison(bare)
    if isinstance(bare, Not):
        return f"not {_within(bare.part)}"
    if isinstance(bare, Or) and not bare.parts:
        raise ValueError("no text says a condition that is true of no record")
    return f" {'and' if isinstance(bare, And) else 'or'} ".join(map(_within, bare.parts))


def _within(part: Condition) -> str:
    bare = unnamed(part)
    if bare == And():
        raise ValueError("no text says all records as a part of a condition")
    return f"({to_text(bare)})" if isinstance(bare, And | Or) else to_text(bare)


def _comparison(one: Comparison) -> str:
    said = [one.variable, SIGNS[one.comparator]]
    if one.values:
        values = ", ".join(map(_value, one.values))
        said.append(f"[{values}]" if one.comparator in ("IN", "NOTIN") else values)
    return " ".join(said)


def _value(value: Value) -> str:
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else plain(value)
