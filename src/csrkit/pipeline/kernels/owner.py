"""Starts the fork server of a run, and ends it with the run."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from csrkit.pipeline.kernels.environment import SERVER_ENVIRONMENT

# Elsewhere a process can't be forked (Windows), or system libraries don't bear it (macOS).
CAN_FORK = sys.platform == "linux"


@contextlib.contextmanager
def fork_server(cwd: Path) -> Iterator[str | None]:
    """Give the path of a socket at which kernels are to be had as long as the context lasts.

    It listens at once, so who connects early waits for the imports to be done.

    Parameters
    ----------
    cwd
        Folder in which kernels will be started: relative entries of PYTHONPATH mean the same.

    Yields
    ------
    str or None
        None where there can't be a server: kernels then start an interpreter each.
    """
    with contextlib.ExitStack() as stack:
        # Directly among the temporary files: the path of a Unix socket has 107 bytes at most.
        folder = Path(tempfile.mkdtemp(prefix="csr-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        listener = _listen(folder / "s") if CAN_FORK and cwd.is_dir() else None
        if listener is None:
            yield None
            return
        with listener:
            server = stack.enter_context(_start(listener, cwd))
        stack.callback(server.terminate)
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
