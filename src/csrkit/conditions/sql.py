"""A condition in SQL, as DuckDB reads it.

Missing text is NULL or empty (XPT knows no NULL), a missing number NULL. What would be unknown of
a missing value is false, as everywhere here (see `csrkit.conditions.tree`), also where it is
negated.
"""

from __future__ import annotations

from csrkit.conditions.tree import And, Comparison, Condition, Not, Value, plain, unnamed

SIGNS = {"LT": "<", "LE": "<=", "GT": ">", "GE": ">="}
TRUE, FALSE = "TRUE", "FALSE"


def to_sql(condition: Condition) -> str:
    """Return a condition as a SQL expression that can stand after WHERE."""
    bare = unnamed(condition)
    if isinstance(bare, Comparison):
        return _comparison(bare)
    if isinstance(bare, Not):
        return f"NOT coalesce({to_sql(bare.part)}, {FALSE})"
    if not bare.parts:
        return TRUE if isinstance(bare, And) else FALSE
    joined = " AND " if isinstance(bare, And) else " OR "
    return joined.join(_within(part, bare) for part in bare.parts)


def _within(part: Condition, whole: Condition) -> str:
    bare = unnamed(part)
    simple = isinstance(bare, Comparison | Not) or type(bare) is type(whole)
    return to_sql(bare) if simple else f"({to_sql(bare)})"


def _comparison(one: Comparison) -> str:
    name = '"' + one.variable.replace('"', '""') + '"'
    if one.comparator in ("MISSING", "PRESENT"):
        sign = "=" if one.comparator == "MISSING" else "<>"
        return f"coalesce(CAST({name} AS VARCHAR), '') {sign} ''"
    first, is_text = literal(one.values[0]), isinstance(one.values[0], str)
    values = f"({', '.join(map(literal, one.values))})"
    match one.comparator:
        case "EQ":
            return f"{name} = {first}"
        case "NE":
            return f"{name} IS DISTINCT FROM {first}"
        case "IN":
            return f"{name} IN {values}"
        case "NOTIN":
            return f"({name} IS NULL OR {name} NOT IN {values})"
        case "CONTAINS":
            return f"contains({name}, {first})"
    known = f"nullif({name}, '')" if is_text else name
    return f"{known} {SIGNS[one.comparator]} {first}"


def literal(value: Value) -> str:
    """Return a value as SQL writes it."""
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else plain(value)
