"""A ZIP whose bytes depend on the files alone: sorted entries, one fixed time, fixed modes."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path

from csrkit.errors import RunError

EARLIEST = (1980, 1, 1, 0, 0, 0)
SAFE_NAME = re.compile(r"^(?!/)(?!.*(^|/)\.{0,2}(/|$))[^\\:\x00-\x1f]+$")
"""Relative, with no part that is empty, `.` or `..`: unpacked, it can't leave the folder."""
LARGE = 1 << 31

Content = Path | bytes


def write_archive(target: Path, members: Iterable[tuple[str, Content]]) -> Path:
    """Write a ZIP of `(name in the archive, file or bytes)` pairs and return its path.

    Raises
    ------
    RunError
        When a name could leave the folder that the archive is unpacked in, or stands twice.
    """
    written: set[str] = set()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in sorted(members, key=lambda member: member[0]):
            _require_safe(name, written)
            written.add(name.casefold())
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, wherever it was written
            entry.external_attr = 0o644 << 16
            if isinstance(content, bytes):
                archive.writestr(entry, content)
                continue
            large = content.stat().st_size >= LARGE
            with content.open("rb") as source, archive.open(entry, "w", force_zip64=large) as into:
                shutil.copyfileobj(source, into, 1 << 20)
    return target


def _require_safe(name: str, written: set[str]) -> None:
    if SAFE_NAME.match(name) and name.casefold() not in written:
        return
    raise RunError(
        "A file can't be put into the bundle under its name",
        where="the bundle",
        found=name,
        allowed="a relative name without .., \\ or :, that stands once in any spelling",
        remedy="Rename the file.",
    )
