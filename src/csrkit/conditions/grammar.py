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
    value      = number | text in single or double quotes; a quote within is written twice

An empty text is true of every record. A text has at most `MOST_CHARACTERS`, and parentheses and
`not` stand within each other at most `MOST_LEVELS` deep: whatever is given for a condition, it is
soon read, asked and written.
"""

from __future__ import annotations

import math
from typing import NoReturn

from csrkit.conditions.tokens import Token, tokens_of
from csrkit.conditions.tree import (
    ALL_RECORDS,
    And,
    Comparator,
    Comparison,
    Condition,
    Not,
    Or,
    Value,
)

SIGNS: dict[str, Comparator] = {
    "==": "EQ",
    "!=": "NE",
    "<": "LT",
    "<=": "LE",
    ">": "GT",
    ">=": "GE",
}
COMPARISONS = "==, !=, <, <=, >, >=, in, not in, is missing, is not missing, contains, not contains"
NUMBER, TEXT = "a number", "text in quotes"
MOST_CHARACTERS = 50_000
MOST_LEVELS = 50
SHOWN = 40


class ConditionError(ValueError):
    """A text that is no condition.

    Attributes
    ----------
    text
        The text.
    position, found
        Where it departs from the grammar (from 1), and what stands there.
    allowed
        What may stand there.
    """

    def __init__(self, text: str, position: int, found: str, allowed: str) -> None:
        super().__init__(f"at position {position} stands {found}; allowed there: {allowed}")
        self.text, self.position, self.found, self.allowed = text, position, found, allowed


def parse(text: str) -> Condition:
    """Return the condition that a text says.

    Raises
    ------
    ConditionError
        When the text departs from the grammar, is too long or nests too deep: with the position
        (from 1) and what is allowed.
    """
    if len(text) > MOST_CHARACTERS:
        found, allowed = f"character {MOST_CHARACTERS + 1} of {len(text)}", "the end"
        raise ConditionError(text, MOST_CHARACTERS + 1, found, allowed)
    reader = _Reader(text)
    if reader.peek().kind == "end":
        return ALL_RECORDS
    condition = reader.read_any()
    if reader.peek().kind != "end":
        reader.fail("and, or, the end")
    return condition


class _Reader:
    """Reads the tokens of a text from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens_of(text)
        self.place = 0
        self.level = 0

    def peek(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
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

    def fail(self, allowed: str) -> NoReturn:
        token = self.peek()
        shown = token.text if len(token.text) <= SHOWN else f"{token.text[:SHOWN]}…"
        found = shown if token.kind == "end" else repr(shown)
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
        if self.peek().text not in ("not", "("):
            return self.read_comparison()
        if self.level == MOST_LEVELS:
            self.fail(f"a comparison; no more than {MOST_LEVELS} levels of ( and not")
        self.level += 1
        inside = Not(self.read_part()) if self.takes("not") else self.read_inside()
        self.level -= 1
        return inside

    def read_inside(self) -> Condition:
        self.take()
        inside = self.read_any()
        if not self.takes(")"):
            self.fail("and, or, )")
        return inside

    def read_comparison(self) -> Condition:
        if self.peek().kind != "name":
            self.fail("a variable, not, (")
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
        return Comparison(name, self.read_sign(), (self.read_value(),))

    def read_sign(self) -> Comparator:
        sign = SIGNS.get(self.peek().text)
        if sign is None:
            self.fail(COMPARISONS)
        self.take()
        return sign

    def read_values(self) -> tuple[Value, ...]:
        if not self.takes("["):
            self.fail("[")
        values = [self.read_value()]
        read_like = self.read_text if isinstance(values[0], str) else self.read_number
        while self.takes(","):
            values.append(read_like())
        if not self.takes("]"):
            self.fail("a comma, ]")
        return tuple(values)

    def read_value(self) -> Value:
        if self.peek().kind == "number":
            return self.read_number()
        return self.read_text(f"{NUMBER}, {TEXT}")

    def read_number(self) -> Value:
        if self.peek().kind != "number":
            self.fail(NUMBER)
        number = float(self.peek().text)
        if math.isinf(number):
            self.fail(f"{NUMBER} below 1.8e308")
        self.take()
        return int(number) if number.is_integer() else number

    def read_text(self, allowed: str = TEXT) -> str:
        if self.peek().kind != "text":
            self.fail(allowed)
        quoted = self.peek().text
        quote, inside = quoted[0], quoted[1:-1]
        if not inside:
            self.fail(f"{allowed}, not empty (use is missing)")
        self.take()
        return inside.replace(quote * 2, quote)
