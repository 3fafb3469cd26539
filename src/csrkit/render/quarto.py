"""Quarto as the engine, on the same stage as the embedded one."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

from csrkit.errors import RunError
from csrkit.render.config import BASE_FORMATS, Document
from csrkit.render.pandoc import STOPPED
from csrkit.render.sealing import seal
from csrkit.render.source import find_lines

TIMEOUT = 1800
PAGE_BREAK = ('<div style="page-break-after: always;"></div>', '<div class="page-break"></div>')


@cache
def quarto_version() -> str:
    """Return the version of the Quarto on PATH."""
    process = subprocess.run(
        ["quarto", "--version"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={**os.environ, "NO_COLOR": "1"},
    )
    return process.stdout.strip()


def render_quarto(stage: Path, document: Document, profile: str, timestamp: int) -> dict[str, Path]:
    """Render every format of a document that the embedded engine's checks have passed.

    Raises
    ------
    RunError
        When Quarto stops.
    """
    files = {}
    for one in document.options:
        target = document.file.with_suffix("." + one)
        target.unlink(missing_ok=True)
        name = f"{document.extension.name}-{BASE_FORMATS[one]}"
        _run(stage, document, ["--to", name, "--profile", profile], timestamp)
        if not target.is_file():
            raise RunError("Quarto wrote no report", where=str(stage), found=target.name)
        if one == "html":
            _drop_inline_breaks(target)
            seal(target)
        files[one] = target
    return files


def _drop_inline_breaks(file: Path) -> None:
    """Give Quarto's page breaks the class of ours; the report's policy forbids inline styles."""
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(*PAGE_BREAK), encoding="utf-8", newline="\n")


def _run(stage: Path, document: Document, arguments: list[str], timestamp: int) -> None:
    command = ["quarto", "render", str(document.file.relative_to(stage)), *arguments]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(timestamp), "NO_COLOR": "1"}
    environment.pop("QUARTO_PROFILE", None)
    try:
        process = subprocess.run(
            command,
            cwd=stage,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise RunError(
            "Quarto takes too long", where=str(stage), found=f"more than {TIMEOUT} s"
        ) from None
    if process.returncode:
        raise _explain(process.stderr.strip(), document)


def _explain(message: str, document: Document) -> RunError:
    stopped = STOPPED.search(message)
    if not stopped:
        return RunError(
            "Quarto can't render the report", where=document.file.name, found=message[-1500:]
        )
    what, found = stopped.groups()
    place = next((line.place for line in find_lines(document.lines, found)), document.file.name)
    return RunError(what, where=place, found=found, remedy="Correct the source, or the index.")
