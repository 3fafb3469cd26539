"""The results of tables in a small form that a page can carry, for readers who ask for a number."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd

from csrkit.conditions.words import SEPARATOR
from csrkit.results.model import Results

STATISTICS = {
    "n": "Number of subjects",
    "N": "Denominator",
    "p": "Share of the denominator",
    "n_events": "Number of events",
    "n_missing": "Number of subjects of the denominator without a value",
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
    "p.value": "p-value",
    "statistic": "Test statistic",
    "parameter": "Degrees of freedom",
    "exposure": "Patient-years at risk",
    "n.event": "Number of subjects with the event",
    "n_subjects": "Number of subjects",
    "prob": "Posterior probability",
    "decision": "Decision",
    "boundary.low": "Boundary of escalation",
    "boundary.high": "Boundary of de-escalation",
    "limit.low": "Lower limit of proportionality",
    "limit.high": "Upper limit of proportionality",
    "dose_ratio": "Highest by lowest dose",
    "conclusion": "Conclusion",
    "model": "Effect of the subject",
    "mtd": "Maximum tolerated dose",
}
"""Names of statistics in words; another one is shown by the name that it has in the ARD."""

BETWEEN_WORDS, BETWEEN_TERMS = SEPARATOR, " AND "
SHOWN = ("DATASET", "WHERE_TEXT", "WHERE_SQL", "N_RECORDS", "N_SUBJECTS")
SUBJECTS_NAMED = 20
"""Largest number of subjects that the page names; `set_subjects.parquet` holds them all."""


def compact_results(results: Results, outputs: Collection[str]) -> dict[str, Any]:
    """Return the results of some outputs, every text and every set of records written once.

    Parameters
    ----------
    results
        Results of a run.
    outputs
        Keys of the displays wanted.

    Returns
    -------
    dict
        `texts`: list of str. `sets`: list of [dataset, condition in words, condition in SQL,
        records, subjects, keys of subjects]. Dataset and keys are places in `texts`; keys are null
        when there are too many to list. A condition is a list of such places: its parts, to be
        joined by `BETWEEN_WORDS` or `BETWEEN_TERMS`. `outputs`: by key of the display, lists with
        an item an ARD row in the order of NUMBER: `stats` and `methods` (places in `texts`),
        `values` (number not rounded, or text: the word shown, or why there is no value), `sets`
        (place in `sets`) and `denominators` (likewise; null where there is none).
    """
    texts = _Numbered()
    sets = _Sets(results, texts)
    ard = results.ard
    chosen = ard[ard["OUTPUT"].isin(list(outputs))].sort_values("NUMBER", kind="stable")
    found = {}
    for output, rows in chosen.groupby("OUTPUT", sort=True):
        found[str(output)] = {
            "stats": [texts.place(STATISTICS.get(one, one)) for one in rows["STAT"]],
            "methods": [texts.place(one) for one in _methods(rows)],
            "values": [
                _value(*row)
                for row in rows[["VALUE", "FORMATTED", "REASON"]].itertuples(index=False)
            ],
            "sets": [sets.place(one) for one in rows["SET_ID"]],
            "denominators": [sets.place(one) if one else None for one in rows["DENOM_ID"]],
        }
    asked = sets.items  # places its texts, so before them
    return {"texts": texts.items, "sets": asked, "outputs": found}


def _methods(rows: pd.DataFrame) -> list[str]:
    """Return the method of each row, with its confidence level where it has one."""
    return [
        method if pd.isna(level) else f"{method}, {level:.0%}"
        for method, level in zip(rows["METHOD"], rows["CONF_LEVEL"], strict=True)
    ]


class _Numbered:
    """A list without duplicates that gives each item its place."""

    def __init__(self) -> None:
        self._places: dict[Any, int] = {}

    def place(self, item: Any) -> int:
        return self._places.setdefault(item, len(self._places))

    @property
    def items(self) -> list[Any]:
        return list(self._places)


class _Sets:
    """The sets asked for, each once, in the order in which they were."""

    def __init__(self, results: Results, texts: _Numbered) -> None:
        self._texts = texts
        named = results.sets[["SET_ID", *SHOWN]].itertuples(index=False, name=None)
        self._sets = {key: shown for key, *shown in named}
        grouped = results.subjects.groupby("SET_ID", sort=False)["USUBJID"]
        self._subjects = {str(key): list(found) for key, found in grouped}
        self._asked = _Numbered()

    def place(self, key: str) -> int:
        return self._asked.place(key)

    @property
    def items(self) -> list[tuple[Any, ...]]:
        return [self._item(key) for key in self._asked.items]

    def _item(self, key: str) -> tuple[Any, ...]:
        dataset, words, sql, records, subjects = self._sets[key]
        place, named = self._texts.place, None
        if subjects <= SUBJECTS_NAMED:
            named = tuple(place(subject) for subject in self._subjects.get(key, []))
        return (
            place(dataset),
            tuple(place(part) for part in words.split(BETWEEN_WORDS)),
            tuple(place(part) for part in sql.split(BETWEEN_TERMS)),
            int(records),
            int(subjects),
            named,
        )


def _value(value: float, shown: str, reason: str | None) -> float | int | str:
    if pd.isna(value):
        return shown if pd.isna(reason) else f"{shown}: {reason}"
    return int(value) if float(value).is_integer() else float(value)
