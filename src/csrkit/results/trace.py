"""The truth test: every set of a run, asked again in SQL of the run's own datasets.

DuckDB evaluates the condition of each set on the dataset that it names, with the variables of ADSL
that the dataset lacks joined by USUBJID. Records and subjects must be those that the results say,
and counts must be those of their sets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from csrkit.results.methods import ACCUMULATION, CLOPPER_PEARSON, COUNT, EXPOSURE_ADJUSTED, LISTED

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TOGETHER = 200
"""Sets of one dataset asked in one query."""
TOLERANCE = 1e-12
COUNTED = tuple(
    one.name for one in (ACCUMULATION, COUNT, CLOPPER_PEARSON, EXPOSURE_ADJUSTED, LISTED)
)
"""Methods whose n counts the subjects of the set; elsewhere n is the number of its records."""


@dataclass(frozen=True)
class Departure:
    """A set or a number that its dataset doesn't give.

    Attributes
    ----------
    where
        Set or result that departs.
    said, found
        What the results say, and what the datasets give.
    outputs
        Displays that show it.
    """

    where: str
    said: str
    found: str
    outputs: tuple[str, ...]


@dataclass(frozen=True)
class Trace:
    """How many sets and results were checked, and the departures."""

    sets: int
    results: int
    departures: tuple[Departure, ...]


def trace_results(
    datasets: Mapping[str, pd.DataFrame],
    ard: pd.DataFrame,
    sets: pd.DataFrame,
    subjects: pd.DataFrame,
) -> Trace:
    """Ask every set of the results again in SQL.

    Parameters
    ----------
    datasets
        The run's datasets, by upper-case name, as read from its XPT files.
    ard, sets, subjects
        The run's results (`csrkit.results.store`).
    """
    outputs = _outputs(ard)
    departures = [
        *_sets_that_depart(datasets, sets, subjects, outputs),
        *_rows_that_depart(ard, sets, subjects),
    ]
    return Trace(len(sets), len(ard), tuple(departures))


def _outputs(ard: pd.DataFrame) -> Mapping[str, tuple[str, ...]]:
    pairs = pd.concat(
        [ard[["OUTPUT", name]].rename(columns={name: "SET_ID"}) for name in ("SET_ID", "DENOM_ID")]
    ).drop_duplicates()
    return {str(key): tuple(sorted(found)) for key, found in pairs.groupby("SET_ID")["OUTPUT"]}


def _sets_that_depart(
    datasets: Mapping[str, pd.DataFrame],
    sets: pd.DataFrame,
    subjects: pd.DataFrame,
    outputs: Mapping[str, tuple[str, ...]],
) -> Iterator[Departure]:
    import duckdb

    members = _members(subjects)
    for dataset, asked in sets.groupby("DATASET", sort=True):
        name = str(dataset)
        if name not in datasets:
            yield Departure(f"dataset {name}", f"{len(asked)} sets", "no such dataset", ())
            continue
        with duckdb.connect() as connection:
            _register(connection, name, datasets)
            for start in range(0, len(asked), TOGETHER):
                part = asked.iloc[start : start + TOGETHER]
                answers = _ask(connection, part["WHERE_SQL"])
                said = part[["SET_ID", "WHERE_SQL", "N_RECORDS", "N_SUBJECTS"]]
                for row, answer in zip(
                    said.itertuples(index=False, name=None), answers, strict=True
                ):
                    key, sql, *counts = row
                    own = members.get(key, [])
                    if (*counts, own) != (answer.records, len(answer.subjects), answer.subjects):
                        yield Departure(
                            f"set {key}: {name} where {sql}",
                            _counted(counts[0], counts[1], own),
                            _counted(answer.records, len(answer.subjects), answer.subjects),
                            outputs.get(key, ()),
                        )


def _members(subjects: pd.DataFrame) -> dict[str, list[str]]:
    grouped = subjects.groupby("SET_ID", sort=False)["USUBJID"]
    return {str(key): sorted(found) for key, found in grouped}


def _register(
    connection: DuckDBPyConnection, dataset: str, datasets: Mapping[str, pd.DataFrame]
) -> None:
    frame, adsl = datasets[dataset], datasets.get("ADSL", pd.DataFrame({"USUBJID": []}))
    lacking = [name for name in adsl.columns if name not in frame.columns]
    joined = frame.join(adsl.set_index("USUBJID")[lacking], on="USUBJID")
    connection.register("joined", joined)
    connection.execute("CREATE TABLE records AS SELECT * FROM joined")  # text is read once


class Answer(NamedTuple):
    """Records that a condition holds for, and their subjects, sorted."""

    records: int
    subjects: list[str]


def _ask(connection: DuckDBPyConnection, conditions: Iterable[str]) -> list[Answer]:
    asked = ", ".join(f"coalesce({sql}, FALSE) AS c{i}" for i, sql in enumerate(conditions))
    found = connection.execute(f"SELECT USUBJID, {asked} FROM records").fetchnumpy()
    codes, subjects = pd.factorize(np.asarray(found.pop("USUBJID"), dtype=object), sort=True)
    answers = []
    for holds in found.values():
        chosen = np.flatnonzero(np.ma.getdata(holds))
        members = np.asarray(subjects)[np.unique(codes[chosen])]
        answers.append(Answer(len(chosen), members.tolist()))
    return answers


def _counted(records: int, subjects: int, members: list[str]) -> str:
    shown = ", ".join(members[:5]) + (", …" if members[5:] else "")
    return f"{records} records of {subjects} subjects ({shown})"


def _rows_that_depart(
    ard: pd.DataFrame, sets: pd.DataFrame, subjects: pd.DataFrame
) -> Iterator[Departure]:
    """Yield counts that aren't those of their sets, and rows without a set."""
    known = set(sets["SET_ID"])
    for name in ("SET_ID", "DENOM_ID"):
        given = ard[name].ne("") if name == "DENOM_ID" else pd.Series(True, index=ard.index)
        for place, output, key in _placed(ard[given & ~ard[name].isin(known)], name):
            yield Departure(place, f"{name} {key}", "no such set", (output,))
    rows = ard[ard["SET_ID"].isin(known)]
    expected = _expected(rows, sets, subjects)
    same = np.isclose(rows["VALUE"], expected, rtol=0, atol=TOLERANCE, equal_nan=True)
    unlike = rows[expected.notna() & ~same]
    for place, output, stat in _placed(unlike, "STAT"):
        yield Departure(place, f"another {stat}", "that of its sets", (output,))


