"""Starts the fork server of a run, and ends it with the run."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from csrkit.files.folders import scratch_folder
from csrkit.pipeline.kernels.environment import SERVER_ENVIRONMENT
from csrkit.pipeline.kernels.stop import Stop

# Elsewhere a process can't be forked (Windows), or system libraries don't bear it (macOS).
CAN_FORK = sys.platform == "linux"
END_SECONDS = 2
"""How long the server may take to end its kernels and itself."""


@contextlib.contextmanager
def fork_server(cwd: Path, stop: Stop | None = None) -> Iterator[str | None]:
    """Give the path of a socket at which kernels are to be had as long as the context lasts.

    It listens at once, so who connects early waits for the imports to be done.

    Parameters
    ----------
    cwd
        Folder in which kernels will be started: relative entries of PYTHONPATH mean the same.
    stop
        Ends the server with its kernels when it is thrown.

    Yields
    ------
    str or None
        None where there can't be a server: kernels then start an interpreter each.
    """
    with contextlib.ExitStack() as stack:
        # Directly among the temporary files: the path of a Unix socket has 107 bytes at most.
        folder = stack.enter_context(scratch_folder())
        listener = _listen(folder / "s") if CAN_FORK and cwd.is_dir() else None
        if listener is None:
            yield None
            return
        with listener:
            server = _start(listener, cwd)
        stack.callback(_end, server)
        if stop is not None:
            stop.add(lambda: _end(server))
        yield str(folder / "s")


def _listen(path: Path) -> socket.socket | None:
    listener = socket.socket(socket.AF_UNIX)
    try:
        listener.bind(str(path))
    except OSError:
        listener.close()
        return None
    listener.listen()
    return listener


def _end(server: subprocess.Popen[bytes]) -> None:
    """End the server, which ends its kernels; the system ends them when it can't any more."""
    server.terminate()
    try:
        server.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
    if server.stdin is not None:
        server.stdin.close()


def _start(listener: socket.socket, cwd: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "csrkit.pipeline.kernels.server", str(listener.fileno())],
        stdin=subprocess.PIPE,
        pass_fds=[listener.fileno()],
        cwd=cwd,
        env={**os.environ, **SERVER_ENVIRONMENT},
        # Ctrl-C is for the run, which then ends the server.
        start_new_session=True,
    )
