"""Time a cold run and an unchanged rerun of the whole report, each as a process of its own.

Goals on two cores: cold under 60 s, unchanged under 5 s.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def timed(*command: str) -> tuple[float, str]:
    begun = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    took = time.perf_counter() - begun
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    return took, done.stdout.strip()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        run = [sys.executable, "-m", "csrkit", "run"]
        run += ["--out", f"{folder}/outputs", "--derived", f"{folder}/derived"]
        cold, report = timed(*run)
        warm, _ = timed(*run)
        seconds = json.loads((Path(report) / "run.json").read_text(encoding="utf-8"))["seconds"]
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"cold run        {cold:6.1f} s   (goal: under 60)")
    for name, took in seconds.items():
        print(f"  {name:13} {took:6.1f} s")
    print(f"unchanged rerun {warm:6.1f} s   (goal: under 5)")
    print(f"ratio           {cold / warm:6.1f}")


if __name__ == "__main__":
    main()
