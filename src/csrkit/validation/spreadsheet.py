"""Text of the data in files that a spreadsheet opens.

A cell that begins with `=`, `+`, `-`, `@`, a tab or a line end is a formula to a spreadsheet, and
the data comes from hundreds of hands. Such a cell gets an apostrophe before it, which a spreadsheet
hides and which makes the rest plain text. Numbers (`-12.3`, `-12.3 (-20.1, 4.5)`) stay as they are.
Source: OWASP, CSV Injection.
"""

from __future__ import annotations

import re

import pandas as pd

FORMULA = re.compile(r"^\s*[=+\-@\t\r\n]")
# Signs alone, or a number with a second part in brackets: an interval, with NE or NR for a limit.
NUMBER = re.compile(r"^[-+\s]+$|^[-+]?\d[\d.,]*(?:[eE][-+]?\d+)?%?(?:\s*\([-+\d.,\s%NER]*\))?$")


def guard(text: str) -> str:
    """Return a cell's text such that no spreadsheet takes it for a formula.

    >>> guard("=1+1"), guard("-12.3"), guard("Fever")
    ("'=1+1", '-12.3', 'Fever')
    """
    return f"'{text}" if FORMULA.match(text) and not NUMBER.match(text) else text


def guard_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose text cells, and column names, are guarded."""
    guarded = {
        guard(str(name)): values.map(lambda cell: guard(cell) if isinstance(cell, str) else cell)
        if values.dtype == object
        else values
        for name, values in frame.items()
    }
    return pd.DataFrame(guarded, index=frame.index)
