"""The short text form of a condition, as `study.yml` and `tlf.yml` write it.

    TRTEMFL == 'Y' and (AESER == 'Y' or ATOXGRN >= 3)
    RSTESTCD == 'OVRLRESP' and RSSTRESC not in ['NE', 'ND']
    AESICAT is not missing
    not (EXDOSE > 0)
    DSTERM contains 'DEATH DUE TO'

    condition  = all-of { "or" all-of }
    all-of     = part { "and" part }
    part       = "not" part | "(" condition ")" | comparison
    comparison = NAME ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) value
               | NAME [ "not" ] "in" "[" value { "," value } "]"
               | NAME "is" [ "not" ] "missing"
               | NAME [ "not" ] "contains" text
    value      = number | text in single or double quotes

An empty text is true of every record.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Never

from pydantic import BeforeValidator

from csrkit.conditions.tree import (
    ALL_RECORDS,
    And,
    Comparator,
    Comparison,
    Condition,
    Named,
    Not,
    Or,
    Value,
)

TOKEN = re.compile(
    r"""\s*(?:
    (?P<text>'[^']*'|"[^"]*")
    |(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]))
    |(?P<name>[A-Za-z_]\w*)
    |(?P<sign>==|!=|<=|>=|<|>|\(|\)|\[|\]|,)
    )""",
    re.VERBOSE,
)
SIGNS: dict[str, Comparator] = {
    "==": "EQ",
    "!=": "NE",
    "<": "LT",
    "<=": "LE",
    ">": "GT",
    ">=": "GE",
}
WORDS = frozenset({"and", "or", "not", "in", "is", "missing", "contains"})
COMPARISONS = "==, !=, <, <=, >, >=, in, not in, is missing, is not missing, contains"


class ConditionError(ValueError):
    """A text that is no condition: where, what stands there, and what may."""

    def __init__(self, text: str, position: int, found: str, allowed: str) -> None:
        super().__init__(
            f"no condition: at position {position} of {text!r} stands {found}; "
            f"allowed there: {allowed}"
        )


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    position: int


def parse(text: str) -> Condition:
    """Return the condition that a text says.

    Raises
    ------
    ConditionError
        When the text departs from the grammar: with the position (from 1) and what is allowed.
    """
    reader = _Reader(text)
    if reader.peek().kind == "end":
        return ALL_RECORDS
    condition = reader.read_any()
    if reader.peek().kind != "end":
        reader.fail("and, or, or the end")
    return condition


def _as_condition(value: Any) -> Any:
    return parse(value) if isinstance(value, str) else value


ConditionText = Annotated[
    Comparison | And | Or | Not | Named,
    BeforeValidator(_as_condition),
]
"""A field of a settings model: a condition, given as text."""


class _Reader:
    """Reads the tokens of a text from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = self._split()
        self.place = 0

    def _split(self) -> list[_Token]:
        tokens, at, end = [], 0, len(self.text.rstrip())
        while at < end:
            found = TOKEN.match(self.text, at, end)
            if found is None or found.lastgroup is None:
                at += len(self.text[at:]) - len(self.text[at:].lstrip())
                stray = self.text[at:].split()[0]
                raise ConditionError(
                    self.text, at + 1, repr(stray), "a variable, a number, text in quotes, ( or )"
                )
            token = found.group(found.lastgroup)
            kind = "word" if token in WORDS else found.lastgroup
            tokens.append(_Token(kind, token, found.start(found.lastgroup) + 1))
            at = found.end()
        return [*tokens, _Token("end", "the end", end + 1)]

    def peek(self) -> _Token:
        return self.tokens[self.place]

    def take(self) -> _Token:
        token = self.peek()
        self.place += 1
        return token

    def takes(self, *texts: str) -> bool:
        """Take the next tokens when they are these words or signs."""
        ahead = self.tokens[self.place : self.place + len(texts)]
        found = [token.text for token in ahead if token.kind in ("word", "sign")]
        if found != list(texts):
            return False
        self.place += len(texts)
        return True

    def fail(self, allowed: str) -> Never:
        token = self.peek()
        found = token.text if token.kind == "end" else repr(token.text)
        raise ConditionError(self.text, token.position, found, allowed)

    def read_any(self) -> Condition:
        parts = [self.read_all()]
        while self.takes("or"):
            parts.append(self.read_all())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def read_all(self) -> Condition:
        parts = [self.read_part()]
        while self.takes("and"):
            parts.append(self.read_part())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def read_part(self) -> Condition:
        if self.takes("not"):
            return Not(self.read_part())
        if self.takes("("):
            inside = self.read_any()
            if not self.takes(")"):
                self.fail("and, or, )")
            return inside
        return self.read_comparison()

    def read_comparison(self) -> Condition:
        if self.peek().kind != "name":
            self.fail("a variable, not, or (")
        name = self.take().text
        if self.takes("is", "not", "missing"):
            return Comparison(name, "PRESENT")
        if self.takes("is", "missing"):
            return Comparison(name, "MISSING")
        if self.takes("not", "in"):
            return Comparison(name, "NOTIN", self.read_values())
        if self.takes("in"):
            return Comparison(name, "IN", self.read_values())
        if self.takes("not", "contains"):
            return Not(Comparison(name, "CONTAINS", (self.read_text(),)))
        if self.takes("contains"):
            return Comparison(name, "CONTAINS", (self.read_text(),))
        for sign, comparator in SIGNS.items():
            if self.takes(sign):
                return Comparison(name, comparator, (self.read_value(),))
        self.fail(COMPARISONS)

    def read_values(self) -> tuple[Value, ...]:
        if not self.takes("["):
            self.fail("[")
        values = [self.read_value()]
        while self.takes(","):
            values.append(self.read_value())
        if not self.takes("]"):
            self.fail(", or ]")
        if len({isinstance(value, str) for value in values}) > 1:
            self.fail("values that are all text or all numbers before it")
        return tuple(values)

    def read_value(self) -> Value:
        token = self.peek()
        if token.kind == "number":
            number = float(self.take().text)
            return int(number) if number.is_integer() else number
        return self.read_text("a number, or text in quotes")

    def read_text(self, allowed: str = "text in quotes") -> str:
        if self.peek().kind != "text":
            self.fail(allowed)
        return self.take().text[1:-1]
