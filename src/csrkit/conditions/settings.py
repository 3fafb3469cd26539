"""Conditions as fields of the models that settings are read into."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator
from pydantic_core import PydanticCustomError

from csrkit.conditions.grammar import ConditionError, parse
from csrkit.conditions.text import to_text
from csrkit.conditions.tree import And, Comparison, Condition, Named, Not, Or


def _read(value: Any) -> Condition:
    if isinstance(value, Comparison | And | Or | Not | Named):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("condition", "a condition, such as AESER == 'Y'")
    try:
        return parse(value)
    except ConditionError as fault:
        raise PydanticCustomError("condition", "{fault}", {"fault": str(fault)}) from None


def _read_told(value: Any) -> Condition | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    return _read(value)


def _write(condition: Condition | None) -> str | None:
    return None if condition is None else to_text(condition)


ConditionText = Annotated[Condition, PlainValidator(_read), PlainSerializer(_write)]
"""A field of a settings model: a condition, given as text; an empty text takes all records."""

ConditionIfTold = Annotated[Condition | None, PlainValidator(_read_told), PlainSerializer(_write)]
"""As `ConditionText`, for what data may not tell: an empty text, as None, takes no record."""
