"""Time and peak memory of `csr validate` and `csr cut`, by the size of the study.

`python benchmarks/scale.py [TIMES ...] [--study FILE]` writes a study with each subject TIMES over
(default 1 10) into a temporary folder, and runs each command on it as a process of its own. The
study is the CDISC pilot, so that 100 is 30,600 subjects and 6 million records of LB; `--study
study.yml --data-cut 2025-12-31` takes the repository's own, with six times as many rules. The slope
says how time grows with the records between the last two sizes: 1 is linear.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

# Nothing large is imported or read here: a process starts with the peak of the one that made it.
ROOT = Path(__file__).resolve().parent.parent
REPLICATE = ROOT / "benchmarks" / "replicate.py"
COMMANDS = ("validate", "cut")


@dataclass(frozen=True)
class Took:
    """Seconds and peak memory (MB) of a command."""

    seconds: float
    peak: float


def run(folder: Path, *arguments: str | Path) -> Took:
    """Run `csr` as a process of its own; 1 says that validation found something critical."""
    command = [sys.executable, "-m", "csrkit", *map(str, arguments)]
    begun = time.perf_counter()
    with (folder / "said").open("w") as said:
        actions = [(os.POSIX_SPAWN_DUP2, said.fileno(), 1)]
        pid = os.posix_spawn(sys.executable, command, os.environ, file_actions=actions)
        _, status, used = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(f"{' '.join(command)} failed")
    took = time.perf_counter() - begun
    # Linux counts in kilobytes, macOS in bytes.
    return Took(took, used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3))


def measure(times: int, study: Path, data_cut: str) -> tuple[dict[str, int], dict[str, Took]]:
    """Return the records of each domain, and what the commands took, for one size."""
    with tempfile.TemporaryDirectory() as place:
        folder, data = Path(place), Path(place) / "sdtm"
        command = [sys.executable, REPLICATE, study, str(times), data]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
        given = ("--study", study, "--data", data, "--out")
        took = {
            "validate": run(folder, "validate", *given, folder / "findings"),
            "cut": run(folder, "cut", *given, folder / "cut", "--data-cut", data_cut),
        }
    return json.loads(done.stdout), took


def slope(sizes: list[int], taken: list[float]) -> str:
    if len(sizes) < 2:
        return ""
    return f"{math.log(taken[-1] / taken[-2]) / math.log(sizes[-1] / sizes[-2]):.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Time csr validate and csr cut by size.")
    parser.add_argument("times", nargs="*", type=int, default=[1, 10])
    parser.add_argument("--study", type=Path, default=ROOT / "studies/cdiscpilot01/study.yml")
    parser.add_argument("--data-cut", default="2013-12-31")
    asked = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{'':6}{'records':>12}{'LB':>12}{'validate':>14}{'peak':>10}{'cut':>14}{'peak':>10}")
    sizes: list[int] = []
    seconds: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for times in asked.times:
        records, took = measure(times, asked.study, asked.data_cut)
        sizes.append(sum(records.values()))
        line = f"×{times:<5}{sizes[-1]:12,}{records['LB']:12,}"
        for name in COMMANDS:
            seconds[name].append(took[name].seconds)
            line += f"{took[name].seconds:12.1f} s{took[name].peak:7.0f} MB"
        print(line, flush=True)
    print(
        f"{'slope':30}" + "".join(f"{slope(sizes, seconds[name]):>12}{'':12}" for name in COMMANDS)
    )


if __name__ == "__main__":
    main()
