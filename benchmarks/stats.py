"""Time the statistics on far more data than a study has, as functions of one warm process.

Goals: NCA of 10,000 profiles under 2 s. A yardstick: the R package PKNCA reports 3.9 s for 336
profiles.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable

import numpy as np

from csrkit.stats.nca import nca, nca_many
from csrkit.stats.proportions import clopper_pearson, poisson_rate
from csrkit.stats.survival import kaplan_meier
from csrkit.stats.survival.competing import cumulative_incidence
from csrkit.stats.survival.cox import cox
from csrkit.stats.survival.log_rank import log_rank

ROWS, PROFILES, CELLS = 1_000_000, 10_000, 100_000
TIMES = np.array([0, 1, 2, 4, 8, 24, 48, 72, 120, 168.0])
RNG = np.random.default_rng(20250609)


def report(what: str, run: Callable[[], object], goal: str = "") -> float:
    run()
    took = []
    for _ in range(3):
        begun = time.perf_counter()
        run()
        took.append(time.perf_counter() - begun)
    print(f"{what:58} {min(took):7.3f} s   {goal}")
    return min(took)


def profiles() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    label = np.repeat(np.arange(PROFILES), TIMES.size)
    times = np.tile(TIMES, PROFILES)
    rate = np.repeat(RNG.uniform(0.01, 0.05, PROFILES), TIMES.size)
    conc = 100 * np.exp(-rate * times) * RNG.lognormal(0, 0.1, times.size)
    conc[RNG.random(times.size) < 0.05] = np.nan
    conc[times == 0] = 0
    return label, times, conc


def main() -> None:
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    days, exact = RNG.integers(1, 2000, ROWS).astype(float), RNG.exponential(500, ROWS)
    event = RNG.random(ROWS) < 0.6
    cause, group = event * RNG.integers(1, 3, ROWS), RNG.integers(0, 2, ROWS)
    report("Kaplan-Meier, 1,000,000 subjects, whole days", lambda: kaplan_meier(days, event))
    report("Kaplan-Meier, 1,000,000 different times", lambda: kaplan_meier(exact, event))
    report("log-rank, 1,000,000 subjects", lambda: log_rank(days, event, group))
    report("cumulative incidence, 1,000,000 subjects", lambda: cumulative_incidence(days, cause))
    few = slice(0, 10_000)
    report(
        "Cox regression, 10,000 subjects",
        lambda: cox(days[few], event[few], {"group": group[few]}),
    )
    label, times, conc = profiles()
    many = report(
        "NCA, 10,000 profiles of 10 samples",
        lambda: nca_many(label, times, conc, dose=20.0, duration=1.0, start_conc=0.0),
        "(goal: under 2)",
    )
    begun = time.perf_counter()
    for number in range(336):
        mine = slice(number * TIMES.size, (number + 1) * TIMES.size)
        nca(times[mine], conc[mine], dose=20.0, duration=1.0, start_conc=0.0)
    alone = time.perf_counter() - begun
    print(f"{'NCA, 336 profiles one by one (PKNCA reports 3.9 s)':58} {alone:7.3f} s")
    print(f"{'  as many in the table of 10,000':58} {many * 336 / PROFILES:7.3f} s")
    total = RNG.integers(1, 300, CELLS)
    count = RNG.binomial(total, 0.3)
    report("exact interval of 100,000 proportions", lambda: clopper_pearson(count, total))
    report("exact interval of 100,000 rates", lambda: poisson_rate(count, total * 1.5))


if __name__ == "__main__":
    main()
