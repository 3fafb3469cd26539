"""Names that can be those of files on every system, and paths that stay in a folder.

Windows keeps some names for devices, whatever their ending, takes no name with certain signs, and
drops a full stop or blank at the end. Source: Microsoft, Naming Files, Paths, and Namespaces.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
WORD_IN_WORDS = "letters A to Z, digits, _, - and full stops, beginning with a letter or digit"
SIGNS = re.compile(r'[<>:"|?*\\\x00-\x1f\x7f]')
DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))]
)


def require_word(name: str) -> str:
    """Return a name that becomes a part of a file's.

    Raises
    ------
    ValueError
        When it is more than one word, or one that not every system takes.
    """
    if not WORD.fullmatch(name):
        raise ValueError(f"a name of files: {WORD_IN_WORDS}")
    require_portable(name)
    return name


def require_portable(name: str) -> None:
    """Stop at a name that Windows has no file of.

    Raises
    ------
    ValueError
        Saying what such a name may not be.
    """
    if SIGNS.search(name):
        raise ValueError('a name without < > : " | ? * \\ and control characters')
    if name.endswith((".", " ")) and name not in (".", ".."):
        raise ValueError("a name that doesn't end in a full stop or blank, which Windows drops")
    if name.partition(".")[0].rstrip().lower() in DEVICES:
        raise ValueError(f"another name: Windows keeps {name.partition('.')[0]} for a device")


def find_way_out(root: Path, path: Path) -> str:
    """Return how a path leaves a folder, in words; empty when it stays in it.

    Parameters
    ----------
    root
        The folder, without links.
    path
        A path below it, which may hold links and `..`.
    """
    if path.is_absolute():
        return "an absolute path"
    place = Path(os.path.realpath(root / path))
    return "" if place.is_relative_to(root) else f"it leads to {place}"
