"""CPU time and peak memory of the ADaM derivations, by the size of the study.

`python benchmarks/adam.py [TIMES ...]` derives every dataset from the study's own SDTM with each
subject there TIMES over (default 1 10 100), each size in a process of its own. The slope says how
time grows with the records: 1 is linear.
"""

from __future__ import annotations

import json
import math
import resource
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parent.parent


def replicated(frame: pd.DataFrame, times: int) -> pd.DataFrame:
    """The records of every subject `times` over, under as many new names; others once."""
    if "USUBJID" not in frame:
        return frame
    copies = [frame.assign(USUBJID=frame["USUBJID"] + f"-{copy}") for copy in range(times)]
    return pd.concat(copies, ignore_index=True)


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak() -> float:
    """Peak memory of this process in MB (Linux counts in kilobytes, macOS in bytes)."""
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def measure(times: int) -> dict[str, object]:
    """Derive every dataset once, and account for the records."""
    from csrkit.adam.accounting import account
    from csrkit.adam.registry import DATASETS
    from csrkit.sdtm import read
    from csrkit.sdtm.cut import apply_cut
    from csrkit.study import load_study

    study = load_study(ROOT / "study.yml").covering("final")
    raw = {name: replicated(frame, times) for name, frame in read(study.path("data")).items()}
    cut = apply_cut(raw, study)
    before, adam = peak(), {}
    seconds: dict[str, float] = {}
    begun = time.perf_counter()
    for dataset in DATASETS:
        started = cpu()
        adam[dataset.name] = dataset.function()(cut.domains, adam, study)
        seconds[dataset.name] = cpu() - started
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
    totals = {"wall": "wall seconds", "before": "MB at the start", "peak": "MB peak"}
    for key, name in {**totals, "read": "SDTM records"}.items():
        print(f"{name:16}{''.join(f'{r[key]:10.0f}' for r in results)}")


def slope(results: list[Mapping[str, object]], taken: list[float]) -> str:
    if len(results) < 2 or min(taken) <= 0:
        return ""
    sizes = [r["times"] for r in results]
    return f"{math.log(taken[-1] / taken[-2]) / math.log(sizes[-1] / sizes[-2]):.2f}"


def main() -> None:
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(measure(int(sys.argv[2]))))
        return
    results = []
    for times in map(int, sys.argv[1:] or ["1", "10", "100"]):
        command = [sys.executable, __file__, "--measure", str(times)]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        results.append(json.loads(done.stdout))
    show(results)


if __name__ == "__main__":
    main()
