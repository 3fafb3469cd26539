"""One at a time: locks on the folders that runs write to."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from csrkit.errors import RunError
from csrkit.files.folders import sweep

NAME = ".lock"
PATIENCE = 600
"""Seconds to wait for another run that is moving its report into place."""


@contextlib.contextmanager
def lock_cut(folder: Path) -> Iterator[None]:
    """Keep a data cut's folder to one run at a time, so that results of two can't mix.

    What an earlier run that was killed left under way is removed.

    Raises
    ------
    RunError
        At once, when another run is at work in it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(
        folder,
        0,
        "Another run is at work on this data cut",
        "Wait for it to end, or give this run a folder of its own with --derived.",
    ):
        sweep(folder, ".*-*")
        yield


@contextlib.contextmanager
def lock_outputs(folder: Path) -> Iterator[None]:
    """Keep a folder of reports to one run while it checks what stands there and adds to it.

    Raises
    ------
    RunError
        When another run keeps it for long.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(
        folder,
        PATIENCE,
        "Another run keeps the folder of the reports",
        "Wait for it to end, or give this run a folder of its own with --out.",
    ):
        sweep(folder, ".*-*")
        yield


@contextlib.contextmanager
def hold_still(folder: Path) -> Iterator[None]:
    """Keep runs from a data cut's folder, or the folder below it that is given, while it is read.

    A folder that no run works in, or that can't be written to, stays still by itself.

    Raises
    ------
    RunError
        When a run is at work in it.
    """
    found = [one for one in (folder, folder.parent) if os.access(one / NAME, os.W_OK)]
    with lock_cut(found[0]) if found else contextlib.nullcontext():
        yield


@contextlib.contextmanager
def _locked(folder: Path, patience: float, what: str, remedy: str) -> Iterator[None]:
    lock = FileLock(folder / NAME)
    try:
        lock.acquire(timeout=patience)
    except Timeout:
        raise RunError(what, where=str(folder), remedy=remedy) from None
    try:
        yield
    finally:
        lock.release()
