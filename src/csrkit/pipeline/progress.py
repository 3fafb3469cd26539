"""What a person sees while a run goes on: stage, notebook, elapsed time, what was skipped."""

from __future__ import annotations

import time
from types import TracebackType

from rich.console import Console
from rich.progress import Progress as Bars
from rich.progress import SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from csrkit.pipeline.stages import Stage


class ConsoleProgress:
    """Live bars on a terminal; one line an event elsewhere. Writes to stderr."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True, highlight=False)
        self.times: dict[str, float] = {}
        self._begun: dict[str, float] = {}
        self._tasks: dict[str, TaskID] = {}
        self._bars = Bars(
            SpinnerColumn(finished_text="[green]✓[/]"),
            TextColumn("{task.fields[name]:<12}"),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}"),
            console=self.console,
            disable=not self.console.is_terminal,
        )

    def __enter__(self) -> ConsoleProgress:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def begin(self, name: str, title: str) -> None:
        """Say that a piece of work has begun."""
        self._begun[name] = time.perf_counter()
        self._tasks[name] = self._bars.add_task(title, total=1, name=name, note="")
        self._say(f"{name:<12} {title} …")

    def end(self, name: str, note: str = "") -> None:
        """Say that a piece of work has ended."""
        took = time.perf_counter() - self._begun[name]
        self.times[name] = round(took, 3)
        self._bars.update(self._tasks[name], completed=1, note=note)
        self._say(f"{name:<12} {note or 'done'} ({took:.1f} s)")

    def started(self, stage: Stage) -> None:
        """Say that a stage has begun."""
        self.begin(stage.name, stage.title)

    def finished(self, stage: Stage) -> None:
        """Say that a stage has ended well."""
        self.end(stage.name)

    def skipped(self, stage: Stage) -> None:
        """Say that a stage had nothing to do."""
        self.times[stage.name] = 0.0
        task = self._bars.add_task(stage.title, total=1, name=stage.name, note="unchanged, skipped")
        self._bars.update(task, completed=1)
        self._say(f"{stage.name:<12} unchanged, skipped")

    def failed(self, stage: Stage) -> None:
        """Say that a stage has stopped."""
        self.end(stage.name, "failed")

    def stopped(self, stage: Stage) -> None:
        """Say that a stage was under way when the run ended."""
        self.end(stage.name, "stopped")

    def tell(self, line: str) -> None:
        """Say something that a person should know of, on a terminal too."""
        self.console.print(f"note: {line}", markup=False, soft_wrap=True)

    def _say(self, line: str) -> None:
        if not self.console.is_terminal:
            self.console.print(line, markup=False, soft_wrap=True)
