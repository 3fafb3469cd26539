"""Where commands write: apart from the data, and whole or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from csrkit.errors import RunError, UsageError
from csrkit.files.folders import temporary_folder


def keep_apart(data: Path, folders: Mapping[str, Path]) -> None:
    """Refuse to write into the data: results there would be taken for data the next time.

    Parameters
    ----------
    data
        The folder that is read.
    folders
        Name of an option → the folder that it names.

    Raises
    ------
    UsageError
        Naming the option.
    """
    for option, folder in folders.items():
        if folder.resolve().is_relative_to(data.resolve()):
            raise UsageError(
                "Results would be written into the data that they are made from",
                where=option,
                found=str(folder),
                allowed=f"a folder that doesn't lie in {data}",
                remedy="Name another folder.",
            )


@contextlib.contextmanager
def written_whole(folder: Path) -> Iterator[Path]:
    """Give a folder to write to; its files move to `folder` once everything is written.

    Raises
    ------
    RunError
        When `folder` can't be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise RunError(
            "A folder for results can't be made",
            where=str(folder),
            found=fault.strerror or str(fault),
            remedy="Name another folder, or allow writing there.",
        ) from None
    with temporary_folder(folder, "csr") as made:
        yield made
        for file in sorted(made.rglob("*")):
            if file.is_file():
                target = folder / file.relative_to(made)
                target.parent.mkdir(parents=True, exist_ok=True)
                os.replace(file, target)
