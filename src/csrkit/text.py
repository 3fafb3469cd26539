"""Text of the data where people read it: hidden characters, and formulas in spreadsheets.

A cell that begins with `=`, `+`, `-`, `@`, a tab or a line end is a formula to a spreadsheet, and
the data comes from hundreds of hands. Such a cell gets an apostrophe before it, which a spreadsheet
hides and which makes the rest plain text. Numbers (`-12.3`, `-12.3 (-20.1, 4.5)`) stay as they are.
Source: OWASP, CSV Injection.
"""

from __future__ import annotations

import re

import pandas as pd

# Controls that aren't white space, marks that turn the direction of writing, the byte-order mark.
HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
FORMULA = re.compile(r"^\s*[=+\-@\t\r\n]")
# Signs alone, or a number with a second part in brackets: an interval, with NE or NR for a limit.
NUMBER = re.compile(r"^[-+\s]+$|^[-+]?\d[\d.,]*(?:[eE][-+]?\d+)?%?(?:\s*\([-+\d.,\s%NER]*\))?$")


def show_hidden(text: str) -> str:
    r"""Return text with each character that hides or rearranges what is read as its code.

    >>> show_hidden("fever\u202egnp.exe")
    'fever‹U+202E›gnp.exe'
    """
    return HIDDEN.sub(lambda found: f"‹U+{ord(found[0]):04X}›", text)


def escape_formula(text: str) -> str:
    """Return a cell's text such that no spreadsheet takes it for a formula.

    >>> escape_formula("=1+1"), escape_formula("-12.3"), escape_formula("Fever")
    ("'=1+1", '-12.3', 'Fever')
    """
    return f"'{text}" if FORMULA.match(text) and not NUMBER.match(text) else text


def escape_formulas(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table of whose text cells, and column names, none is a formula."""
    escaped = {
        escape_formula(str(name)): values.map(
            lambda cell: escape_formula(cell) if isinstance(cell, str) else cell
        )
        if values.dtype == object
        else values
        for name, values in frame.items()
    }
    return pd.DataFrame(escaped, index=frame.index)
