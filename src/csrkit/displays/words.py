"""Terms of the data as a reader wants to see them."""

from __future__ import annotations

import re

EMPTY = "No records meet the criteria"
"""What stands in a display that has nothing to show."""

_POWER = re.compile(r"10\^(\d+)")
_TIMES = re.compile(r"\b(\d+)E(\d+)\b")
_CELSIUS = re.compile(r"\(C\)$")
_MICRO = re.compile(r"\bu(?=(?:mol|g|L|IU)\b)")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def sentence_case(term: str) -> str:
    """Return a term in capitals as in a sentence: `ADVERSE EVENT` becomes `Adverse event`.

    A term with a small letter in it is left as it is.
    """
    return term.capitalize() if term.isupper() else term


def with_units(term: str) -> str:
    """Return a term as printed: `(10^9/L)` becomes `(10⁹/L)`, `umol` `µmol`, `20E8` `20×10⁸`."""
    raised = _POWER.sub(lambda power: "10" + power.group(1).translate(_RAISED), term)
    raised = _TIMES.sub(lambda power: f"{power[1]}×10{power[2].translate(_RAISED)}", raised)
    return _CELSIUS.sub("(°C)", _MICRO.sub("µ", raised))
