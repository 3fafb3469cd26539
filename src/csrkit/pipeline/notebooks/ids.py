"""Ids of cells that are the same each time a notebook is read or run."""

from __future__ import annotations

import re
from collections.abc import Sequence

VALID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
"""What nbformat 4.5 takes for an id."""


def stable_ids(given: Sequence[object]) -> list[str]:
    """Return one id a cell: its own where that is valid and the first of its kind, else by place.

    nbformat and papermill would give a random one instead.
    """
    taken: set[str] = set()
    own: list[str | None] = []
    for one in given:
        usable = isinstance(one, str) and VALID.fullmatch(one) and one not in taken
        own.append(str(one) if usable else None)
        taken.update([str(one)] if usable else [])
    return [name if name is not None else _of_place(at, taken) for at, name in enumerate(own)]


def _of_place(place: int, taken: set[str]) -> str:
    name = f"cell-{place}"
    while name in taken:
        name += "-x"
    taken.add(name)
    return name
