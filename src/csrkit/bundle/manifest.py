"""`manifest.sha256`: one line a file, in the form that `sha256sum -c` reads."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

NAME = "manifest.sha256"


def hash_folder(folder: Path) -> dict[str, str]:
    """Return relative path → SHA-256 for all files of a folder but its manifest, in order."""
    hashes = {}
    for file in sorted(path for path in folder.rglob("*") if not path.is_dir()):
        name = file.relative_to(folder).as_posix()
        if name != NAME:
            hashes[name] = _hash(file)
    return hashes


def _hash(file: Path) -> str:
    """Return the hash of a file; what is none (a link that leads nowhere, a pipe) has no hash."""
    if not file.is_file():
        return "no file"
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_manifest(folder: Path) -> Path:
    """Write the manifest of a folder and return its path."""
    file = folder / NAME
    text = "".join(digest_line(digest, name) for name, digest in hash_folder(folder).items())
    file.write_text(text, encoding="utf-8", newline="\n")
    return file


def digest_line(digest: str, name: str) -> str:
    """Return the line for one file."""
    return f"{digest}  {name}\n"


def read_manifest(folder: Path) -> dict[str, str]:
    """Return relative path → SHA-256 as the manifest has it; empty when none can be read."""
    try:
        lines = (folder / NAME).read_text(encoding="utf-8").splitlines()
        return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    except (OSError, ValueError):
        return {}


def read_digest(file: Path) -> str | None:
    """Return the hash that a file with one such line holds; None when it holds none."""
    try:
        return file.read_text(encoding="utf-8").split("  ", 1)[0]
    except (OSError, ValueError):
        return None


def differences(one: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    """Return the names that only one of both has, or that have another hash, in order."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def changed_files(folder: Path) -> list[str]:
    """Return the files of a folder that aren't as its manifest says: changed, missing, added.

    The manifest itself is named when it is missing or can't be read.
    """
    manifest = read_manifest(folder)
    return differences(manifest, hash_folder(folder)) if manifest else [NAME]


def is_whole(folder: Path) -> bool:
    """Tell whether a folder holds just what its manifest says."""
    return not changed_files(folder)
