"""Times to an event of each column compared with those of a reference column.

Records are those of one parameter of ADTTE: AVAL in days, CNSR 0 for an event. A comparison is
fitted on the records of both columns, and stands in the column that is compared.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from csrkit.errors import StudyError
from csrkit.results.ard import Result, Statistic
from csrkit.results.bench import Bench
from csrkit.results.model import COLUMN, Declared
from csrkit.results.spread import tally_of
from csrkit.results.verbs.counts import level_name
from csrkit.results.verbs.pairs import Pair, pairs
from csrkit.results.verbs.times import DAYS_PER_MONTH
from csrkit.stats.estimate import Estimate, missing
from csrkit.stats.survival import KaplanMeier, kaplan_meier
from csrkit.stats.survival.difference import survival_difference
from csrkit.stats.survival.log_rank import log_rank

COMPARED = "compared"


def compare_hazards(
    bench: Bench, declared: Declared, reference: str, strata: Sequence[str] = ()
) -> None:
    """Estimate the hazard of each column relative to that of the reference.

    Adds n (subjects of both columns), estimate, conf.low, conf.high, p.value; ROW = `hazard`.
    """
    # statsmodels' hazard regression brings threads that a forked process would be without.
    from csrkit.stats.survival.cox import cox

    level = declared.level
    for pair in pairs(bench, declared, reference):
        time, event = _times(pair.records)
        stratum = _strata(bench, pair.records, strata)
        fit = cox(time, event, {COMPARED: pair.compared.astype(float)}, stratum, level)
        found = fit.table.loc[COMPARED].to_dict()
        names = {
            "estimate": ("hazard_ratio", "fixed2"),
            "conf.low": ("lower", "fixed2"),
            "conf.high": ("upper", "fixed2"),
            "p.value": ("p_value", "p_value"),
        }
        estimates = {
            name: (missing(fit.reason) if fit.reason else Estimate(float(found[column])), written)
            for name, (column, written) in names.items()
        }
        _add(bench, declared, "hazard", pair, [
            Statistic("n", len(pair.records), "count"),
            *(Statistic.of(name, one, written) for name, (one, written) in estimates.items()),
        ])  # fmt: skip


def compare_times(
    bench: Bench, declared: Declared, reference: str, strata: Sequence[str] = ()
) -> None:
    """Test whether the times of each column and of the reference differ, by the log-rank test.

    Adds n (subjects of both columns), statistic, parameter, p.value; ROW = `log_rank`.
    """
    for pair in pairs(bench, declared, reference):
        time, event = _times(pair.records)
        found = log_rank(time, event, pair.compared, _strata(bench, pair.records, strata))
        _add(bench, declared, "log_rank", pair, [
            Statistic("n", len(pair.records), "count"),
            Statistic.of("statistic", found.chi_square, "fixed2"),
            Statistic("parameter", found.df, "count"),
            Statistic.of("p.value", found.p_value, "p_value"),
        ])  # fmt: skip


def compare_rates(
    bench: Bench, declared: Declared, reference: str, months: Sequence[float]
) -> None:
    """Estimate by how much the shares free of the event differ at given months.

    Adds estimate, conf.low, conf.high (column less reference); ROW = `difference.<month>`.
    """
    level = declared.level
    for pair in pairs(bench, declared, reference):
        curves = [_curve(pair.records[part], level) for part in (pair.compared, ~pair.compared)]
        for month in months:
            found = survival_difference(curves[0], curves[1], month)
            _add(bench, declared, f"difference.{month:g}", pair, [
                Statistic.of("estimate", found.estimate, "percent1"),
                Statistic.of("conf.low", found.lower, "percent1"),
                Statistic.of("conf.high", found.upper, "percent1"),
            ])  # fmt: skip


def _times(records: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return times in months, and whether each ends with the event."""
    months = records["AVAL"].to_numpy(dtype=float) / DAYS_PER_MONTH
    return months, (records["CNSR"] == 0).to_numpy(dtype=bool)


def _curve(records: pd.DataFrame, level: float) -> KaplanMeier:
    time, event = _times(records)
    return kaplan_meier(time, event, level)


def _strata(bench: Bench, records: pd.DataFrame, variables: Sequence[str]) -> np.ndarray | None:
    """Return the stratum of each record, named by its levels; None without variables.

    Raises
    ------
    StudyError
        When neither the dataset nor ADSL has a variable.
    """
    if not variables:
        return None
    frame = bench.with_adsl(records, variables)
    unknown = [name for name in variables if name not in frame]
    if unknown:
        raise StudyError(
            "A comparison is stratified by a variable that isn't there",
            where=f"tlf.yml, key displays.{bench.entry.key}.settings.strata",
            found=unknown[0],
            allowed=tuple(map(str, frame.columns)),
            remedy="Use a variable of the dataset or of ADSL.",
        )
    levels = frame[list(variables)]
    named = levels.astype(object).where(levels.notna(), None).map(level_name)
    return named.agg(" / ".join, axis=1).to_numpy(dtype=object)


def _add(
    bench: Bench, declared: Declared, row: str, pair: Pair, statistics: list[Statistic]
) -> None:
    tally = tally_of(pair.records)
    bench.add(
        declared,
        Result(
            row=row,
            column=pair.column,
            statistics=statistics,
            levels={COLUMN: pair.column, "REFERENCE": pair.reference},
            set_id=bench.set_of_all(declared.scope, pair.keys, tally),
            variable="AVAL",
        ),
    )
