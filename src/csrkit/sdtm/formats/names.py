"""Names of the variables of a dataset, as its file gives them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from csrkit.errors import DataError

NAME = re.compile(r"[A-Z_][A-Z0-9_]{0,31}")
# As many as a SAS dataset can have.
MOST_VARIABLES = 32_767
SHOWN = 40


def require_names(names: Sequence[str], file: Path) -> None:
    """Stop at names that can't be those of the variables of one dataset.

    Raises
    ------
    DataError
        When one is no name of SAS, there are too many, or two differ at most in case.
    """
    upper = [name.upper() for name in names]
    wrong = [name for name in upper if not NAME.fullmatch(name)]
    if wrong or len(names) > MOST_VARIABLES:
        raise DataError(
            "A name can't be that of a variable" if wrong else "A dataset has too many variables",
            where=str(file),
            found=", ".join(repr(name[:SHOWN]) for name in wrong[:5]) or f"{len(names):,}",
            allowed="a letter, then letters, digits and _, at most 32"
            if wrong
            else f"at most {MOST_VARIABLES:,}",
            remedy="Rename the variable, or leave it out."
            if wrong
            else "Deliver the dataset anew.",
        )
    twice = [name for name, times in Counter(upper).items() if times > 1]
    if twice:
        as_written = len(set(names)) < len(names)
        raise DataError(
            "A variable stands twice in a dataset"
            if as_written
            else "Two variables of a dataset differ only in case",
            where=str(file),
            found=", ".join(sorted(twice)[:5]),
            remedy="Keep one of them.",
        )
