"""Run the stages in order, independent ones side by side, and skip what hasn't changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import Protocol

from csrkit.pipeline.stages import Stage


class Progress(Protocol):
    """Who is told what happens to each stage."""

    def started(self, stage: Stage) -> None:
        """Its function was submitted."""

    def finished(self, stage: Stage) -> None:
        """Its results are in place."""

    def skipped(self, stage: Stage) -> None:
        """Its results were there already."""

    def failed(self, stage: Stage) -> None:
        """It stopped; the run ends."""

    def stopped(self, stage: Stage) -> None:
        """It was under way when the run ended."""


PATIENCE = 5.0
"""Seconds that stages under way are given to end once they have been stopped."""


def _nothing() -> None:
    """Stop nothing: what runs elsewhere can't be reached."""


@dataclass
class Conductor:
    """Runs a graph of stages on an executor.

    Attributes
    ----------
    executor
        Any `concurrent.futures.Executor`, local or distributed.
    prepare
        Returns, for a stage whose needs are done, the function to submit with its arguments, or
        None when its results are already there. Runs here, so it may look at earlier results.
    complete
        Called here with the stage once its function has returned.
    progress
        Told of each step.
    stop
        Ends the stages under way, which nobody waits for any more.
    kept
        Stages whose results are in place, made now or before.
    """

    executor: Executor
    prepare: Callable[[Stage], tuple[Callable[..., object], tuple[object, ...]] | None]
    complete: Callable[[Stage], None]
    progress: Progress
    stop: Callable[[], None] = _nothing
    kept: list[str] = field(default_factory=list)
    _running: dict[Future[object], Stage] = field(default_factory=dict)
    _failed: list[Future[object]] = field(default_factory=list)

    def run(self, stages: Sequence[Stage]) -> None:
        """Run all stages; the first failure ends those under way, and is raised at once."""
        by_name = {stage.name: stage for stage in stages}
        graph = TopologicalSorter({stage.name: stage.needs for stage in stages})
        graph.prepare()
        try:
            while graph.is_active():
                for name in graph.get_ready():
                    if not self._start(by_name[name]):
                        graph.done(name)
                for stage in self._finish_some():
                    graph.done(stage.name)
        except BaseException:
            self._abandon()
            raise

    def _stop_others(self) -> None:
        for future in list(self._running):
            future.cancel()
        self.stop()

    def _abandon(self) -> None:
        self._stop_others()
        wait(self._running, timeout=PATIENCE)
        for stage in self._running.values():
            self.progress.stopped(stage)

    def _start(self, stage: Stage) -> bool:
        work = self.prepare(stage)
        if work is None:
            self.progress.skipped(stage)
            self.kept.append(stage.name)
            return False
        self.progress.started(stage)
        function, arguments = work
        future = self.executor.submit(function, *arguments)
        self._running[future] = stage
        future.add_done_callback(self._note)
        return True

    def _note(self, future: Future[object]) -> None:
        """Stop the others when a stage failed; called where it ran, before another begins there."""
        if not future.cancelled() and future.exception() is not None:
            self._failed.append(future)
            self._stop_others()

    def _finish_some(self) -> list[Stage]:
        if not self._running:
            return []
        done, _ = wait(self._running, return_when=FIRST_COMPLETED)
        failed = [future for future in done if future.cancelled() or future.exception()]
        finished = [self._finish(future) for future in done if future not in failed]
        if failed:
            # What the first failure stopped has failed as well since.
            first = next(iter(self._failed), failed[0])
            self.progress.failed(self._running.pop(first))
            first.result()
        return finished

    def _finish(self, future: Future[object]) -> Stage:
        """Keep what a stage made."""
        stage = self._running.pop(future)
        try:
            self.complete(stage)
        except BaseException:
            self.progress.failed(stage)
            raise
        self.progress.finished(stage)
        self.kept.append(stage.name)
        return stage
