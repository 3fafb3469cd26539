"""The truth test: every set of a run, asked again in SQL of the run's own datasets.

DuckDB evaluates the condition of each set on the dataset that it names, with the variables of ADSL
that the dataset lacks joined by USUBJID. Records and subjects must be those that the results say,
and counts must be those of their sets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from csrkit.results.methods import CLOPPER_PEARSON, COUNT, LISTED

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TOGETHER = 200
"""Sets of one dataset asked in one query."""
TOLERANCE = 1e-12
COUNTED = tuple(one.name for one in (COUNT, CLOPPER_PEARSON, LISTED))
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

    said = {str(key): sorted(found) for key, found in subjects.groupby("SET_ID")["USUBJID"]}
    with duckdb.connect() as connection:
        for dataset, asked in sets.groupby("DATASET", sort=True):
            if dataset not in datasets:
                yield Departure(f"dataset {dataset}", f"{len(asked)} sets", "no such dataset", ())
                continue
            _register(connection, str(dataset), datasets)
            for start in range(0, len(asked), TOGETHER):
                part = asked.iloc[start : start + TOGETHER]
                found = _ask(connection, part["WHERE_SQL"])
                for one, (records, members) in zip(
                    part.itertuples(index=False), found, strict=True
                ):
                    named = said.get(one.SET_ID, [])
                    if (records, len(named)) == (
                        one.N_RECORDS,
                        one.N_SUBJECTS,
                    ) and named == members:
                        continue
                    yield Departure(
                        f"set {one.SET_ID}: {dataset} where {one.WHERE_SQL}",
                        _counted(one.N_RECORDS, one.N_SUBJECTS, named),
                        _counted(records, len(members), members),
                        outputs.get(one.SET_ID, ()),
                    )


def _register(
    connection: DuckDBPyConnection, dataset: str, datasets: Mapping[str, pd.DataFrame]
) -> None:
    frame, adsl = datasets[dataset], datasets.get("ADSL", pd.DataFrame({"USUBJID": []}))
    lacking = [name for name in adsl.columns if name not in frame.columns]
    joined = frame.join(adsl.set_index("USUBJID")[lacking], on="USUBJID")
    connection.register("records", joined)


def _ask(connection: DuckDBPyConnection, conditions: Iterable[str]) -> list[tuple[int, list[str]]]:
    """Return, for each condition, the number of records and their subjects, sorted."""
    asked = ", ".join(f"coalesce({sql}, FALSE) AS c{i}" for i, sql in enumerate(conditions))
    found = connection.execute(f"SELECT USUBJID, {asked} FROM records").fetchnumpy()
    subjects, codes = np.unique(found.pop("USUBJID").astype(str), return_inverse=True)
    answers = []
    for holds in found.values():
        chosen = np.flatnonzero(np.ma.getdata(holds))
        members = subjects[np.unique(codes[chosen])]
        answers.append((len(chosen), members.tolist()))
    return answers


def _counted(records: int, subjects: int, members: list[str]) -> str:
    shown = ", ".join(members[:5]) + (", …" if members[5:] else "")
    return f"{records} records of {subjects} subjects ({shown})"


def _rows_that_depart(
    ard: pd.DataFrame, sets: pd.DataFrame, subjects: pd.DataFrame
) -> Iterator[Departure]:
    """Yield counts that aren't those of their sets."""
    sizes = sets.set_index("SET_ID")
    for name in ("SET_ID", "DENOM_ID"):
        unknown = ard[ard[name].ne("") & ~ard[name].isin(sizes.index)]
        for row in unknown.itertuples(index=False):
            yield Departure(
                _place(row), f"{name} {getattr(row, name)}", "no such set", (row.OUTPUT,)
            )
    known = ard[ard["SET_ID"].isin(sizes.index)]
    own = known["SET_ID"].map(sizes["N_SUBJECTS"])
    records = known["SET_ID"].map(sizes["N_RECORDS"])
    total = known["DENOM_ID"].map(sizes["N_SUBJECTS"])
    members = {str(key): set(found) for key, found in subjects.groupby("SET_ID")["USUBJID"]}
    counted = known["METHOD"].isin(COUNTED)
    expected = {
        "n": own.where(counted | known["STAT"].ne("n"), records),
        "N": own,
        "p": (own / total).where(total > 0),
        "n_events": records,
        "n_missing": pd.Series(
            [
                len(members.get(denominator, set()) - members.get(one, set()))
                for one, denominator in zip(known["SET_ID"], known["DENOM_ID"], strict=True)
            ],
            index=known.index,
            dtype=float,
        ),
        "n_blq": own,
    }
    for stat, values in expected.items():
        rows = known["STAT"].eq(stat) & (counted | ~known["STAT"].eq("p"))
        unlike = rows & ~np.isclose(
            known["VALUE"], values.astype(float), rtol=0, atol=TOLERANCE, equal_nan=True
        )
        for row, value in zip(known[unlike].itertuples(index=False), values[unlike], strict=True):
            yield Departure(_place(row), f"{stat} = {row.VALUE:g}", f"{value:g}", (row.OUTPUT,))


def _place(row: object) -> str:
    return f"display {row.OUTPUT}, row {row.ROW}, column {row.COLUMN}"  # type: ignore[attr-defined]
