"""A delivery larger than memory: domains are read when they are asked for, and not kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import pandas as pd

from csrkit.sdtm.dataset_files import find_dataset_files
from csrkit.sdtm.reader import read
from csrkit.study.reading import Reading


class LazyDomains(Mapping[str, pd.DataFrame]):
    """The domains of a folder, as `csrkit.sdtm.read` gives them.

    A domain is read anew each time it is asked for. Single variables that other domains are linked
    by (`columns`) are read by themselves, once, and kept.

    Parameters
    ----------
    folder
        Folder of the datasets.
    reading
        The study's settings for files that don't declare their encoding; None for UTF-8.

    Raises
    ------
    DataError
        When the folder holds no dataset or a file that is none; faults within a file are told when
        it is read.
    """

    def __init__(self, folder: str | Path, reading: Reading | None = None) -> None:
        self.folder = Path(folder)
        self._reading = reading
        self._names = sorted({file.domain for file in find_dataset_files(self.folder, None)})
        self._asked: dict[str, set[str]] = {}
        self._kept: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return all records and variables of a domain."""
        if name not in self._names:
            raise KeyError(name)
        return read(self.folder, domains=[name], reading=self._reading)[name]

    def __contains__(self, name: object) -> bool:
        """Return whether the domain was delivered; nothing is read."""
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        """Return the names of the domains, sorted."""
        return iter(self._names)

    def __len__(self) -> int:
        """Return the number of domains."""
        return len(self._names)

    def columns(self, name: str, variables: Collection[str]) -> pd.DataFrame | None:
        """Return a domain with, at least, those of some variables that it has; None without it."""
        if name not in self._names:
            return None
        asked = self._asked.setdefault(name, set())
        new = set(variables) - asked
        if new or name not in self._kept:
            found = read(self.folder, domains=[name], columns={name: new}, reading=self._reading)[
                name
            ]
            found.attrs = {}
            before = self._kept.get(name, found[[]])
            self._kept[name] = before.join(found[found.columns.difference(before.columns)])
            asked |= new
        return self._kept[name]


def read_columns(
    domains: Mapping[str, pd.DataFrame], name: str, variables: Collection[str]
) -> pd.DataFrame | None:
    """Return a domain with, at least, those of some variables that it has; None without it.

    Of a delivery larger than memory only these are read.
    """
    if isinstance(domains, LazyDomains):
        return domains.columns(name, variables)
    return domains.get(name)
