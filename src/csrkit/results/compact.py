"""The results of tables in a small form that a page can carry, for readers who ask for a number."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

import pandas as pd

STATISTICS = {
    "n": "Number of subjects",
    "N": "Denominator",
    "p": "Share of the denominator",
    "n_events": "Number of events",
    "n_missing": "Number of subjects without a value",
    "n_blq": "Number of subjects below the limit of quantification",
    "n.risk": "Number of subjects at risk",
    "mean": "Mean",
    "sd": "Standard deviation",
    "se": "Standard error",
    "cv": "Coefficient of variation",
    "geom_mean": "Geometric mean",
    "geom_sd": "Geometric standard deviation",
    "geom_cv": "Geometric coefficient of variation",
    "median": "Median",
    "p25": "First quartile",
    "p75": "Third quartile",
    "min": "Minimum",
    "max": "Maximum",
    "estimate": "Estimate",
    "conf.low": "Lower confidence limit",
    "conf.high": "Upper confidence limit",
    "decision": "Decision",
}
"""Names of statistics in words; another one is shown by the name that it has in the ARD."""

BETWEEN_WORDS, BETWEEN_TERMS = "; ", " and "
SHARED = ["DATASET", "FILTER_TEXT", "FILTER_EXPR", "N_RECORDS", "N_SUBJECTS", "SUBJECTS"]


def compact_results(ard: pd.DataFrame, outputs: Collection[str]) -> dict[str, Any]:
    """Return the results of some outputs, every text and every set of records written once.

    Parameters
    ----------
    ard
        ARD rows as `csrkit.results.ard.combine` numbers them.
    outputs
        Keys of the displays wanted.

    Returns
    -------
    dict
        `texts`: list of str. `sets`: list of [dataset, filter in words, filter as an expression,
        records, subjects, keys of subjects]. Dataset and keys are places in `texts`; keys are null
        when there are too many to list. A filter is a list of such places: its parts, to be joined
        by `BETWEEN_WORDS` or `BETWEEN_TERMS`. `outputs`: by key of the display, three lists with
        an item an ARD row in the order of NUMBER: `stats` (place in `texts`), `values` (number not
        rounded, or text: the word shown, or why there is no value) and `sets` (place in `sets`).
    """
    texts = _Numbered()
    sets = _Numbered()
    chosen = ard[ard["OUTPUT"].isin(list(outputs))].sort_values("NUMBER", kind="stable")
    found = {}
    for output, rows in chosen.groupby("OUTPUT", sort=True):
        found[str(output)] = {
            "stats": [texts.place(STATISTICS.get(one, one)) for one in rows["STAT"]],
            "values": [
                _value(*row)
                for row in rows[["VALUE", "FORMATTED", "REASON"]].itertuples(index=False)
            ],
            "sets": [sets.place(_set(texts, *row)) for row in rows[SHARED].itertuples(index=False)],
        }
    return {"texts": texts.items, "sets": sets.items, "outputs": found}


class _Numbered:
    """A list without duplicates that gives each item its place."""

    def __init__(self) -> None:
        self._places: dict[Any, int] = {}

    def place(self, item: Any) -> int:
        return self._places.setdefault(item, len(self._places))

    @property
    def items(self) -> list[Any]:
        return list(self._places)


def _value(value: float, shown: str, reason: str | None) -> float | int | str:
    if pd.isna(value):
        return shown if pd.isna(reason) else f"{shown}: {reason}"
    return int(value) if float(value).is_integer() else float(value)


def _set(
    texts: _Numbered,
    dataset: str,
    words: str,
    expression: str,
    records: int,
    subjects: int,
    keys: str | None,
) -> tuple[Any, ...]:
    named = None if pd.isna(keys) else tuple(texts.place(key) for key in json.loads(str(keys)))
    return (
        texts.place(dataset),
        tuple(texts.place(part) for part in words.split(BETWEEN_WORDS)),
        tuple(texts.place(part) for part in expression.split(BETWEEN_TERMS)),
        int(records),
        int(subjects),
        named,
    )
