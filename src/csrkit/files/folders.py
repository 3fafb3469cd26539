"""Folders that appear whole or not at all."""

from __future__ import annotations

import contextlib
import glob
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

SCRATCH = "csr-"
"""How the folders of runs among the system's temporary files begin."""


NOTHING = re.compile(r"(?!)")


@contextlib.contextmanager
def temporary_folder(beside: Path, name: str) -> Iterator[Path]:
    """Give an empty hidden folder on the same file system as `beside`; it is gone afterwards.

    What runs that were killed have left there under this name is removed.
    """
    beside.mkdir(parents=True, exist_ok=True)
    sweep(beside, f".{glob.escape(name)}-*")
    with _own_folder(beside, f".{name}-") as folder:
        os.chmod(folder, 0o755)
        yield folder


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """Give an empty folder among the system's temporary files; it is gone afterwards.

    What runs that were killed have left there is removed.
    """
    place = Path(tempfile.gettempdir())
    sweep(place, f"{SCRATCH}*")
    with _own_folder(place, SCRATCH) as folder:
        yield folder


@contextlib.contextmanager
def _own_folder(place: Path, prefix: str) -> Iterator[Path]:
    while True:
        # It is removed even when the interpreter ends before this function does.
        made = tempfile.TemporaryDirectory(prefix=prefix, dir=place, ignore_cleanup_errors=True)
        with made as folder, _held(Path(folder), wait=True):
            if Path(folder).is_dir():  # else another run swept it before it was held
                yield Path(folder)
                return


@contextlib.contextmanager
def _held(folder: Path, *, wait: bool = False) -> Iterator[bool]:
    """Hold a folder as long as this process lives; tell whether that could be had."""
    if fcntl is None:
        yield False
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        yield False
        return
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            held = True
        except OSError:
            held = False
        yield held
    finally:
        os.close(descriptor)


def sweep(place: Path, pattern: str) -> None:
    """Remove the folders of a pattern that no living process holds: a killed run left them."""
    for folder in place.glob(pattern):
        if folder.is_dir() and not folder.is_symlink():
            with _held(folder) as nobody_else:
                if nobody_else:
                    shutil.rmtree(folder, ignore_errors=True)


def move_into_place(source: Path, target: Path) -> None:
    """Put a finished file or folder where an older one may stand."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.is_dir():
        os.replace(source, target)
        return
    with temporary_folder(target.parent, "old") as old:
        os.replace(target, old / target.name)
        try:
            os.replace(source, target)
        except OSError:
            os.replace(old / target.name, target)
            raise


def copy_folder(source: Path, target: Path, left_out: re.Pattern[str] = NOTHING) -> None:
    """Copy the files below a folder, content alone: the copies can be written to and removed.

    Files and folders whose name begins with what is `left_out` are.
    """
    for place, folders, names in os.walk(source, followlinks=True):
        here = target / os.path.relpath(place, source)
        here.mkdir(parents=True, exist_ok=True)
        folders[:] = [name for name in folders if not left_out.match(name)]
        for name in names:
            if not left_out.match(name):
                shutil.copyfile(Path(place) / name, here / name)


def write_whole(file: Path, text: str) -> None:
    """Write a text file in one step: who reads meanwhile sees the older one or the new one."""
    with temporary_folder(file.parent, "write") as folder:
        (folder / file.name).write_text(text, encoding="utf-8", newline="\n")
        os.replace(folder / file.name, file)
