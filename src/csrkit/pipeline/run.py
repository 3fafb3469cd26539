"""`csr run`: stages, then the report; skipped where nothing has changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from csrkit.errors import Stopped
from csrkit.files.folders import temporary_folder
from csrkit.index import IndexEntry, check_index, load_index, shown_by_notebook
from csrkit.pipeline.conductor import Conductor
from csrkit.pipeline.inputs.keys import stage_key
from csrkit.pipeline.inputs.sources import Sources, read_sources
from csrkit.pipeline.kernels.owner import fork_server
from csrkit.pipeline.kernels.stop import Stop
from csrkit.pipeline.machine import require_handles
from csrkit.pipeline.notebooks.execute import execute
from csrkit.pipeline.notebooks.job import NotebookJob
from csrkit.pipeline.progress import ConsoleProgress
from csrkit.pipeline.report.make import FinishedReport, make_report
from csrkit.pipeline.report.provenance import describe_inputs
from csrkit.pipeline.report.standing import refuse_changed, refuse_other_inputs
from csrkit.pipeline.request import Request
from csrkit.pipeline.session import PLACES
from csrkit.pipeline.stages import Stage, stages_of
from csrkit.pipeline.workspace.locks import lock_cut
from csrkit.pipeline.workspace.store import StageStore
from csrkit.render.sections import check_sections
from csrkit.render.texts import check_texts
from csrkit.results.check import check_conditions
from csrkit.results.values import read_values
from csrkit.study import Study

Shown = dict[str, dict[str, IndexEntry]]
"""Notebook → the displays that it shows, by key."""


def run(
    request: Request, progress: ConsoleProgress, executor: Executor | None = None
) -> FinishedReport:
    """Run all stages and make the report; return where it stands.

    Raises
    ------
    CsrError
        When the data or the request is at fault, a stage stops, something that the run reads is
        changed meanwhile, or a report of this version with other content exists. Earlier results
        are left as they were.
    """
    require_handles(request.jobs)
    sources = read_sources(request.study, request.data, request.begun)
    shown = check_displays(request.study)
    refuse_changed(request)
    refuse_other_inputs(request, describe_inputs(request, sources))
    with ExitStack() as stack:
        stack.enter_context(lock_cut(request.cut_folder))
        stack.enter_context(progress)
        if sources.packages.departures:
            progress.tell(f"packages other than locked: {sources.packages.say()}")
        work = _StageWork(request, sources, shown, progress, stack, here=executor is None)
        # A notebook runs in a kernel, which is a process of its own: threads only wait for it.
        pool = executor or stack.enter_context(_threads(request.jobs))
        conductor = Conductor(pool, work.prepare, work.complete, progress, work.stop.throw)
        try:
            conductor.run(stages_of(request.study))
            return make_report(request, sources, work.keys, work.reused, progress)
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


def check_displays(study: Study) -> Shown:
    """Check, before any stage runs, that the index can be used and every display has its place.

    Raises
    ------
    StudyError
        Naming the display or the key at fault.
    """
    file = study.path("index")
    index = load_index(file, study.terms)
    check_index(index, study, file)
    notebooks = shown_by_notebook(index, study)
    check_conditions(index, study, file)
    check_sections(index, study.path("report").parent)
    check_texts(study.path("report"), index, read_values(study.path("values")))
    shown: Shown = {name: {} for name in study.notebooks}
    for key, notebook in notebooks.items():
        shown[notebook][key] = index[key]
    return shown


@dataclass
class _StageWork:
    """Finds each stage's key, sets it to work when needed, and keeps what it made.

    `here` tells that stages run on this machine, where a fork server can start their kernels.
    """

    request: Request
    sources: Sources
    shown: Shown
    progress: ConsoleProgress
    stack: ExitStack
    here: bool
    keys: dict[str, str] = field(default_factory=dict)
    reused: list[str] = field(default_factory=list)
    folders: dict[str, Path] = field(default_factory=dict)
    stop: Stop = field(default_factory=Stop)

    def __post_init__(self) -> None:
        self.store = StageStore(self.request.cut_folder)

    @cached_property
    def socket(self) -> str | None:
        """Where kernels are forked; the server is started when the first stage needs it."""
        notebooks = self.request.study.path("notebooks")
        if not self.here:
            return None
        return self.stack.enter_context(fork_server(notebooks, self.stop))

    def prepare(self, stage: Stage) -> tuple[Callable[..., object], tuple[object, ...]] | None:
        notebook = self.request.study.path("notebooks") / f"{stage.name}.ipynb"
        parameters = self._parameters(notebook)
        self.keys[stage.name] = self._key(stage, parameters)
        if self._is_kept(stage):
            self.reused.append(stage.name)
            self._forget_failed(stage)
            return None
        made = self.stack.enter_context(temporary_folder(self.request.cut_folder, stage.name))
        self.folders[stage.name] = made
        job = NotebookJob(
            stage=stage.name,
            source=notebook,
            target=made / "notebooks" / f"{stage.name}.ipynb",
            parameters={**parameters, **self._places(made)},
            places=PLACES,
            socket=self.socket,
            failed=self._failed(stage),
        )
        return execute, (job, self.stop) if self.here else (job,)

    def complete(self, stage: Stage) -> None:
        self.sources.require_unchanged()
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

    def _is_kept(self, stage: Stage) -> bool:
        if self.request.force or self.store.kept(stage.name).key != self.keys[stage.name]:
            return False
        damaged = self.store.damaged(stage.name, stage.produces)
        if damaged:
            more = f" and {len(damaged) - 3} more" if damaged[3:] else ""
            named = ", ".join(damaged[:3]) + more
            self.progress.tell(f"{stage.name}: made again, not as it was made: {named}")
        return not damaged

    def _key(self, stage: Stage, parameters: dict[str, str | bool]) -> str:
        return stage_key(
            stage,
            self.request.study,
            self.sources,
            self.shown[stage.name],
            parameters,
            {name: self.store.kept(name).digest(stage.reads) for name in stage.needs},
        )

    def _parameters(self, notebook: Path) -> dict[str, str | bool]:
        study = self.request.study
        return {
            "study_file": os.path.relpath(study.file, notebook.parent),
            "data_cut": study.cut_text,
            "report": self.request.report,
            "accept_findings": self.request.accept_findings,
        }

    def _places(self, made: Path) -> dict[str, str]:
        return {
            "data_dir": str(self.request.data),
            "work_dir": str(self.request.cut_folder),
            "stage_dir": str(made),
        }
