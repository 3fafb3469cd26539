"""Run one notebook with papermill, in a kernel of its own."""

from __future__ import annotations

import ast
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csrkit import errors
from csrkit.errors import CsrError, RunError
from csrkit.pipeline.kernels.manager import kernel_manager
from csrkit.pipeline.notebooks.imports import skip_unused_imports
from csrkit.pipeline.notebooks.normalise import normalise


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
    """

    stage: str
    source: Path
    target: Path
    parameters: Mapping[str, str | bool]
    places: tuple[str, ...]
    socket: str | None = None


class StageFailed(RunError):  # noqa: N818 (named as its readers would say it)
    """A notebook stopped; `internal` tells a fault of ours from one of the data or the request."""

    def __init__(self, what: str, *, internal: bool, **parts: str) -> None:
        super().__init__(what, **parts)
        if internal:
            self.exit_code = 3


def declared_parameters(notebook: Any) -> dict[str, Any]:
    """Return the names and defaults in the cell tagged `parameters` of a notebook.

    Raises
    ------
    RunError
        When no cell is tagged so.
    """
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            tree = ast.parse(cell.source)
            return {
                target.id: ast.literal_eval(node.value)
                for node in tree.body
                if isinstance(node, ast.Assign)
                for target in node.targets
                if isinstance(target, ast.Name)
            }
    raise RunError("A notebook has no cell tagged 'parameters'")


def check_parameters(stage: str, notebook: Any, given: Mapping[str, object]) -> None:
    """Refuse a parameter that the notebook doesn't declare; papermill alone would only warn."""
    declared = declared_parameters(notebook)
    unknown = sorted(set(given) - set(declared))
    if unknown:
        raise RunError(
            "A notebook doesn't declare a parameter it was given",
            where=f"notebooks/{stage}.ipynb",
            found=", ".join(unknown),
            allowed=sorted(declared),
            remedy="Add it with a default to the notebook's cell tagged 'parameters'.",
        )


def execute(job: NotebookJob) -> Path:
    """Execute a notebook and write it, outputs included, to the job's target.

    Raises
    ------
    RunError
        When the notebook is missing, or a parameter isn't declared.
    StageFailed
        When a cell stops, named with notebook and cause, or the notebook's process dies.
    """
    with skip_unused_imports():
        import nbformat

    if not job.source.is_file():
        raise RunError(
            "A notebook is missing",
            where=str(job.source),
            remedy="Restore it, or name the right folder in paths.notebooks of study.yml.",
        )
    notebook = nbformat.read(job.source, as_version=4)
    check_parameters(job.stage, notebook, job.parameters)
    executed = _run(job)
    job.target.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(normalise(executed, job.places), job.target)
    return job.target


def _run(job: NotebookJob) -> Any:
    with skip_unused_imports():
        import papermill
        from nbclient.exceptions import DeadKernelError
        from papermill.exceptions import PapermillExecutionError

    try:
        return papermill.execute_notebook(
            str(job.source),
            None,
            parameters=dict(job.parameters),
            kernel_name="python3",
            kernel_manager_class=kernel_manager(job.socket),
            # Not papermill's own `cwd`, which is the whole process's: several run side by side.
            resources={"metadata": {"path": str(job.source.parent)}},
            progress_bar=False,
            # All outputs are in by then, so a kernel has nothing left to put in order.
            shutdown_kernel="immediate",
            log_output=False,
            start_timeout=120,
            extra_arguments=["--log-level=CRITICAL"],
        )
    except PapermillExecutionError as fault:
        raise _failure(job, fault) from None
    except DeadKernelError:
        raise StageFailed(
            "A stage's process ended before its work was done",
            internal=True,
            where=f"notebooks/{job.stage}.ipynb",
            remedy="Free memory, if the system took the process for want of it; then run again.",
        ) from None


def _failure(job: NotebookJob, fault: Any) -> StageFailed:
    """Say which notebook and cell stopped, and why, in the words of the error itself."""
    kind = getattr(errors, fault.ename, None)
    ours = isinstance(kind, type) and issubclass(kind, CsrError)
    where = f"notebooks/{job.stage}.ipynb, cell {fault.cell_index}"
    if ours:
        return StageFailed(f"{fault.evalue}\n  {'stage:':9}{where}", internal=False)
    from rich.text import Text

    trace = "\n".join(Text.from_ansi(line).plain for line in fault.traceback[-4:])
    print(trace, file=sys.stderr)
    return StageFailed(
        f"A stage stopped: {fault.ename}: {fault.evalue}",
        internal=True,
        where=where,
        remedy="The traceback above names the line.",
    )
