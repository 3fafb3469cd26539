"""Time a whole report, each run as a process of its own: cold, cold again and again, and unchanged.

`python benchmarks/report.py [ROUNDS]`. A cold run is made in turn with forked kernels and with an
interpreter for every kernel, so that the two are compared on the same machine at the same time.
Goals on two cores: cold under 60 s, unchanged under 5 s.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FORKED, OWN, UNCHANGED = "cold, kernels forked", "cold, a kernel each", "unchanged"


@dataclass(frozen=True)
class Took:
    wall: float
    cpu: float


def timed(folder: Path, environment: dict[str, str]) -> tuple[Took, Path]:
    command = [sys.executable, "-m", "csrkit", "run"]
    command += ["--out", f"{folder}/outputs", "--derived", f"{folder}/derived"]
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, **environment}
    )
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Took(wall, cpu), Path(done.stdout.strip())


def without_fork(folder: Path) -> dict[str, str]:
    """Return an environment in which the path of a fork server's socket would be too long."""
    long = folder / ("t" * 100)
    long.mkdir()
    return {"TMPDIR": str(long)}


def main(rounds: int) -> None:
    took: dict[str, list[Took]] = {FORKED: [], OWN: [], UNCHANGED: []}
    manifests = set()
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for kind, environment in ((OWN, without_fork(folder)), (FORKED, {})):
                (folder / kind).mkdir()
                one, report = timed(folder / kind, environment)
                took[kind].append(one)
                manifests.add((report / "manifest.sha256").read_bytes())
            took[UNCHANGED].append(timed(folder / FORKED, {})[0])
            seconds = json.loads((report / "run.json").read_text(encoding="utf-8"))["seconds"]
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for kind, runs in took.items():
        wall, cpu = (
            statistics.median(getattr(run, name) for run in runs) for name in ("wall", "cpu")
        )
        print(f"{kind:22} {wall:6.1f} s, {cpu:6.1f} CPU s")
    print(f"the stages of a run with forked kernels: {seconds}")
    print(f"reports made have the same bytes: {len(manifests) == 1}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 1)
