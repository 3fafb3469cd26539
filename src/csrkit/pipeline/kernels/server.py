"""The process that kernels are forked from: `python -m csrkit.pipeline.kernels.server FD`.

FD is a listening Unix socket. The server ends, and its kernels with it, when it is told so
(SIGTERM) and when its standard input ends, which is a pipe held by the run that started it, so that
it can't outlive the run however that ends.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import selectors
import shutil
import signal
import socket
import sys
import time
from pathlib import Path
from typing import NoReturn

from csrkit.pipeline.kernels.child import Request, be_kernel, enter
from csrkit.pipeline.kernels.preload import FIRST, LATER, load

OWNER = 0


class OwnerGone(Exception):  # noqa: N818 (an event, no error)
    """The run that the server works for has ended."""


class Server:
    """Forks a kernel for each connection, and tells the client how it ended.

    Parameters
    ----------
    listener
        The listening socket.
    owner
        File descriptor whose end of file means that nobody needs the server any more.
    """

    def __init__(self, listener: socket.socket, owner: int = OWNER) -> None:
        self.listener = listener
        self.kernels: dict[int, socket.socket] = {}
        self.selector = selectors.DefaultSelector()
        self.selector.register(listener, selectors.EVENT_READ, self._fork)
        self.selector.register(owner, selectors.EVENT_READ, self._end)
        # A child's end must wake the selector; the handler itself has nothing to do.
        self.ended, waker = os.pipe()
        for end in (self.ended, waker):
            os.set_blocking(end, False)
        self.selector.register(self.ended, selectors.EVENT_READ, self._reap)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        self.open = [owner, self.ended, waker]

    def serve(self, seconds: float | None) -> Request | None:
        """Handle what has come in; wait up to `seconds` for it.

        Returns
        -------
        Request or None
            In a process that was just forked, what it should become; in the server None.

        Raises
        ------
        OwnerGone
            When the server isn't needed any more.
        """
        for key, _ in self.selector.select(seconds):
            request: Request | None = key.data(key.fileobj)
            if request is not None:
                return request
        return None

    def end(self) -> None:
        """End all kernels."""
        for process in self.kernels:
            _end_group(process)

    def _end(self, owner: object) -> None:
        raise OwnerGone

    def _fork(self, listener: object) -> Request | None:
        try:
            connection, _ = self.listener.accept()
        except OSError:
            time.sleep(0.1)  # No room for another connection: those that are there go on.
            return None
        request = _receive(connection)
        if request is None:
            connection.close()
            return None
        gc.freeze()
        try:
            process = os.fork()
        except OSError:
            process = None
        if process == 0:
            self._leave(connection)
            enter(request)
            return request
        for stream in request.streams:
            os.close(stream)
        if process is None:
            # The client then tries by itself, and tells what the system refuses.
            connection.close()
            return None
        self.kernels[process] = connection
        self.selector.register(connection, selectors.EVENT_READ, self._client_gone)
        _send(connection, process)
        return None

    def _leave(self, connection: socket.socket) -> None:
        """Close, in a forked process, all that is the server's."""
        self.selector.close()
        for one in (self.listener, connection, *self.kernels.values()):
            one.close()
        for descriptor in self.open:
            os.close(descriptor)

    def _client_gone(self, connection: object) -> None:
        """End the kernel of a client that was killed; a client says nothing while it lives."""
        for process, known in self.kernels.items():
            if known is connection:
                self.selector.unregister(known)
                _end_group(process)

    def _reap(self, ended: object) -> None:
        os.read(self.ended, 4096)
        while self.kernels:
            process, status = os.waitpid(-1, os.WNOHANG)
            if process == 0:
                return
            # What its cells started and left behind.
            _end_group(process)
            connection = self.kernels.pop(process)
            with contextlib.suppress(KeyError):
                self.selector.unregister(connection)
            _send(connection, os.waitstatus_to_exitcode(status))
            connection.close()


def _end_group(process: int) -> None:
    """End a kernel, and what it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process, signal.SIGKILL)


def _receive(connection: socket.socket) -> Request | None:
    """Read what a client asks for; None when it has gone meanwhile."""
    streams: list[int] = []
    try:
        connection.settimeout(10)
        _, streams, _, _ = socket.recv_fds(connection, 1, 3)
        with connection.makefile(encoding="utf-8") as lines:
            said = json.loads(lines.readline())
    except (OSError, ValueError):
        for stream in streams:
            os.close(stream)
        return None
    return Request(tuple(said["arguments"]), said["cwd"], said["environment"], tuple(streams))


def _send(connection: socket.socket, number: int) -> None:
    with contextlib.suppress(OSError):
        connection.sendall(f"{number}\n".encode())


def _serve(server: Server) -> Request:
    """Import and serve; return in a forked process only."""
    for _ in load(FIRST):
        pass
    for _ in load(LATER):
        if (request := server.serve(0)) is not None:
            return request
    while (request := server.serve(None)) is None:
        pass
    return request


def main() -> None:
    """Serve until the owner has gone, or, in a forked process, be a kernel to its end."""
    # As a kernel's own launcher does: what lies in the working directory must not be imported here.
    del sys.path[0]
    gc.disable()
    listener = socket.socket(fileno=int(sys.argv[1]))
    folder = Path(listener.getsockname()).parent
    own = os.getpid()
    server = Server(listener)
    # Not by an exception: modules that are being imported may catch any.
    signal.signal(signal.SIGTERM, lambda *_: _exit(server))
    try:
        request = _serve(server)
    except OwnerGone:
        shutil.rmtree(folder, ignore_errors=True)
        _exit(server)
    be_kernel(request, own)


def _exit(server: Server) -> NoReturn:
    """End, without the time it takes to put all those modules away."""
    server.end()
    os._exit(0)


if __name__ == "__main__":
    main()
