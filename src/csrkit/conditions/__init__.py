"""Conditions on records: parsed from a short text, and written as words, pandas, SQL or ARS."""

from csrkit.conditions.grammar import ConditionError, parse
from csrkit.conditions.settings import ConditionIfTold, ConditionText
from csrkit.conditions.tree import (
    ALL_RECORDS,
    And,
    Comparison,
    Condition,
    Named,
    Not,
    Or,
    both,
    either,
    equal,
    missing,
    one_of,
    present,
    variables_of,
)

__all__ = [
    "ALL_RECORDS",
    "And",
    "Comparison",
    "Condition",
    "ConditionError",
    "ConditionIfTold",
    "ConditionText",
    "Named",
    "Not",
    "Or",
    "both",
    "either",
    "equal",
    "missing",
    "one_of",
    "parse",
    "present",
    "variables_of",
]
