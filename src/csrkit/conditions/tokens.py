"""The words, names, values and signs that the text form of a condition is made of."""

from __future__ import annotations

import re
from dataclasses import dataclass

TOKEN = re.compile(
    r"""\s*(?:
    (?P<text>'(?:[^']|'')*'|"(?:[^"]|"")*")
    |(?P<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]))
    |(?P<name>[A-Za-z_]\w*)
    |(?P<sign>==|!=|<=|>=|<|>|\(|\)|\[|\]|,)
    |(?P<stray>\S+)
    )""",
    re.VERBOSE,
)
WORDS = frozenset({"and", "or", "not", "in", "is", "missing", "contains"})


@dataclass(frozen=True)
class Token:
    """A part of a text, with its kind and where it stands, from 1.

    `kind` is word, name, text, number, sign, end, or stray: what no condition holds.
    """

    kind: str
    text: str
    position: int


def tokens_of(text: str) -> list[Token]:
    """Return the tokens of a text in order, the last one its end."""
    tokens, whole = [], text.rstrip()
    for found in TOKEN.finditer(whole):
        kind = str(found.lastgroup)
        token = found.group(kind)
        kind = "word" if token in WORDS else kind
        tokens.append(Token(kind, token, found.start(kind if kind != "word" else "name") + 1))
    return [*tokens, Token("end", "the end", len(whole) + 1)]
