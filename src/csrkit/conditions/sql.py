"""A condition in SQL, as DuckDB reads it.

Missing text is NULL or empty (XPT knows no NULL), so both count as missing. A condition is never
NULL where that would matter: see `csrkit.conditions.tree`.
"""

from __future__ import annotations

from csrkit.conditions.tree import And, Comparison, Condition, Named, Not, Value

SIGNS = {"EQ": "=", "LT": "<", "LE": "<=", "GT": ">", "GE": ">="}
TRUE, FALSE = "TRUE", "FALSE"


def to_sql(condition: Condition) -> str:
    """Return a condition as a SQL expression that can stand after WHERE."""
    if isinstance(condition, Comparison):
        return _comparison(condition)
    if isinstance(condition, Named):
        return to_sql(condition.part)
    if isinstance(condition, Not):
        return f"NOT coalesce({to_sql(condition.part)}, {FALSE})"
    if not condition.parts:
        return TRUE if isinstance(condition, And) else FALSE
    joined = " AND " if isinstance(condition, And) else " OR "
    return joined.join(_within(part, condition) for part in condition.parts)


def _within(part: Condition, whole: Condition) -> str:
    bare = part.part if isinstance(part, Named) else part
    simple = isinstance(bare, Comparison | Not) or type(bare) is type(whole)
    return to_sql(bare) if simple else f"({to_sql(bare)})"


def _comparison(one: Comparison) -> str:
    name = f'"{one.variable}"'
    if one.comparator in ("MISSING", "PRESENT"):
        sign = "=" if one.comparator == "MISSING" else "<>"
        return f"coalesce(CAST({name} AS VARCHAR), '') {sign} ''"
    first = literal(one.values[0])
    is_text = isinstance(one.values[0], str)
    if one.comparator == "NE":
        return f"coalesce({name}, '') <> {first}" if is_text else f"{name} IS DISTINCT FROM {first}"
    if one.comparator in ("IN", "NOTIN"):
        values = ", ".join(map(literal, one.values))
        if one.comparator == "IN":
            return f"{name} IN ({values})"
        if is_text:
            return f"coalesce({name}, '') NOT IN ({values})"
        return f"({name} IS NULL OR {name} NOT IN ({values}))"
    if one.comparator == "CONTAINS":
        return f"contains({name}, {first})"
    return f"{name} {SIGNS[one.comparator]} {first}"


def literal(value: Value) -> str:
    """Return a value as SQL writes it."""
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return repr(float(value)) if isinstance(value, float) else str(value)
