"""Run one notebook with papermill, in a kernel of its own."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from csrkit.errors import RunError
from csrkit.files.folders import scratch_folder, temporary_folder
from csrkit.pipeline.kernels.manager import connection_in, kernel_manager
from csrkit.pipeline.kernels.stop import Stop
from csrkit.pipeline.notebooks.cells import run_cells
from csrkit.pipeline.notebooks.failures import explain, keep_failed
from csrkit.pipeline.notebooks.imports import skip_unused_imports
from csrkit.pipeline.notebooks.job import NotebookJob
from csrkit.pipeline.notebooks.normalise import normalise
from csrkit.pipeline.notebooks.parameters import check_parameters
from csrkit.pipeline.notebooks.read import read_notebook


def execute(job: NotebookJob, stop: Stop | None = None) -> Path:
    """Execute a notebook and write it, outputs included, to the job's target.

    Parameters
    ----------
    job
        The notebook.
    stop
        Ends it when it is thrown; for whoever runs it in a thread.

    Raises
    ------
    RunError
        When the notebook is missing or can't be read, or a parameter isn't declared; also when it
        was stopped.
    StageFailed
        When a cell stops, named with notebook and cause, or the notebook's process dies. The
        notebook is kept as far as it came.
    """
    with skip_unused_imports():
        import nbformat

    stop = stop or Stop()
    if stop.thrown:
        raise _stopped(job)
    notebook = read_notebook(job.source)
    check_parameters(job.stage, notebook, job.parameters)
    with _temporary_folder(job.socket) as place:
        kernel = kernel_manager(job.socket, stop)(**connection_in(place))
        folder = str(job.source.parent)
        try:
            executed, fault = run_cells(notebook, job.parameters, kernel, folder, stop)
        finally:
            kernel.end()
    if stop.thrown:
        raise _stopped(job)
    if fault is not None:
        kept = keep_failed(executed, fault, job)
        raise explain(job, fault, kernel.ended_with(), kept)
    # Its folder is there as long as the run is: one that went without this stage stays away.
    job.target.parent.mkdir(exist_ok=True)
    nbformat.write(normalise(executed, job.places), job.target)
    return job.target


def _stopped(job: NotebookJob) -> RunError:
    return RunError("A stage was stopped", where=f"notebooks/{job.stage}.ipynb")


def _temporary_folder(socket: str | None) -> AbstractContextManager[Path]:
    """Give a folder for what a kernel is told: beside the server's socket, which goes with the run.

    Not in a home folder, as by default: nothing is left there, whatever ends the run.
    """
    beside = Path(socket).parent if socket else None
    there = beside is not None and beside.is_dir()
    return temporary_folder(beside, "k") if beside and there else scratch_folder()
