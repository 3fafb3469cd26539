"""A condition as data: comparisons of variables with values, joined by and, or, not.

The comparators are those of CDISC's Analysis Results Standard (ARS) v1.0, and for what ARS writes
as a comparison with no value, MISSING and PRESENT. CONTAINS is for free text of the SDTM; ARS has
no such comparator.

A condition is true or false of a record, never unknown: a missing value is equal to nothing and
different from everything, and neither below nor above anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias, Union

Value: TypeAlias = str | int | float
Comparator = Literal[
    "EQ", "NE", "LT", "LE", "GT", "GE", "IN", "NOTIN", "MISSING", "PRESENT", "CONTAINS"
]
OPPOSITE: dict[Comparator, Comparator] = {
    "EQ": "NE",
    "NE": "EQ",
    "IN": "NOTIN",
    "NOTIN": "IN",
    "MISSING": "PRESENT",
    "PRESENT": "MISSING",
}
"""Comparators that say the contrary of each other, of missing values too."""


@dataclass(frozen=True)
class Comparison:
    """A variable compared with a value, with several, or with none (MISSING, PRESENT)."""

    variable: str
    comparator: Comparator
    values: tuple[Value, ...] = ()


@dataclass(frozen=True)
class And:
    """True when all parts are; without parts true of every record."""

    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Or:
    """True when a part is."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Not:
    """True when the part isn't."""

    part: Condition


@dataclass(frozen=True)
class Named:
    """A condition that has a name of its own in words ("Safety set")."""

    name: str
    part: Condition


Condition: TypeAlias = Union[Comparison, And, Or, Not, Named]  # noqa: UP007 - names defined later

ALL_RECORDS = And()


def equal(variable: str, value: Value | None) -> Condition:
    """Return the condition that a variable has a value; None asks for a missing one."""
    return missing(variable) if value is None else Comparison(variable, "EQ", (value,))


def one_of(variable: str, values: Iterable[Value]) -> Condition:
    """Return the condition that a variable has one of several values."""
    return Comparison(variable, "IN", tuple(values))


def missing(variable: str) -> Condition:
    """Return the condition that a variable has no value."""
    return Comparison(variable, "MISSING")


def present(variable: str) -> Condition:
    """Return the condition that a variable has a value."""
    return Comparison(variable, "PRESENT")


def both(*parts: Condition) -> Condition:
    """Return the condition that asks for all parts; what is always true is left out."""
    flat: list[Condition] = []
    for part in parts:
        flat += part.parts if isinstance(part, And) else [part]
    return flat[0] if len(flat) == 1 else And(tuple(flat))


def either(*parts: Condition) -> Condition:
    """Return the condition that asks for any of some parts; one part is the condition itself."""
    return parts[0] if len(parts) == 1 else Or(parts)


def comparisons_of(condition: Condition) -> Iterator[Comparison]:
    """Yield the comparisons of a condition, in its order."""
    if isinstance(condition, Comparison):
        yield condition
    elif isinstance(condition, And | Or):
        for part in condition.parts:
            yield from comparisons_of(part)
    else:
        yield from comparisons_of(condition.part)


def variables_of(condition: Condition) -> tuple[str, ...]:
    """Return the variables that a condition looks at, in its order, each once."""
    return tuple(dict.fromkeys(one.variable for one in comparisons_of(condition)))
