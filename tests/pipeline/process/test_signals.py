"""Ctrl-C and its kin end a command within two seconds, say what is kept, and leave nothing."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time

import psutil
import pytest

SLEEP = "import pathlib, time\npathlib.Path('../tmp/{0}').touch()\ntime.sleep(300)"
BUSY = "import pathlib\npathlib.Path('../tmp/{0}').touch()\nsum(range(10**12))"
MOST = 3.5
"""Seconds; the program takes two at most, a machine that is busy some more to see it."""
WAYS = {
    "Ctrl-C": (signal.SIGINT, os.killpg, 1),
    "SIGINT to the run alone": (signal.SIGINT, os.kill, 1),
    "two Ctrl-C": (signal.SIGINT, os.killpg, 2),
    "SIGTERM": (signal.SIGTERM, os.kill, 1),
    "SIGHUP": (signal.SIGHUP, os.killpg, 1),
}


def wait_for(path, seconds=60):
    until = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < until, f"{path} never came"
        time.sleep(0.02)


def stop(process, number, send, times=1):
    """Send a signal; return how long the program took, and what it wrote."""
    began = time.monotonic()
    for _ in range(times):
        send(process.pid, number)
        time.sleep(0.05)
    try:
        _, said = process.communicate(timeout=20)
    finally:
        with contextlib.suppress(psutil.Error):
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()
        process.kill()
    return time.monotonic() - began, said


@pytest.mark.parametrize(("number", "send", "times"), WAYS.values(), ids=WAYS)
def test_a_run_that_is_stopped_tells_what_is_kept(place, number, send, times):
    place.write("30_population", SLEEP.format("a"))
    place.write("40_safety", BUSY.format("b"))
    process = place.start("run", "--jobs", "2")
    wait_for(place.temporary / "a")
    wait_for(place.temporary / "b")
    took, said = stop(process, number, send, times)
    assert process.returncode == 128 + number
    assert took < MOST
    assert "Stages kept: 10_validate, 20_derive; run again to go on." in said
    assert signal.Signals(number).name in said
    assert "Traceback" not in said
    assert set(place.left()) == {"tmp/a", "tmp/b"}
    assert not (place.cut / "failed").exists()
    assert place.orphans(1) == []


def test_a_run_that_is_stopped_while_kernels_start_leaves_nothing(place):
    process = place.start("run", "--jobs", "2")
    for line in process.stderr:
        if line.startswith("30_population"):
            break
    took, said = stop(process, signal.SIGINT, os.killpg)
    assert process.returncode == 130
    assert took < MOST
    assert "Stages kept: 10_validate, 20_derive" in said
    assert place.left() == []
    assert place.orphans(1) == []


def test_a_report_that_is_stopped_keeps_the_stages_and_leaves_nothing(place):
    """Made by hand: the conductor's part is over, and pandoc or Typst at work."""
    program = """
import time, sys
from csrkit.cli import main
from csrkit.pipeline import run
from csrkit.pipeline.conductor import Conductor
from csrkit.files.folders import temporary_folder
import subprocess
Conductor.run = lambda self, stages: self.kept.extend(["40_safety", "60_pk"])
def report(request, *_):
    with temporary_folder(request.outputs, "report"):
        print("at work", flush=True)
        subprocess.run(["sleep", "300"], capture_output=True)
run.make_report = report
sys.argv = ["csr", "run"]
main()
"""
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=place.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(place.temporary)},
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout.readline() == "at work\n"
    took, said = stop(process, signal.SIGTERM, os.kill)
    assert process.returncode == 143
    assert took < MOST
    assert "Stages kept: 40_safety, 60_pk" in said
    assert place.left() == []
    assert place.orphans(1) == []


FORCED = """
import ctypes, sys, tempfile
import csrkit.cli.app as app
from csrkit.cli import main
import click
kept = tempfile.TemporaryDirectory()
def work():
    import subprocess
    child = subprocess.Popen(["sleep", "300"])
    print("at work", flush=True)
    {work}
app.app.add_command(click.Command("work", callback=work))
sys.argv = ["csr", "work"]
main()
"""


@pytest.mark.parametrize(
    "work",
    [
        # As Typst or DuckDB: compiled code that goes on whatever Python would do.
        "ctypes.CDLL(None).system(b'sleep 300')",
        # As a library that catches everything.
        "import time\n"
        "    while True:\n"
        "        try: time.sleep(100)\n"
        "        except BaseException: pass",
    ],
    ids=["compiled code", "caught by a library"],
)
def test_what_doesnt_hear_a_signal_is_ended_by_force_and_tidied_up(place, work):
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            FORCED.format(work=work),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(place.temporary)},
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGTERM, signal.SIG_DFL),
    )
    assert process.stdout.readline() == "at work\n"
    took, said = stop(process, signal.SIGTERM, os.kill)
    assert process.returncode == 143
    assert took < MOST
    assert said.count("Stopped by the system") == 1
    assert place.left() == []
    assert place.orphans(1) == []


COMMANDS = {
    "simulate": ("simulate", "--out", "o"),
    "cut": ("cut", "--data", "data_raw/sdtm", "--data-cut", "2026-03-31", "--out", "o"),
    "derive": ("derive", "--data", "data_raw/sdtm", "--out", "o"),
    "validate": ("validate", "--out", "o"),
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_command_that_is_stopped_while_it_writes_leaves_nothing(place, command):
    out = place.folder / "o"
    shutil.rmtree(out, ignore_errors=True)
    process = place.start(*command)
    if command[0] == "validate":
        time.sleep(1.5)
    else:
        wait_for(out)
    took, said = stop(process, signal.SIGINT, os.killpg)
    assert process.returncode == 130, said
    assert took < MOST
    assert "Earlier results are as they were" in said
    assert not out.exists() or list(out.iterdir()) == []
    assert place.left() == []


def test_a_run_under_nohup_doesnt_end_with_its_terminal(place):
    process = place.start(
        "run", "--jobs", "1", before=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)
    )
    time.sleep(1)
    os.killpg(process.pid, signal.SIGHUP)
    time.sleep(0.5)
    assert process.poll() is None
    stop(process, signal.SIGINT, os.killpg)
    assert process.returncode == 130
