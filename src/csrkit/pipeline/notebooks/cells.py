"""Run the cells of a notebook one after another, and tell which one stopped and how."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from csrkit.pipeline.kernels.stop import Stop
from csrkit.pipeline.notebooks.imports import skip_unused_imports
from csrkit.pipeline.notebooks.read import INJECTED

START_SECONDS = 120.0
"""How long a kernel may take until it answers; a cell may take as long as it likes."""
START_VARIABLE = "CSR_KERNEL_START"
"""Environment variable with another number of seconds, for machines that are slow."""
OUTPUT_SECONDS = 60
"""How long to wait for the outputs of a cell that has ended."""


@dataclass(frozen=True)
class CellFault:
    """How a notebook stopped.

    Attributes
    ----------
    index
        Place of the cell in the executed notebook, from 0; None when no cell had begun.
    ename, evalue
        Class and words of the error; `ename` is `KERNEL_ENDED` or `NO_START` when the kernel went.
    traceback
        Its lines, coloured as on a terminal.
    number
        Place of the cell among those of the notebook's own file, from 1.
    """

    index: int | None
    ename: str
    evalue: str
    traceback: tuple[str, ...] = ()
    number: int = 0


KERNEL_ENDED = "KernelEnded"
ENDED = "The kernel ended while this cell was running"
NO_START = "KernelDidNotStart"
LEFT = "The cell asked to leave the notebook (exit, quit): what follows would not be run"


def start_seconds() -> float:
    """Return how long a kernel may take to start."""
    try:
        return float(os.environ.get(START_VARIABLE, "")) or START_SECONDS
    except ValueError:
        return START_SECONDS


def run_cells(
    notebook: Any, parameters: Mapping[str, object], kernel: Any, folder: str, stop: Stop
) -> tuple[Any, CellFault | None]:
    """Run a notebook with its parameters; return it with its outputs, and what stopped it.

    An error stops it whatever the cell's tags allow: a stage that failed must not pass for whole.

    Parameters
    ----------
    notebook
        As `read_notebook` gives it.
    parameters
        What its parameters are set to, in a cell below their defaults.
    kernel
        A kernel manager that has started nothing.
    folder
        Working directory of the kernel. (Not papermill's own `cwd`, which is the whole process's:
        several notebooks run side by side.)
    stop
        Ends the kernel and the waiting for it when it is thrown.
    """
    with skip_unused_imports():
        from nbclient.exceptions import DeadKernelError
        from papermill.engines import NotebookExecutionManager
        from papermill.parameterize import parameterize_notebook

    notebook.metadata.setdefault("papermill", {})
    for cell in notebook.cells:
        cell.metadata.setdefault("tags", [])
    if parameters:
        notebook = parameterize_notebook(
            notebook, dict(parameters), kernel_name="python3", language="python"
        )
    record = NotebookExecutionManager(notebook, progress_bar=False)
    record.notebook_start()
    watch = _Watch(stop)
    client = _client(record, kernel, folder, watch)
    try:
        client.execute(cleanup_kc=True)
    except DeadKernelError:
        return record.nb, watch.fault or watch.fault_of(KERNEL_ENDED, ENDED)
    except RuntimeError as fault:
        # jupyter_client has no class for a kernel that didn't answer, or died before it did.
        if watch.index is None:
            return record.nb, watch.fault_of(NO_START, str(fault))
        raise
    return record.nb, watch.fault


class _Watch:
    """Hooks of nbclient: where the notebook is, and what its cells answered."""

    def __init__(self, stop: Stop) -> None:
        self.stop = stop
        self.index: int | None = None
        self.fault: CellFault | None = None
        self.client: Any = None

    def on_cell_execute(self, cell: Any, cell_index: int) -> None:
        if self.index is None:
            loop = asyncio.get_running_loop()
            self.stop.add(lambda: _call(loop, self._give_up))
        self.index = cell_index

    def fault_of(self, ename: str, evalue: str, traceback: Sequence[str] = ()) -> CellFault:
        """Return what stopped the cell that was begun last."""
        if self.index is None:
            return CellFault(None, ename, evalue)
        begun = self.client.nb.cells[: self.index + 1]
        number = sum(INJECTED not in cell.metadata.get("tags", []) for cell in begun)
        return CellFault(self.index, ename, evalue, tuple(traceback), number)

    def _give_up(self) -> None:
        """End the waiting for a kernel that has been killed, which nbclient would see later."""
        # What nbclient leaves pending then isn't worth a message.
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        if self.client.task_poll_for_reply is not None:
            self.client.task_poll_for_reply.cancel()

    def on_cell_executed(self, cell: Any, cell_index: int, execute_reply: Any) -> None:
        from nbclient.exceptions import CellExecutionError

        said = execute_reply["content"]
        if said["status"] != "ok":
            name, words = said.get("ename", said["status"]), said.get("evalue", "")
            self.fault = self.fault_of(name, words, said.get("traceback", ()))
        elif any(one.get("source") == "ask_exit" for one in said.get("payload", [])):
            # The kernel says "ok" to exit(), which ends it a moment later.
            self.fault = self.fault_of("SystemExit", LEFT)
            add_error(cell, self.fault)
        if self.fault:
            raise CellExecutionError("", self.fault.ename, self.fault.evalue)


def _call(loop: asyncio.AbstractEventLoop, function: Any) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(function)


def add_error(cell: Any, fault: CellFault) -> None:
    """Show an error as the last output of a cell, as a kernel would."""
    from nbformat import v4

    trace = list(fault.traceback) or [f"{fault.ename}: {fault.evalue}"]
    cell.outputs.append(
        v4.new_output("error", ename=fault.ename, evalue=fault.evalue, traceback=trace)
    )


def _client(record: Any, kernel: Any, folder: str, watch: _Watch) -> Any:
    from papermill.clientwrap import PapermillNotebookClient

    watch.client = PapermillNotebookClient(
        record,
        km=kernel,
        log=_quiet(),
        timeout=None,
        startup_timeout=start_seconds(),
        iopub_timeout=OUTPUT_SECONDS,
        resources={"metadata": {"path": folder}},
        force_raise_errors=True,
        # All outputs are in by then, so a kernel has nothing left to put in order.
        shutdown_kernel="immediate",
        extra_arguments=["--log-level=CRITICAL"],
        on_cell_execute=watch.on_cell_execute,
        on_cell_executed=watch.on_cell_executed,
    )
    return watch.client


def _quiet() -> logging.Logger:
    """Return a log that nobody reads: what goes wrong is told by us, once."""
    log = logging.getLogger("csrkit.notebook")
    log.addHandler(logging.NullHandler())
    log.propagate = False
    return log
