"""How a run ends what is at work for it in other threads and processes."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Stop:
    """A switch that is thrown once; what was handed to it is then called, each once.

    Notebooks are executed in threads, which nobody can end from without: each hands over how to end
    its kernel, and the thread then finds that dead.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thrown = False
        self._ends: list[Callable[[], None]] = []

    @property
    def thrown(self) -> bool:
        """Whether the run is being stopped."""
        return self._thrown

    def add(self, end: Callable[[], None]) -> None:
        """Have `end` called when the switch is thrown: at once, when it was thrown before."""
        with self._lock:
            if not self._thrown:
                self._ends.append(end)
                return
        end()

    def throw(self) -> None:
        """Call all that was handed over, in that order: it must be quick and raise nothing.

        Who throws it again waits until all has ended.
        """
        with self._lock:
            self._thrown = True
            while self._ends:
                self._ends.pop(0)()
