"""The pandoc binary, run with bounded memory and time."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from csrkit.errors import RunError
from csrkit.render.source import Line, find_lines, text_of

MEMORY = "2G"
TIMEOUT = 240
# What our filters say when they stop: what, and the text that was found.
STOPPED = re.compile(r"CSR\|([^|\n]*)\|([^\n]*)")


@cache
def pandoc_path() -> Path:
    """Return the pandoc binary that comes with the installed packages.

    Raises
    ------
    RunError
        When there is none.
    """
    import pypandoc

    try:
        return Path(pypandoc.get_pandoc_path())
    except OSError:
        raise RunError(
            "pandoc is missing", remedy="Install the package pypandoc-binary, which brings it."
        ) from None


@cache
def pandoc_version() -> str:
    """Return the version of pandoc."""
    process = subprocess.run(
        [pandoc_path(), "--version"], capture_output=True, text=True, timeout=60, check=True
    )
    return process.stdout.split(maxsplit=2)[1]


def convert(lines: list[Line], defaults: Mapping[str, Any], folder: Path) -> None:
    """Convert Markdown by a defaults file; paths are relative to `folder`.

    Raises
    ------
    RunError
        When pandoc or a filter stops, warns, or takes too much memory or time. A text that a filter
        stopped at is looked up in the source, so that the error names its file and line.
    """
    with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".yaml", encoding="utf-8") as file:
        yaml.safe_dump(dict(defaults), file, allow_unicode=True, sort_keys=False)
        file.flush()
        command = [str(pandoc_path()), "+RTS", f"-M{MEMORY}", "-RTS", "--defaults", file.name]
        try:
            process = subprocess.run(
                command,
                cwd=folder,
                input=text_of(lines),
                capture_output=True,
                text=True,
                encoding="utf-8",
                timeout=TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise RunError(
                "pandoc takes too long", where=str(folder), found=f"more than {TIMEOUT} s"
            ) from None
    if process.returncode or process.stderr.strip():
        raise _explain(process.stderr.strip() or f"exit code {process.returncode}", lines, folder)


def _explain(message: str, lines: list[Line], folder: Path) -> RunError:
    stopped = STOPPED.search(message)
    if not stopped:
        return RunError("pandoc can't convert the report", where=str(folder), found=message[:1500])
    what, found = stopped.groups()
    place = next((line.place for line in find_lines(lines, found)), str(folder))
    return RunError(what, where=place, found=found, remedy="Correct the source, or the index.")
