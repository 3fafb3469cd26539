"""Characters that hide or rearrange what is read; where people read the data, codes tell them."""

from __future__ import annotations

import re

# Controls that aren't white space, marks that turn the direction of writing, the byte-order mark.
HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)


def told(text: str) -> str:
    r"""Return text with each hidden character as its code.

    >>> told("fever\u202egnp.exe")
    'fever‹U+202E›gnp.exe'
    """
    return HIDDEN.sub(lambda found: f"‹U+{ord(found[0]):04X}›", text)
