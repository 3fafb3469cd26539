"""Ctrl-C, and what the system sends to end a program: told, tidied up after, within two seconds."""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import sys
import threading
import time
from types import FrameType

from csrkit.errors import Stopped

NAMES = {
    getattr(signal, name): said
    for name, said in (
        ("SIGINT", "by Ctrl-C (SIGINT)"),
        ("SIGTERM", "by the system or another program (SIGTERM)"),
        ("SIGHUP", "because its terminal was closed (SIGHUP)"),
    )
    if hasattr(signal, name)
}
GRACE = 1.3
"""Seconds for an orderly end; compiled code (Typst, DuckDB) may not let Python act before."""
LAST = 0.5
"""Seconds to remove temporary folders after that."""


def exit_code(number: int) -> int:
    """Return what a program exits with that a signal ended: 130 after Ctrl-C."""
    return 128 + number


def words(stopped: Stopped) -> str:
    """Say what stopped the program and what is kept."""
    said = f"Stopped {NAMES.get(signal.Signals(stopped.number), 'by a signal')}."
    if stopped.kept is None:
        return f"{said} Earlier results are as they were."
    if not stopped.kept:
        return f"{said} No stage had ended; earlier results are as they were."
    return f"{said} Stages kept: {', '.join(stopped.kept)}; run again to go on."


def watch() -> None:
    """Have the first of these signals raise `Stopped`, and the program end by force if it hangs.

    What the caller ignores stays ignored (nohup). Signals after the first do nothing, so that
    tidying up isn't cut short.
    """
    watch = _Watch()
    for number in NAMES:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, watch.stop)
    signal.set_wakeup_fd(watch.writer, warn_on_full_buffer=False)


def ignore() -> None:
    """Have signals do nothing any more: the work is done, whatever comes."""
    for number in NAMES:
        signal.signal(number, signal.SIG_IGN)


class _Watch:
    """Sees signals arrive, even while the main thread is busy in compiled code."""

    def __init__(self) -> None:
        self._stopping = False
        reader, self.writer = os.pipe()
        os.set_blocking(self.writer, False)
        threading.Thread(target=self._force, args=(reader,), daemon=True).start()

    def stop(self, number: int, frame: FrameType | None) -> None:
        """Raise `Stopped`, once."""
        if not self._stopping:
            self._stopping = True
            raise Stopped(number)

    def _force(self, reader: int) -> None:
        """End the program when it hasn't ended in time."""
        came = os.read(reader, 1)
        while came[0] not in NAMES:
            came = os.read(reader, 1)
        time.sleep(GRACE)
        _end_descendants()
        # Temporary folders know how to go when a program ends.
        tidying = threading.Thread(target=atexit._run_exitfuncs, daemon=True)
        tidying.start()
        tidying.join(LAST)
        tell(words(Stopped(came[0])))
        os._exit(exit_code(came[0]))


def tell_stopped(stop: KeyboardInterrupt) -> int:
    """Write on standard error what stopped the program; return what it exits with.

    A program that was being started in that moment belongs to nobody: it is ended as well.
    """
    _end_descendants()
    stopped = stop if isinstance(stop, Stopped) else Stopped()
    tell(words(stopped))
    return exit_code(stopped.number)


_told = threading.Lock()


def tell(said: str) -> None:
    """Write on standard error why the program ends, once."""
    if _told.acquire(blocking=False):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            os.write(sys.stderr.fileno(), f"\n{said}\n".encode())


def _end_descendants() -> None:
    import psutil

    with contextlib.suppress(psutil.Error):
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                process.kill()
