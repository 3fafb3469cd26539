"""Hashes that tell whether anything a result depends on has changed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

import csrkit

IGNORED = {"__pycache__", ".ipynb_checkpoints", ".DS_Store"}


def hash_file(file: Path) -> str:
    """Return the SHA-256 of a file's bytes, as hexadecimal text."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def files_below(folder: Path) -> list[Path]:
    """Return the files below a folder in a fixed order, linked folders too, caches left out."""
    found = (
        Path(place) / name
        for place, _, names in os.walk(folder, followlinks=True)
        for name in names
    )
    return sorted(path for path in found if not IGNORED.intersection(path.parts))


def hash_files(paths: Iterable[Path], root: Path) -> dict[str, str]:
    """Return path relative to `root` → SHA-256, for files and for all files below folders."""
    hashes = {}
    for path in paths:
        for file in files_below(path) if path.is_dir() else [path]:
            name = file.relative_to(root) if file.is_relative_to(root) else Path(file.name)
            hashes[name.as_posix()] = hash_file(file)
    return dict(sorted(hashes.items()))


def hash_value(value: object) -> str:
    """Return the SHA-256 of a value's JSON form."""
    text = json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=1)
def library_hash() -> str:
    """Return one hash of all source files of this library."""
    root = Path(csrkit.__file__).parent
    sources = [path for path in files_below(root) if path.suffix != ".pyc"]
    return hash_value({p.relative_to(root).as_posix(): hash_file(p) for p in sources})


def stage_key(parts: Mapping[str, object]) -> str:
    """Return the key under which a stage's results are kept: equal inputs give an equal key."""
    return hash_value({**parts, "library": library_hash()})
