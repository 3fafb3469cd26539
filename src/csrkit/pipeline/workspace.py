"""Folders that appear whole or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from filelock import FileLock, Timeout

from csrkit.errors import RunError


@contextlib.contextmanager
def temporary_folder(beside: Path, name: str) -> Iterator[Path]:
    """Give an empty folder on the same file system as `beside`; it is gone afterwards."""
    beside.mkdir(parents=True, exist_ok=True)
    place = tempfile.TemporaryDirectory(prefix=f".{name}-", dir=beside, ignore_cleanup_errors=True)
    with place as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


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


@contextlib.contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Keep a folder to one run at a time, so that results of two can't mix.

    What an earlier run that was killed left under way is removed.

    Raises
    ------
    RunError
        At once, when another run is at work in it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise RunError(
            "Another run is at work on this data cut",
            where=str(folder),
            remedy="Wait for it to end, or give this run a folder of its own with --derived.",
        ) from None
    try:
        for left in folder.glob(".*-*"):
            shutil.rmtree(left, ignore_errors=True)
        yield
    finally:
        lock.release()


class StageStore:
    """Results of the stages of one data cut, each with the key they were made under.

    Parameters
    ----------
    folder
        The data cut's folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _record(self, stage: str) -> Path:
        return self.folder / "stages" / f"{stage}.json"

    def key(self, stage: str) -> str | None:
        """Return the key of a stage's results, None when there are none that are whole."""
        try:
            return str(json.loads(self._record(stage).read_text(encoding="utf-8"))["key"])
        except (OSError, ValueError, KeyError):
            return None

    def has(self, stage: str, key: str, produces: Sequence[Path]) -> bool:
        """Tell whether a stage's results are there and were made under this key."""
        there = all((self.folder / path).is_dir() for path in produces)
        return there and self.notebook(stage).is_file() and self.key(stage) == key

    def notebook(self, stage: str) -> Path:
        """Return where the executed notebook of a stage is kept."""
        return self.folder / "notebooks" / f"{stage}.ipynb"

    def publish(self, stage: str, made: Path, key: str, produces: Sequence[Path]) -> None:
        """Move what a stage made into place; the record goes first and comes back last."""
        record = self._record(stage)
        record.unlink(missing_ok=True)
        for path in produces:
            (made / path).mkdir(parents=True, exist_ok=True)
            move_into_place(made / path, self.folder / path)
        notebook = Path("notebooks") / f"{stage}.ipynb"
        move_into_place(made / notebook, self.folder / notebook)
        record.parent.mkdir(parents=True, exist_ok=True)
        record.write_text(json.dumps({"stage": stage, "key": key}), encoding="utf-8")
