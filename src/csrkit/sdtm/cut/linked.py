"""Records that point to others (SUPP--, RELREC, CO) follow their parents through the cut.

A parent is named by RDOMAIN, IDVAR and IDVARVAL (SDTMIG 3.4, section 8). Without IDVAR the parent
is the subject (SUPPDM); without subject and value, the relation is between whole datasets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from csrkit.errors import DataError
from csrkit.sdtm.keys import LINK, as_text, is_linked, record_names
from csrkit.sdtm.lazy_domains import read_columns

SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Parent:
    """A domain that records point to.

    Attributes
    ----------
    variables
        Names of its variables.
    before, after
        USUBJID and the variables pointed by, of its records before and after the cut.
    dates
        The date for which each removed record left (index as in `before`).
    """

    variables: tuple[str, ...]
    before: pd.DataFrame
    after: pd.DataFrame
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
        # A dataset is cut after its parents, of which CO may be one.
        late = {name: 1 if name == "CO" else 2 for name in linked}
        self.order = tuple(sorted(domains, key=lambda name: (late.get(name, 0), name)))

    def _add_links(self, frame: pd.DataFrame | None) -> bool:
        """Note where a dataset's records point; return whether they point anywhere."""
        if frame is None or not is_linked(frame):
            return False
        pairs = frame[["RDOMAIN", "IDVAR"]].drop_duplicates()
        for domain, variable in pairs.itertuples(index=False):
            links = self._links.setdefault(str(domain), {"USUBJID"})
            if isinstance(variable, str):
                links.add(variable)
        return True

    def links(self, name: str, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the variables by which others point to a domain, of those that it has."""
        wanted = self._links.get(name, set())
        return frame[[variable for variable in frame if variable in wanted]]


def find_lost_parents(name: str, frame: pd.DataFrame, parents: Parents) -> pd.Series:
    """Return the records that have lost their parent to the cut.

    Parameters
    ----------
    name
        Name of the dataset (`SUPPAE`).
    frame
        Its records.
    parents
        Domains before and after the cut.

    Returns
    -------
    Date for which the parent left (text, None when it had none); index: the records that lost it.

    Raises
    ------
    DataError
        When a record's parent isn't in the data as delivered.
    """
    lost: list[pd.Series] = [pd.Series(dtype=object)]
    pointing = frame[frame["RDOMAIN"].notna()]
    subject = pointing["USUBJID"] if "USUBJID" in pointing else pd.Series(None, pointing.index)
    pointing = pointing[subject.notna() | pointing["IDVARVAL"].notna()]
    for (domain, variable), children in pointing.groupby(["RDOMAIN", "IDVAR"], dropna=False):
        link = variable if isinstance(variable, str) else None
        parent = _find_parent(name, str(domain), link, parents)
        before = parent.before
        wanted = _child_keys(children, before, link)
        orphan = ~wanted.isin(_parent_keys(before, link))
        if orphan.any():
            raise _orphan_error(name, children[orphan], str(domain))
        after = _parent_keys(parent.after, link)
        gone = wanted[~wanted.isin(after)]
        removed = parent.dates
        by_key = pd.Series(removed.to_numpy(), index=_parent_keys(before.loc[removed.index], link))
        lost.append(gone.map(by_key[~by_key.index.duplicated()]).astype(object))
    whole: pd.Series = pd.concat([part for part in lost if len(part)] or lost[:1])
    return whole


def has_parent(frame: pd.DataFrame, domains: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Return whether each record's parent is among the domains (bool).

    A relation between whole datasets, which names no subject and no value, has no parent to lack.
    """
    subject = frame["USUBJID"] if "USUBJID" in frame else pd.Series(None, frame.index)
    found = frame["RDOMAIN"].notna() & subject.isna() & frame["IDVARVAL"].isna()
    pointing = frame[frame["RDOMAIN"].notna() & ~found]
    for (domain, variable), children in pointing.groupby(["RDOMAIN", "IDVAR"], dropna=False):
        link = variable if isinstance(variable, str) else None
        parent = read_columns(domains, str(domain), ["USUBJID", *([link] if link else [])])
        if parent is not None and (link is None or link in parent):
            known = _child_keys(children, parent, link).isin(_parent_keys(parent, link))
            found = found | known.reindex(frame.index, fill_value=False)
    return found


def _find_parent(name: str, domain: str, link: str | None, parents: Parents) -> Parent:
    """Return the parent domain, having checked that it holds the variable pointed to."""
    if domain not in parents:
        raise DataError(
            f"{name} points to a domain that isn't in the data",
            where=f"{name}, RDOMAIN",
            found=domain,
            allowed=sorted(parents.order),
            remedy=f"Deliver {domain}, or remove the records of {name} that point to it.",
        )
    parent = parents[domain]
    if link is not None and link not in parent.variables:
        raise DataError(
            f"{name} points by a variable that its parent domain lacks",
            where=f"{name}, IDVAR",
            found=link,
            allowed=parent.variables,
            remedy=f"Correct IDVAR in {name}, or deliver {domain} with {link}.",
        )
    return parent


def _child_keys(children: pd.DataFrame, parent: pd.DataFrame, link: str | None) -> pd.Series:
    """Return what identifies each child's parent: subject and value of the linking variable."""
    value = pd.Series("", index=children.index, dtype=object)
    if link is not None:
        value = as_text(children["IDVARVAL"]).fillna("")
        if pd.api.types.is_numeric_dtype(parent[link]):
            value = as_text(pd.to_numeric(value, errors="coerce")).fillna("")
    return _add_subject(children, value)


def _parent_keys(parent: pd.DataFrame, link: str | None) -> pd.Series:
    value = pd.Series("", index=parent.index, dtype=object)
    if link is not None:
        value = as_text(parent[link]).dropna()
    return _add_subject(parent.loc[value.index], value)


def _add_subject(frame: pd.DataFrame, value: pd.Series) -> pd.Series:
    if "USUBJID" not in frame:
        return SEPARATOR + value
    return frame["USUBJID"].fillna("") + SEPARATOR + value


def _orphan_error(name: str, orphans: pd.DataFrame, domain: str) -> DataError:
    more = len(orphans) - 1
    return DataError(
        f"A record of {name} has no parent record in {domain}",
        where=name,
        found=str(record_names(name, orphans).iloc[0]) + (f"; and {more} more" if more else ""),
        allowed=f"an IDVAR and IDVARVAL of a record of {domain} of the same subject",
        remedy=f"Correct the link, or deliver the missing record of {domain}.",
    )
