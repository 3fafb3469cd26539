"""A condition as data: comparisons of variables with values, joined by and, or, not.

The comparators are those of CDISC's Analysis Results Standard (ARS) v1.0, and for what ARS writes
as a comparison with no value, MISSING and PRESENT. CONTAINS is for free text of the SDTM; ARS has
no such comparator.

A condition is true or false of a record, never unknown: a missing value is equal to nothing and
different from everything, and neither below nor above anything. An empty text is a missing value.
"""

from __future__ import annotations

import math
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
    """A variable compared with a value, with several (IN, NOTIN), or none (MISSING, PRESENT).

    Raises
    ------
    ValueError
        When the number of values isn't that of the comparator, when one is missing (None, NaN, an
        empty text) or infinite, or when text stands beside numbers.
    """

    variable: str
    comparator: Comparator
    values: tuple[Value, ...] = ()

    def __post_init__(self) -> None:
        number = len(self.values)
        fits = {"MISSING": number == 0, "PRESENT": number == 0, "IN": number, "NOTIN": number}
        if not fits.get(self.comparator, number == 1):
            raise ValueError(f"{self.variable} {self.comparator} takes another number of values")
        if not all(map(is_value, self.values)):
            raise ValueError(f"{self.variable} is compared with a missing or infinite value")
        if len({isinstance(value, str) for value in self.values}) > 1:
            raise ValueError(f"{self.variable} is compared with text and with numbers")


@dataclass(frozen=True)
class And:
    """True when all parts are; without parts true of every record."""

    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Or:
    """True when a part is; without parts true of none."""

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
Unnamed: TypeAlias = Comparison | And | Or | Not

ALL_RECORDS = And()


def equal(variable: str, value: Value | None) -> Condition:
    """Return the condition that a variable has a value; a missing one asks for a missing one."""
    if value is None or value == "" or value != value:
        return missing(variable)
    return Comparison(variable, "EQ", (value,))


def one_of(variable: str, values: Iterable[Value]) -> Condition:
    """Return the condition that a variable has one of several values; of none, for no record."""
    given = tuple(values)
    return Comparison(variable, "IN", given) if given else Or(())


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


def unnamed(condition: Condition) -> Unnamed:
    """Return a condition without the name that it has of its own."""
    return unnamed(condition.part) if isinstance(condition, Named) else condition


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


def is_value(value: object) -> bool:
    """Return whether a variable can be compared with a value: text or a number, not missing."""
    if isinstance(value, str):
        return value != ""
    return isinstance(value, int | float) and math.isfinite(value)


def plain(value: Value) -> str:
    """Return a value as text, a whole number without decimals, any other one with all of them."""
    return str(value).removesuffix(".0") if isinstance(value, float) else str(value)
