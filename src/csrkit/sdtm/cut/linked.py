"""Records that point to others (SUPP--, RELREC, CO) follow their parents through the cut.

How a parent is named, `csrkit.sdtm.links` says. A record that points to several stays while one of
them does. One that never had a parent in the data has none to follow: it stays with its subject,
and the validation tells of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from csrkit.errors import DataError
from csrkit.sdtm.keys import LINK, is_linked, record_names
from csrkit.sdtm.lazy_domains import read_columns
from csrkit.sdtm.links import SUBJECT, match_parents, read_pointers, split_by_parent

# A dataset is cut after those that it may point to: CO is a parent of SUPPCO, any of RELREC.
LATE = {"CO": 1, "RELREC": 3}
OTHER_LINKED = 2


@dataclass(frozen=True)
class Parent:
    """A domain that records point to.

    Attributes
    ----------
    records
        USUBJID and the variables pointed by, of its records before the cut.
    dates
        The date for which each removed record left (index as in `records`).
    """

    records: pd.DataFrame
    dates: pd.Series


class Parents(dict[str, Parent]):
    """The domains that others point to, by name; each is added once it is cut.

    Parameters
    ----------
    domains
        The domains as delivered; which of them point where is looked up.
    """

    def __init__(self, domains: Mapping[str, pd.DataFrame]) -> None:
        super().__init__()
        self._links: dict[str, set[str]] = {}
        linked = {name for name in domains if self._add_links(read_columns(domains, name, LINK))}
        late = {name: LATE.get(name, OTHER_LINKED) for name in linked}
        self.order = tuple(sorted(domains, key=lambda name: (late.get(name, 0), name)))

    def _add_links(self, frame: pd.DataFrame | None) -> bool:
        """Note where a dataset's records point; return whether they point anywhere."""
        if frame is None or not is_linked(frame):
            return False
        pairs = read_pointers(frame)[["RDOMAIN", "IDVAR"]].drop_duplicates()
        for domain, variable in pairs.itertuples(index=False):
            links = self._links.setdefault(str(domain), {SUBJECT})
            if isinstance(variable, str):
                links.add(variable)
        return True

    def links(self, name: str, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the variables by which others point to a domain, of those that it has."""
        wanted = self._links.get(name, set())
        return frame[[variable for variable in frame if variable in wanted]]


def find_lost_parents(frame: pd.DataFrame, parents: Parents) -> pd.Series:
    """Return the records that have lost all their parents to the cut.

    Parameters
    ----------
    frame
        The records of a dataset that points to others.
    parents
        Domains and what left them.

    Returns
    -------
    Date for which the first of the parents left (text, None when it had none); index: the records
    that lost them.
    """
    lost: list[pd.Series] = [pd.Series(dtype=object)]
    for children in split_by_parent(read_pointers(frame)):
        parent = parents.get(children.domain)
        if parent is None:
            continue
        pairs = match_parents(children, parent.records)
        gone = pairs["PARENT"].isin(parent.dates.index)
        orphaned = gone.groupby(pairs["CHILD"]).all()
        first = pairs.drop_duplicates("CHILD").set_index("CHILD")["PARENT"]
        first = first[orphaned.reindex(first.index)]
        lost.append(first.map(parent.dates).astype(object))
    whole: pd.Series = pd.concat([part for part in lost if len(part)] or lost[:1])
    return whole


def require_parents(name: str, frame: pd.DataFrame, parents: Parents) -> None:
    """Stop where a dataset that isn't cut would keep records whose parents were.

    Raises
    ------
    DataError
        Naming the first of them.
    """
    lost = find_lost_parents(frame, parents)
    if lost.empty:
        return
    left = frame.loc[lost.index]
    more = f"; and {len(left) - 1} more" if len(left) > 1 else ""
    raise DataError(
        f"A record of {name} would be left without the record that it belongs to",
        where=f"{name}, cut_rules.not_cut",
        found=f"{record_names(name, left).iloc[0]}{more}",
        allowed="datasets that describe the trial, not its subjects",
        remedy=f"Take {name} out of cut_rules.not_cut, so that it follows its parents.",
    )
