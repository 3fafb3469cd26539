"""`csr run`: stages, then the report; skipped where nothing has changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from csrkit.errors import Stopped
from csrkit.index import check_index, load_index, shown_by_notebook
from csrkit.pipeline.conductor import Conductor
from csrkit.pipeline.fingerprint import hash_file, hash_files, stage_key
from csrkit.pipeline.kernels.owner import fork_server
from csrkit.pipeline.kernels.stop import Stop
from csrkit.pipeline.machine import require_handles
from csrkit.pipeline.notebooks.execute import execute
from csrkit.pipeline.notebooks.job import NotebookJob
from csrkit.pipeline.progress import ConsoleProgress
from csrkit.pipeline.report.assemble import FinishedReport, make_report
from csrkit.pipeline.request import Request
from csrkit.pipeline.session import PLACES
from csrkit.pipeline.stages import Stage, stages_of
from csrkit.pipeline.workspace import StageStore, lock_folder, temporary_folder
from csrkit.render.stage import check_sections
from csrkit.results.check import check_conditions
from csrkit.study import Study


def run(
    request: Request, progress: ConsoleProgress, executor: Executor | None = None
) -> FinishedReport:
    """Run all stages and make the report; return where it stands.

    Raises
    ------
    CsrError
        When the data or the request is at fault, a stage stops, or a report of this version with
        other content exists. Earlier results are left as they were.
    """
    check_displays(request.study)
    require_handles(request.jobs)
    with ExitStack() as stack:
        stack.enter_context(lock_folder(request.cut_folder))
        stack.enter_context(progress)
        work = _StageWork(request, stack, here=executor is None)
        # A notebook runs in a kernel, which is a process of its own: threads only wait for it.
        pool = executor or stack.enter_context(_threads(request.jobs))
        conductor = Conductor(pool, work.prepare, work.complete, progress, work.stop.throw)
        try:
            conductor.run(stages_of(request.study))
            return make_report(request, work.inputs, work.keys, progress)
        except Stopped as stopped:
            stopped.kept = tuple(conductor.kept)
            raise


@contextmanager
def _threads(number: int) -> Iterator[Executor]:
    """Give threads that nobody waits for in the end: by then they have ended, or never will."""
    pool = ThreadPoolExecutor(number)
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def check_displays(study: Study) -> None:
    """Check, before any stage runs, that the index can be used and every display has its place.

    Raises
    ------
    StudyError
        Naming the display or the key at fault.
    """
    file = study.path("index")
    index = load_index(file, study.terms)
    check_index(index, study, file)
    shown_by_notebook(index, study)
    check_conditions(index, study, file)
    check_sections(index, study.path("report").parent)


@dataclass
class _StageWork:
    """Finds each stage's key, sets it to work when needed, and keeps what it made.

    `here` tells that stages run on this machine, where a fork server can start their kernels.
    """

    request: Request
    stack: ExitStack
    here: bool
    keys: dict[str, str] = field(default_factory=dict)
    folders: dict[str, Path] = field(default_factory=dict)
    stop: Stop = field(default_factory=Stop)

    def __post_init__(self) -> None:
        self.store = StageStore(self.request.cut_folder)
        self.inputs = _inputs(self.request)

    @cached_property
    def socket(self) -> str | None:
        """Where kernels are forked; the server is started when the first stage needs it."""
        notebooks = self.request.study.path("notebooks")
        if not self.here:
            return None
        return self.stack.enter_context(fork_server(notebooks, self.stop))

    def prepare(self, stage: Stage) -> tuple[Callable[..., object], tuple[object, ...]] | None:
        notebook = self.request.study.path("notebooks") / f"{stage.name}.ipynb"
        key = self._key(stage, notebook)
        self.keys[stage.name] = key
        if not self.request.force and self.store.has(stage.name, key, stage.produces):
            self._forget_failed(stage)
            return None
        made = self.stack.enter_context(temporary_folder(self.request.cut_folder, stage.name))
        self.folders[stage.name] = made
        job = NotebookJob(
            stage=stage.name,
            source=notebook,
            target=made / "notebooks" / f"{stage.name}.ipynb",
            parameters=self._parameters(notebook, made),
            places=PLACES,
            socket=self.socket,
            failed=self._failed(stage),
        )
        return execute, (job, self.stop) if self.here else (job,)

    def complete(self, stage: Stage) -> None:
        made = self.folders[stage.name]
        self.store.publish(stage.name, made, self.keys[stage.name], stage.produces)
        self._forget_failed(stage)

    def _failed(self, stage: Stage) -> Path:
        """Return where a notebook that stopped is kept as far as it came."""
        return self.request.cut_folder / "failed" / f"{stage.name}.ipynb"

    def _forget_failed(self, stage: Stage) -> None:
        """Remove the notebook of an earlier run that stopped: the stage is whole now."""
        file = self._failed(stage)
        file.unlink(missing_ok=True)
        with suppress(OSError):  # others are kept there
            file.parent.rmdir()

    def _key(self, stage: Stage, notebook: Path) -> str:
        return stage_key(
            {
                "inputs": self.inputs,
                "scope": [
                    self.request.report,
                    str(self.request.study.data_cut),
                    self.request.accept_findings,
                ],
                "notebook": hash_file(notebook) if notebook.is_file() else None,
                "needs": {name: self.keys[name] for name in stage.needs},
            }
        )

    def _parameters(self, notebook: Path, made: Path) -> dict[str, str | bool]:
        study = self.request.study
        return {
            "study_file": os.path.relpath(study.file, notebook.parent),
            "data_cut": study.data_cut.isoformat(),
            "report": self.request.report,
            "accept_findings": self.request.accept_findings,
            "data_dir": str(self.request.data),
            "work_dir": str(self.request.cut_folder),
            "stage_dir": str(made),
        }


def _inputs(request: Request) -> dict[str, Any]:
    """Return the hashes of what every result rests on: data, settings, suites and lock file."""
    study = request.study
    lock = study.root / "requirements.lock"
    settings = [study.file, study.path("index"), *([lock] if lock.is_file() else [])]
    return {
        "data": hash_files([request.data], request.data) if request.data.is_dir() else {},
        "settings": hash_files(settings, study.root),
        "validation": hash_files([study.path("validation")], study.root),
    }
