"""The kernel of a notebook, as papermill and jupyter_client ask for it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from csrkit.pipeline.kernels.environment import KERNEL_ENVIRONMENT

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager

CLIENT = Path(__file__).with_name("client.py")


def kernel_manager(socket: str | None) -> type[AsyncKernelManager]:
    """Return the class of managers that start this interpreter's kernel in a fixed environment.

    Kernels installed in a home folder are never looked up, so what runs is the same everywhere.

    Parameters
    ----------
    socket
        Where a fork server listens; None for a kernel with an interpreter of its own.
    """
    from ipykernel.kernelspec import get_kernel_dict
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager

    spec = KernelSpec(**get_kernel_dict(), env=KERNEL_ENVIRONMENT)
    if socket is not None:
        # Isolated and without site: the client needs the standard library alone, and is up at once.
        spec.argv = [sys.executable, "-I", "-S", str(CLIENT), socket, "-f", "{connection_file}"]

    class Manager(AsyncKernelManager):
        @property
        def kernel_spec(self) -> KernelSpec:
            return spec

    return Manager
