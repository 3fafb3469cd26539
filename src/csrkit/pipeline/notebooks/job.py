"""What is to be executed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class NotebookJob:
    """A notebook to execute; plain values only, so that any executor can carry it.

    Attributes
    ----------
    stage
        Name of the notebook.
    source, target
        The notebook, and where it goes with its outputs.
    parameters
        What its parameters are set to.
    places
        Parameters that say where to read and write.
    socket
        Where a fork server of this machine listens; None for a kernel that imports all anew.
    failed
        Where the notebook is kept as far as it came when it stops; None for nowhere.
    """

    stage: str
    source: Path
    target: Path
    parameters: Mapping[str, str | bool]
    places: tuple[str, ...]
    socket: str | None = None
    failed: Path | None = None
