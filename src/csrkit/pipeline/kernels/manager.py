"""The kernel of a notebook, as nbclient and jupyter_client ask for it."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from pathlib import Path
from typing import Any

from csrkit.pipeline.kernels.environment import KERNEL_ENVIRONMENT
from csrkit.pipeline.kernels.stop import Stop

CLIENT = Path(__file__).with_name("client.py")


LONGEST = 103
"""Bytes of the path of a Unix socket, on the system that allows least (macOS)."""


def connection_in(folder: Path) -> dict[str, str]:
    """Return how to talk with a kernel: by sockets in a folder, where their paths are short enough.

    The ports of TCP, which are looked for before the kernel is there to take them, may have gone to
    another program by then; the kernel would end, or never be heard.
    """
    file = {"connection_file": str(folder / "kernel.json")}
    sockets = str(folder / "k")
    if sys.platform == "win32" or len(os.fsencode(f"{sockets}-00")) > LONGEST:
        return file
    return {**file, "transport": "ipc", "ip": sockets}


def kernel_manager(socket: str | None, stop: Stop | None = None) -> type[Any]:
    """Return the class of jupyter_client that starts this interpreter's kernel, fixed as it is.

    Kernels installed in a home folder are never looked up, so what runs is the same everywhere.

    Parameters
    ----------
    socket
        Where a fork server listens; None for a kernel with an interpreter of its own.
    stop
        Ends the kernel when it is thrown.
    """
    from ipykernel.kernelspec import get_kernel_dict
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager

    spec = KernelSpec(**get_kernel_dict(), env=KERNEL_ENVIRONMENT)
    if socket is not None:
        # Isolated and without site: the client needs the standard library alone, and is up at once.
        spec.argv = [sys.executable, "-I", "-S", str(CLIENT), socket, "-f", "{connection_file}"]

    class Manager(AsyncKernelManager):
        def ended_with(self) -> int | None:
            """Return the exit code of the kernel, negative for a signal; None when it had none."""
            return self._process.poll() if self._process else None

        _process: Any = None

        @property
        def kernel_spec(self) -> KernelSpec:
            return spec

        async def start_kernel(self, **options: Any) -> None:  # type: ignore[override]
            await super().start_kernel(**options)
            provisioner: Any = self.provisioner
            self._process = provisioner.process
            if stop is not None:
                # Only now, when there is a process to end.
                stop.add(self.end)

        def end(self) -> None:
            """End the kernel, or the client of one, and what it started: it is a group of its own.

            To be called from any thread, and when it has ended already.
            """
            if self._process:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)

    return Manager
