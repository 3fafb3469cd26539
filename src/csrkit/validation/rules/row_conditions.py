"""The names that a row condition of Great Expectations (a pandas query) looks at."""

from __future__ import annotations

import re

# A name in a row condition, not the text in quotes beside it.
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
NAME = re.compile(r"(?<![\w.])[A-Z][A-Z0-9_]*\b(?!\()")


def find_names(row_condition: str) -> list[str]:
    """Return the names of the columns that a row condition looks at, in its order.

    >>> find_names("AESDTH == 'Y' or AEOUT.notna()")
    ['AESDTH', 'AEOUT']
    """
    return NAME.findall(QUOTED.sub("", row_condition))
