"""What tells, without reading it, that a file was written to."""

from __future__ import annotations

from pathlib import Path

Signature = tuple[int, int, int, int]
"""Size, inode, and times of content and of status of a file: any write changes it."""


def signature_of(file: Path) -> Signature | None:
    """Return what tells that a file was written to or replaced; None when it isn't there."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_size, found.st_ino, found.st_mtime_ns, found.st_ctime_ns
