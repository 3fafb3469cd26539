"""A ZIP whose bytes depend on the files alone: sorted entries, one fixed time, fixed modes."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable
from pathlib import Path

EARLIEST = (1980, 1, 1, 0, 0, 0)


def write_archive(target: Path, members: Iterable[tuple[str, Path]]) -> Path:
    """Write a ZIP of `(name in the archive, file)` pairs and return its path."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, file in sorted(members):
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, file.read_bytes())
    return target


def below(folder: Path, prefix: str, *, ignored: frozenset[str]) -> list[tuple[str, Path]]:
    """Return the members for all files below a folder, those of ignored folders left out."""
    files = (
        Path(place) / name
        for place, _, names in os.walk(folder, followlinks=True)
        for name in names
    )
    return [
        (f"{prefix}/{file.relative_to(folder).as_posix()}", file)
        for file in sorted(files)
        if not ignored.intersection(file.relative_to(folder).parts)
    ]
