"""Records spread over the columns that their subjects belong to, and counted there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from csrkit.results.columns import Columns

Level = str | int | float | None
Mask = np.ndarray


@dataclass(frozen=True)
class Tally:
    """Records, and their subjects, each once and sorted."""

    records: int
    subjects: tuple[str, ...]


NOTHING = Tally(0, ())


@dataclass(frozen=True)
class Spread:
    """The records of an analysis, once for every column that their subject belongs to.

    Attributes
    ----------
    frame
        The records themselves, with USUBJID.
    place, column
        For each record and column: the record's place in `frame`, the column's place in `keys`.
    keys
        Keys of the columns.
    """

    frame: pd.DataFrame
    place: np.ndarray
    column: np.ndarray
    keys: tuple[str, ...]

    @classmethod
    def over(cls, frame: pd.DataFrame, columns: Columns) -> Spread:
        """Spread records over columns; those of other subjects are left out."""
        placed = pd.DataFrame(
            {"USUBJID": frame["USUBJID"].to_numpy(), "PLACE": np.arange(len(frame))}
        )
        joined = columns.members.merge(placed, on="USUBJID", how="inner")
        ordered = joined.sort_values(["COLUMN", "PLACE"], kind="stable")
        return cls(
            frame,
            ordered["PLACE"].to_numpy(dtype=int),
            ordered["COLUMN"].to_numpy(dtype=int),
            columns.keys,
        )

    def tally(self, chosen: Mask | None = None) -> dict[str, Tally]:
        """Count the records of each column, all or those chosen in `frame`."""
        counted = self.by((), chosen)
        return {key: counted.get((key,), NOTHING) for key in self.keys}

    def by(
        self, variables: Sequence[str], chosen: Mask | None = None
    ) -> Mapping[tuple[Any, ...], Tally]:
        """Count the records of each column and combination of levels: (column, level, …) → Tally.

        A missing level is None. Combinations without a record aren't there.
        """
        subjects = self.frame["USUBJID"].to_numpy()
        return {
            key: Tally(len(places), tuple(sorted(set(subjects[places]))))
            for key, places in self.places(variables, chosen).items()
        }

    def places(
        self, variables: Sequence[str], chosen: Mask | None = None
    ) -> dict[tuple[Any, ...], np.ndarray]:
        """Return the places in `frame` of the records of each column and combination of levels."""
        kept = slice(None) if chosen is None else chosen[self.place]
        place, column = self.place[kept], self.column[kept]
        if not len(place):
            return {}
        coded: list[tuple[np.ndarray, list[Any]]] = [(column, list(self.keys))]
        for name in variables:
            codes, levels = pd.factorize(self.frame[name].to_numpy()[place], use_na_sentinel=True)
            coded.append((codes + 1, [None, *levels.tolist()]))
        shape = tuple(len(levels) for _, levels in coded)
        group = np.ravel_multi_index([codes for codes, _ in coded], shape)
        order = np.argsort(group, kind="stable")
        starts = np.flatnonzero(np.r_[True, np.diff(group[order]) > 0])
        found = {}
        for members in np.split(order, starts[1:]):
            codes = np.unravel_index(group[members[0]], shape)
            key = tuple(levels[code] for (_, levels), code in zip(coded, codes, strict=True))
            found[key] = place[members]
        return found

    def frames(self, chosen: Mask | None = None) -> dict[str, pd.DataFrame]:
        """Return the records of each column, all or those chosen in `frame`."""
        kept = np.ones(len(self.place), dtype=bool) if chosen is None else chosen[self.place]
        return {
            key: self.frame.iloc[self.place[kept & (self.column == number)]]
            for number, key in enumerate(self.keys)
        }

    def together(self, keys: Sequence[str]) -> np.ndarray:
        """Return the places in `frame` of the records in any of some columns, each once."""
        wanted = [place for place, key in enumerate(self.keys) if key in keys]
        return np.unique(self.place[np.isin(self.column, wanted)])

    def levels_of(self, variable: str, chosen: Mask | None = None) -> list[Any]:
        """Return the levels found in the columns, sorted, then None when one is missing."""
        kept = slice(None) if chosen is None else chosen[self.place]
        values = self.frame[variable].iloc[self.place[kept]]
        found = sorted(values.dropna().unique().tolist())
        return [*found, None] if values.isna().any() else found


def tally_of(records: pd.DataFrame) -> Tally:
    """Count records and their subjects."""
    return Tally(len(records), tuple(sorted(set(records["USUBJID"]))))
