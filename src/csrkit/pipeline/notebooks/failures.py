"""What a person is told of a notebook that stopped, and the notebook as far as it came."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from csrkit import errors
from csrkit.errors import CsrError, RunError
from csrkit.pipeline.kernels.client import SERVER_GONE
from csrkit.pipeline.machine import MEMORY, machine_fault
from csrkit.pipeline.notebooks.cells import (
    KERNEL_ENDED,
    NO_START,
    START_VARIABLE,
    CellFault,
    add_error,
    start_seconds,
)
from csrkit.pipeline.notebooks.job import NotebookJob
from csrkit.pipeline.notebooks.normalise import normalise
from csrkit.pipeline.notebooks.read import INJECTED


class StageFailed(RunError):  # noqa: N818 (named as its readers would say it)
    """A notebook stopped; `internal` tells a fault of ours from one of the data or the request."""

    def __init__(self, what: str, *, internal: bool = False, **parts: str) -> None:
        super().__init__(what, **parts)
        if internal:
            self.exit_code = 3


def explain(job: NotebookJob, fault: CellFault, code: int | None, kept: Path | None) -> StageFailed:
    """Say which notebook and cell stopped, and why, in the words of the error itself.

    Parameters
    ----------
    job
        The notebook.
    fault
        What stopped it.
    code
        What its kernel ended with, negative for a signal; None when it didn't end by itself.
    kept
        Where the notebook is kept as far as it came.
    """
    where = f"notebooks/{job.stage}.ipynb"
    where += f", cell {fault.number}" if fault.index is not None else ""
    parts = {"where": where, "kept": _from_here(kept) if kept else ""}
    if fault.ename == NO_START:
        return _no_start(fault, parts)
    if fault.ename == KERNEL_ENDED:
        return _ended(code, parts)
    kind = getattr(errors, fault.ename, None)
    if isinstance(kind, type) and issubclass(kind, CsrError):
        return _failed(fault.evalue, parts)
    machine = machine_fault(fault.ename, fault.evalue, [_kept_folder(job)])
    if machine is not None:
        return _failed(machine.message(), parts)
    return _stopped(fault, parts)


def _kept_folder(job: NotebookJob) -> Path:
    """Return a folder on the disk that the stage writes to, and which is there afterwards."""
    return job.failed.parent.parent if job.failed else job.target.parent


def _failed(said: str, parts: Mapping[str, str]) -> StageFailed:
    """Return a failure told in words that are a whole message already."""
    lines = [said, f"  {'stage:':9}{parts['where']}"]
    return StageFailed(
        "\n".join([*lines, *([f"  {'kept:':9}{parts['kept']}"] if parts["kept"] else [])])
    )


def _stopped(fault: CellFault, parts: Mapping[str, str]) -> StageFailed:
    if fault.ename == "SystemExit":
        return StageFailed(
            "A stage left its notebook before the end",
            where=parts["where"],
            found=f"SystemExit: {fault.evalue}",
            remedy="Raise an error that says what is wrong, or take the line out." + _look(parts),
        )
    from rich.text import Text

    trace = "\n".join(Text.from_ansi(line).plain for line in fault.traceback[-4:])
    print(trace, file=sys.stderr)
    said = f"{fault.ename}: {fault.evalue}" if fault.evalue else fault.ename
    return StageFailed(
        f"A stage stopped: {said}",
        internal=True,
        where=parts["where"],
        remedy="The traceback above names the line." + _look(parts),
    )


def _ended(code: int | None, parts: Mapping[str, str]) -> StageFailed:
    """Tell a process that the system took from one that left or crashed."""
    remedy = "Run again." + _look(parts)
    if code == SERVER_GONE:
        found = "the process that it was forked from is gone"
    elif code is not None and code < 0:
        found = f"killed by signal {-code} ({_signal(-code)})"
        if -code == signal.SIGKILL:
            remedy = f"The system does so for want of memory. {MEMORY}" + _look(parts)
    else:
        found = f"exit code {code}"
        remedy = "Look for what ends the process (os._exit) in this cell." + _look(parts)
    return StageFailed(
        "A stage's process ended before its work was done",
        internal=code not in (SERVER_GONE, -signal.SIGKILL, -signal.SIGTERM),
        where=parts["where"],
        found=found,
        remedy=remedy,
    )


def _no_start(fault: CellFault, parts: Mapping[str, str]) -> StageFailed:
    return StageFailed(
        "A notebook's kernel didn't start",
        where=parts["where"],
        found=fault.evalue,
        allowed=f"an answer within {start_seconds():g} s",
        remedy="Run csr doctor, and look at what Python does when it starts (sitecustomize, "
        "PYTHONSTARTUP); with little memory use --jobs 1; on a slow machine set "
        f"{START_VARIABLE} to more seconds.",
    )


def _look(parts: Mapping[str, str]) -> str:
    kept = parts["kept"]
    return f" The notebook as far as it came is kept: {kept}" if kept else ""


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return "unknown"


def _from_here(file: Path) -> str:
    """Return a path as a person in the working directory would write it."""
    return str(file.relative_to(Path.cwd())) if file.is_relative_to(Path.cwd()) else str(file)


def keep_failed(notebook: Any, fault: CellFault, job: NotebookJob) -> Path | None:
    """Write a notebook as far as it came, to be opened; return where, None when nowhere.

    A path that is relative to the notebook is written relative to where it is kept, and the folder
    of this stage, which is gone by then, by the name of the parameter that held it.
    """
    if job.failed is None or fault.index is None:
        return None
    import nbformat

    if fault.ename == KERNEL_ENDED:
        add_error(notebook.cells[fault.index], fault)
    normalise(notebook, job.places, with_stderr=True)
    for cell in notebook.cells:
        if INJECTED in cell.metadata.get("tags", []):
            cell.source = _relative_to(job.failed.parent, cell.source, job)
    text = nbformat.writes(notebook)
    for name in {"stage_dir"} & set(job.parameters):
        text = text.replace(json.dumps(job.parameters[name], ensure_ascii=False)[1:-1], f"<{name}>")
    part = job.failed.with_suffix(".part")
    try:
        job.failed.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8")
        os.replace(part, job.failed)
    except OSError:
        # The disk may be what stopped the notebook: its own words are worth more than this.
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        return None
    return job.failed


def _relative_to(folder: Path, source: str, job: NotebookJob) -> str:
    here = job.source.parent
    for name, value in job.parameters.items():
        if isinstance(value, str) and not os.path.isabs(value) and (here / value).is_file():
            there = Path(os.path.relpath((here / value).resolve(), folder)).as_posix()
            source = source.replace(f'{name} = "{value}"', f'{name} = "{there}"')
    return source
