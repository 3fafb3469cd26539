"""Stands for a forked kernel towards whoever started it; run by path, standard library alone.

It hands its own environment, working directory and streams to the fork server, lives as long as the
kernel that the server forks, passes signals on to it, and ends as it ended. Without a server it
becomes an ordinary kernel itself.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys

PASSED_ON = {
    signal.SIGINT,
    signal.SIGTERM,
    signal.SIGHUP,
    signal.SIGQUIT,
    signal.SIGUSR1,
    signal.SIGUSR2,
}

SERVER_GONE = 113
"""Exit code when the server is gone, and the kernel with it."""


def main(address: str, arguments: list[str]) -> int:
    """Have a kernel forked and return its exit code once it has ended; negative for a signal."""
    signal.pthread_sigmask(signal.SIG_BLOCK, PASSED_ON)
    server = socket.socket(socket.AF_UNIX)
    process = _ask(server, address, arguments)
    if process is None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, PASSED_ON)
        os.execv(
            sys.executable,
            [sys.executable, "-m", "ipykernel_launcher", *arguments],
        )
    for number in PASSED_ON:
        signal.signal(number, lambda received, _: _pass_on(process, received))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, PASSED_ON)
    with server, server.makefile() as answers:
        # Without an answer the server is gone, and its kernels with it.
        return int(answers.readline() or SERVER_GONE)


def _ask(server: socket.socket, address: str, arguments: list[str]) -> int | None:
    """Return the process id of the forked kernel, None when nobody forks one."""
    request = {"arguments": arguments, "cwd": os.getcwd(), "environment": dict(os.environ)}
    try:
        server.connect(address)
        socket.send_fds(server, [b"\n"], [0, 1, 2])
        server.sendall(json.dumps(request).encode() + b"\n")
        return int(_line(server) or 0) or None
    except OSError:
        return None


def _line(server: socket.socket) -> bytes:
    """Read up to the end of a line and no further: what follows is read later."""
    line = b""
    while (byte := server.recv(1)) not in (b"", b"\n"):
        line += byte
    return line


def _pass_on(process: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process, number)


if __name__ == "__main__":
    code = main(sys.argv[1], sys.argv[2:])
    if code < 0:
        if -code in PASSED_ON:
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    sys.exit(code)
