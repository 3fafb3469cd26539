"""Values of single subjects, for figures that show every one of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd

from csrkit.conditions import equal
from csrkit.results.ard import Result, Statistic
from csrkit.results.bench import Bench
from csrkit.results.model import COLUMN, Declared
from csrkit.results.spread import Tally
from csrkit.results.verbs.counts import level_name

NOT_KNOWN = "Not known for this subject"


def pick_values(
    bench: Bench,
    declared: Declared,
    stat: str,
    variable: str,
    *,
    written: str = "text",
    divisor: float = 1.0,
    number: str = "",
    order: Callable[[int, float], Any] | None = None,
) -> None:
    """Add the value of a variable on each record: ROW = USUBJID, STAT = `stat`.

    A subject of several columns stands in the first.

    Parameters
    ----------
    written
        Name of the format of a number; `text` for a word.
    divisor
        What a number is divided by (days a month).
    number
        Variable that tells several records of a subject apart, and becomes VARLEVEL; without one
        a subject may have one record only.
    order
        What sorts the results: a function of the column's place and the value (infinite when it
        is missing), then by USUBJID; by column and USUBJID when left out.

    Raises
    ------
    ValueError
        When a subject has several records that nothing tells apart.
    """
    picked = _records(bench, declared, variable, number)
    if order is not None:
        places = [order(column, _size(value)) for column, _, value, _ in picked]
        ranked = sorted(range(len(picked)), key=lambda at: (places[at], picked[at][1]))
        picked = [picked[at] for at in ranked]
    scope = declared.scope
    for column, subject, value, level in picked:
        key = scope.columns.keys[column]
        more = [equal("USUBJID", subject), *([equal(number, level)] if number else [])]
        bench.add(
            declared,
            Result(
                row=subject,
                column=key,
                statistics=[_statistic(stat, value, written, divisor)],
                levels={COLUMN: key},
                set_id=bench.set_of(scope, key, Tally(1, (subject,)), *more),
                variable=variable,
                level=level_name(level) if number else "",
            ),
        )


def _records(
    bench: Bench, declared: Declared, variable: str, number: str
) -> list[tuple[int, str, Any, Any]]:
    """Return place of the column, subject, value and number of each record."""
    placed: set[str] = set()
    found = []
    for column, records in enumerate(bench.spread(declared.scope).frames().values()):
        own = records[~records["USUBJID"].isin(placed)].sort_values("USUBJID", kind="stable")
        placed |= set(own["USUBJID"])
        double = own[own.duplicated(["USUBJID", number] if number else ["USUBJID"])]
        if len(double):
            subject = double["USUBJID"].iloc[0]
            raise ValueError(f"{declared.analysis.id}: more than one record of {subject}")
        numbers = own[number] if number else [None] * len(own)
        found += [
            (column, str(subject), value, level)
            for subject, value, level in zip(own["USUBJID"], own[variable], numbers, strict=True)
        ]
    return found


def _size(value: Any) -> float:
    return math.inf if pd.isna(value) or isinstance(value, str) else float(value)


def _statistic(stat: str, value: Any, written: str, divisor: float) -> Statistic:
    if pd.isna(value):
        return Statistic(stat, None, written, NOT_KNOWN)
    if written == "text":
        return Statistic.text(stat, str(value))
    return Statistic(stat, float(value) / divisor, written)
