"""`manifest.sha256`: one line a file, in the form that `sha256sum -c` reads."""

from __future__ import annotations

import hashlib
from pathlib import Path

NAME = "manifest.sha256"
# run.json tells when and on what machine a run was made, so it differs between equal runs.
LEFT_OUT = {NAME, "run.json"}


def hash_folder(folder: Path) -> dict[str, str]:
    """Return relative path → SHA-256 for all files the manifest covers, in order."""
    hashes = {}
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = file.relative_to(folder).as_posix()
        if name not in LEFT_OUT:
            with file.open("rb") as stream:
                hashes[name] = hashlib.file_digest(stream, "sha256").hexdigest()
    return hashes


def write_manifest(folder: Path) -> Path:
    """Write the manifest of a folder and return its path."""
    lines = [f"{digest}  {name}\n" for name, digest in hash_folder(folder).items()]
    file = folder / NAME
    file.write_text("".join(lines), encoding="utf-8")
    return file


def read_manifest(folder: Path) -> dict[str, str]:
    """Return relative path → SHA-256 as the manifest has it; empty when there is none."""
    file = folder / NAME
    if not file.is_file():
        return {}
    lines = file.read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def differences(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """Return the names that only one manifest has, or that have another hash, in order."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def is_whole(folder: Path) -> bool:
    """Tell whether a folder holds just what its manifest says."""
    manifest = read_manifest(folder)
    return bool(manifest) and hash_folder(folder) == manifest
