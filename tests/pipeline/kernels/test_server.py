"""The fork server is there while its run is, and what it forked never outlives either."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from csrkit.pipeline.kernels.manager import kernel_manager
from csrkit.pipeline.kernels.owner import fork_server

RUN = """
import sys, pathlib
from csrkit.pipeline.notebooks.execute import execute
from csrkit.pipeline.notebooks.job import NotebookJob
from csrkit.pipeline.kernels.owner import fork_server
folder = pathlib.Path(sys.argv[1])
with fork_server(folder) as socket:
    (folder / "socket").write_text(socket)
    file = folder / "40_safety.ipynb"
    execute(NotebookJob("40_safety", file, folder / "made.ipynb", {}, (), socket))
"""
TELL_AND_WAIT = """
import os, pathlib, time
pathlib.Path("pids.part").write_text(f"{os.getpid()} {os.getppid()}")
os.rename("pids.part", "pids")
time.sleep(60)
"""


def alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def soon(holds, seconds=20):
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.02)
    return holds()


def test_server_and_kernel_end_with_a_run_that_is_killed(plain):
    """Such a run can tidy nothing: the server sees its pipe close."""
    folder = plain(TELL_AND_WAIT).source.parent
    run = subprocess.Popen([sys.executable, "-c", RUN, str(folder)])
    try:
        assert soon((folder / "pids").exists)
        kernel, server = map(int, (folder / "pids").read_text().split())
        assert alive(kernel)
        assert alive(server)
    finally:
        run.kill()
        run.wait()
    assert soon(lambda: not alive(server))
    assert soon(lambda: not alive(kernel))
    assert soon(lambda: not Path((folder / "socket").read_text()).parent.exists())


def test_a_kernel_ends_when_its_server_is_killed(plain):
    folder = plain(TELL_AND_WAIT).source.parent
    run = subprocess.Popen(
        [sys.executable, "-c", RUN, str(folder)], stderr=subprocess.PIPE, text=True
    )
    assert soon((folder / "pids").exists)
    kernel, server = map(int, (folder / "pids").read_text().split())
    os.kill(server, signal.SIGKILL)
    assert "process ended before its work was done" in run.communicate(timeout=30)[1]
    assert run.returncode != 0
    assert soon(lambda: not alive(kernel))


def test_server_and_socket_are_gone_after_the_run(tmp_path):
    with fork_server(tmp_path) as socket:
        assert Path(socket).is_socket()
        assert Path(socket).parent.stat().st_mode & 0o077 == 0
    assert not Path(socket).parent.exists()


def test_without_room_for_a_socket_or_without_notebooks_there_is_no_server(tmp_path, monkeypatch):
    with fork_server(tmp_path / "none") as socket:
        assert socket is None
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    with fork_server(tmp_path) as socket:
        assert socket is None
    assert list(long.iterdir()) == []


def test_where_no_server_listens_a_kernel_starts_by_itself(plain, printed, tmp_path):
    job = replace(plain("import os\nprint(os.environ['TZ'])"), socket=str(tmp_path / "nobody"))
    assert printed(job) == "UTC\n"


@contextlib.asynccontextmanager
async def kernel(socket, folder):
    manager = kernel_manager(socket)()
    await manager.start_kernel(cwd=str(folder), extra_arguments=["--log-level=CRITICAL"])
    client = manager.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=60)
        yield manager, client
    finally:
        client.stop_channels()
        if await manager.is_alive():
            await manager.shutdown_kernel(now=True)
        await manager.cleanup_resources()


def test_a_client_ends_as_its_kernel_ended(socket, tmp_path):
    async def ended(code):
        async with kernel(socket, tmp_path) as (manager, client):
            process = manager.provisioner.process
            client.execute(code)
            return await asyncio.to_thread(process.wait, 20)

    assert asyncio.run(ended("import os; os._exit(7)")) == 7
    assert asyncio.run(ended("import os; os.kill(os.getpid(), 9)")) == -signal.SIGKILL


def test_an_interrupt_reaches_the_kernel_which_goes_on(socket, tmp_path):
    sleep = "import pathlib, time\npathlib.Path('asleep').touch()\ntime.sleep(60)"

    async def interrupted():
        async with kernel(socket, tmp_path) as (manager, client):
            # Or the kernel would, for a moment after the error, refuse what was asked meanwhile.
            asked = client.execute(sleep, stop_on_error=False, reply=True, timeout=30)
            reply = asyncio.ensure_future(asked)
            await asyncio.to_thread(soon, (tmp_path / "asleep").exists)
            await manager.interrupt_kernel()
            stopped = await reply
            after = await client.execute("1 + 1", reply=True, timeout=30)
            return stopped["content"], after["content"]

    stopped, after = asyncio.run(interrupted())
    assert stopped["ename"] == "KeyboardInterrupt"
    assert after["status"] == "ok"


def test_a_kernel_ends_when_its_client_is_killed(socket, tmp_path):
    tell = "import os, pathlib\npathlib.Path('pid').write_text(str(os.getpid()))"

    async def killed():
        async with kernel(socket, tmp_path) as (_, client):
            await client.execute(tell, reply=True, timeout=30)
            process = int((tmp_path / "pid").read_text())
            assert alive(process)
        return process

    process = asyncio.run(killed())
    assert soon(lambda: not alive(process))
