"""Hashes that tell whether anything a result depends on has changed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path

IGNORED = frozenset({"__pycache__", ".ipynb_checkpoints", ".DS_Store"})


def hash_file(file: Path) -> str:
    """Return the SHA-256 of a file's bytes, as hexadecimal text."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def files_below(folder: Path) -> list[Path]:
    """Return the files below a folder in a fixed order; hidden files and caches are left out.

    Links are followed, a folder that is met twice (a link that leads back) once.
    """
    found, met = [], set()
    for place, folders, names in os.walk(folder, followlinks=True):
        folders[:] = [name for name in folders if _counts(name)]
        if (real := os.path.realpath(place)) in met:
            folders[:] = []
            continue
        met.add(real)
        found += [Path(place) / name for name in names if _counts(name)]
    return sorted(file for file in found if file.is_file())


def _counts(name: str) -> bool:
    return name not in IGNORED and not name.startswith(".")


def hash_files(files: Iterable[tuple[str, Path]]) -> dict[str, str]:
    """Return name → SHA-256 for named files, in the order of their names."""
    return {name: hash_file(file) for name, file in sorted(files)}


def hash_value(value: object) -> str:
    """Return the SHA-256 of a value's JSON form; the order of keys counts, as that of columns."""
    text = json.dumps(value, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