def _placed(rows: pd.DataFrame, name: str) -> Iterator[tuple[str, str, str]]:
    """Yield where a row stands, its display, and one more of its columns."""
    for output, row, column, value, more in rows[
        ["OUTPUT", "ROW", "COLUMN", "FORMATTED", name]
    ].itertuples(index=False, name=None):
        yield f"display {output}, row {row}, column {column}: {value}", output, more


def _expected(rows: pd.DataFrame, sets: pd.DataFrame, subjects: pd.DataFrame) -> pd.Series:
    """Return the value that the sets of each row give; NaN where it isn't a count of them."""
    size = sets.set_index("SET_ID")
    own = rows["SET_ID"].map(size["N_SUBJECTS"]).astype(float)
    records = rows["SET_ID"].map(size["N_RECORDS"]).astype(float)
    total = rows["DENOM_ID"].map(size["N_SUBJECTS"]).astype(float)
    counted, stat = rows["METHOD"].isin(COUNTED), rows["STAT"]
    expected = pd.Series(np.nan, index=rows.index)
    expected = expected.mask(stat.eq("n"), own.where(counted, records))
    expected = expected.mask(stat.isin(["N", "n_blq", "n_subjects"]), own).mask(
        stat.eq("n_events"), records
    )
    expected = expected.mask(stat.eq("p") & counted & total.gt(0), own / total)
    return expected.mask(stat.eq("n_missing"), _left(rows, _members(subjects)))


def _left(rows: pd.DataFrame, members: Mapping[str, list[str]]) -> pd.Series:
    """Return how many subjects of the denominator of each row aren't in its set."""
    left = [
        len(set(members.get(whole, ())) - set(members.get(own, ()))) if whole else np.nan
        for own, whole in rows[["SET_ID", "DENOM_ID"]].itertuples(index=False, name=None)
    ]
    return pd.Series(left, index=rows.index, dtype=float)
