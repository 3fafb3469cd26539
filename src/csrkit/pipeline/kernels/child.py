"""What a forked process does to become an ordinary kernel."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
import time
from dataclasses import dataclass

DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of Linux: have a signal sent when the parent ends, however it does."""


@dataclass(frozen=True)
class Request:
    """What a client hands over: the kernel's arguments and the surroundings it should have."""

    arguments: tuple[str, ...]
    cwd: str
    environment: dict[str, str]
    streams: tuple[int, ...]


def enter(request: Request) -> None:
    """Leave the server's session, signals, streams, folder and environment for the client's."""
    os.setsid()
    # A cell that is busy in compiled code wouldn't notice by itself that the server is gone.
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for number, stream in enumerate(request.streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(request.cwd)
    os.environ.clear()
    os.environ.update(request.environment)
    time.tzset()
    gc.enable()


def be_kernel(request: Request, parent: int) -> None:
    """Run the kernel to its end.

    Parameters
    ----------
    request
        As the client sent it.
    parent
        Process id of the server; the kernel ends when that does.
    """
    import ipykernel_launcher  # type: ignore[import-untyped]
    from ipykernel.kernelapp import IPKernelApp

    sys.argv = [ipykernel_launcher.__file__, *request.arguments]
    IPKernelApp.launch_instance(parent_handle=parent)
