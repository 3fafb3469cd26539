"""Time the displays of the report by pattern, results and layout, on the data of the last run.

    python benchmarks/displays.py [--adam data_derived/2026-03-31/adam]

CPU seconds of one warm process: every display of the index, those of each pattern, and forty tables
of counts, which were the goal of the results layer.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from pathlib import Path

import pandas as pd

from csrkit.displays.make import arrange_display
from csrkit.index import load_index
from csrkit.results.analyse import analyse_display
from csrkit.study import load_study

ROOT = Path(__file__).resolve().parent.parent
COUNTS = ("counts", "analysis_sets", "characteristics", "hierarchy")
FORTY = 40


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--adam", type=Path, default=ROOT / "data_derived" / "2026-03-31" / "adam")
    study = load_study(ROOT / "study.yml").covering("interim")
    files = sorted(parser.parse_args().adam.glob("*.parquet"))
    datasets = {file.stem.upper(): pd.read_parquet(file) for file in files}
    index = load_index(study.path("index"))
    spent: dict[str, list[float]] = defaultdict(lambda: [0, 0.0, 0.0])

    def make(key: str, name: str) -> None:
        entry = index[key]
        begun = time.process_time()
        results = analyse_display(entry, study, datasets)
        analysed = time.process_time()
        arrange_display(entry, study, results)
        row = spent[name]
        row[0] += 1
        row[1] += analysed - begun
        row[2] += time.process_time() - analysed

    for key in index:  # imports and caches
        make(key, "warm")
    spent.clear()
    for key, entry in index.items():
        make(key, entry.pattern)
    counts = [key for key, entry in index.items() if entry.pattern in COUNTS]
    for place in range(FORTY):
        make(counts[place % len(counts)], f"{FORTY} of counts")
    print(f"{'pattern':20}{'displays':>9}{'results':>9}{'layout':>9}   CPU s")
    for name, (number, results, layout) in spent.items():
        print(f"{name:20}{number:9.0f}{results:9.2f}{layout:9.2f}")


if __name__ == "__main__":
    main()
