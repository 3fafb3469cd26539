"""Facts: what is known of a subject, a visit or a lesion from the records of another domain.

`validation/facts.yml` names them, and rules look at them as at columns:

    DEATH_IN_DS: {domain: DS, where: "DSDECOD == 'DEATH'", take: any}
    TV_VISIT: {domain: TV, by: {VISITNUM: VISITNUM}, variable: VISIT, take: first}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import pandas as pd
from pydantic import Field, model_validator

from csrkit.conditions import ALL_RECORDS, ConditionText, variables_of
from csrkit.conditions.frames import UnusableConditionError, select
from csrkit.errors import StudyError
from csrkit.files.yaml import read_yaml
from csrkit.sdtm import iso
from csrkit.sdtm.keys import LINK, as_text
from csrkit.sdtm.lazy_domains import read_columns
from csrkit.sdtm.links import find_pairs
from csrkit.study import Study
from csrkit.study.base import Section
from csrkit.study.loader import validate_content

FILE = "facts.yml"
NAME = r"^[A-Z0-9]+(_[A-Z0-9]+)+$"
SEPARATOR = "\x1f"

Take = Literal["any", "count", "distinct", "first", "min", "max", "earliest", "latest"]


class Fact(Section):
    """One fact.

    Attributes
    ----------
    domain
        Domain (or analysis dataset) whose records tell it.
    where
        Which of them: a condition (`csrkit.conditions`).
    by
        Variable of the record that asks → variable of `domain` that must be equal. Empty: the
        same for all.
    parent
        Instead: the domain that asks, of which each record is told what those of `domain` say that
        point to it (SUPP--, RELREC, CO; `csrkit.sdtm.links`).
    variable
        What it is about; not needed for `any` and `count`.
    take
        `any`: whether there is such a record; `count`: how many; `distinct`: how many values;
        `first`, `min`, `max`: of the values; `earliest`, `latest`: of dates, as text.
    """

    domain: str
    where: ConditionText = ALL_RECORDS
    by: dict[str, str] = Field(default_factory=lambda: {"USUBJID": "USUBJID"})
    parent: str = ""
    variable: str = ""
    take: Take

    @model_validator(mode="after")
    def _is_whole(self) -> Fact:
        if not self.variable and self.take not in ("any", "count"):
            raise ValueError(f"take: {self.take} needs a variable")
        return self


def load_facts(study: Study) -> dict[str, Fact]:
    """Return the study's facts by name; none when there is no `facts.yml`.

    Raises
    ------
    StudyError
        When the file can't be used.
    """
    file = study.path("validation") / FILE
    if not file.exists():
        return {}
    what = "The facts of the validation rules can't be used"
    facts = validate_content(dict[str, Fact], read_yaml(file), file, what)
    unfit = pd.Series(list(facts), dtype=object)
    unfit = unfit[~unfit.astype("string").str.match(NAME).fillna(False).astype(bool)]
    if len(unfit):
        raise StudyError(
            "The name of a fact could be that of a variable",
            where=str(file),
            found=str(unfit.iloc[0]),
            allowed="upper-case words joined by underscores: DEATH_IN_DS",
            remedy="Give the fact another name.",
        )
    return facts


def fact_column(
    frame: pd.DataFrame, fact: Fact, tables: Mapping[str, pd.DataFrame]
) -> pd.Series | None:
    """Return a fact for each record of a frame; None when what it needs isn't there.

    Parameters
    ----------
    frame
        The records that ask.
    fact
        What they ask.
    tables
        All domains or datasets.
    """
    pointers = {"USUBJID", *LINK} if fact.parent else set(fact.by.values())
    wanted = {*pointers, *([fact.variable] if fact.variable else [])}
    other = read_columns(tables, fact.domain, {*wanted, *variables_of(fact.where)})
    asked = {"USUBJID"} if fact.parent else set(fact.by)
    if other is None or not wanted <= set(other) or not asked <= set(frame):
        return None
    try:
        other = select(other, fact.where)
    except UnusableConditionError:
        return None
    if fact.parent:
        pairs = find_pairs(other, {fact.parent: frame})
        other = other.loc[pairs["CHILD"]].reset_index(drop=True)
        there, here = pairs["PARENT"], frame.index.to_series()
    else:
        there = _keys(other, list(fact.by.values()))
        here = _keys(frame, list(fact.by))
    known = there.notna() & (other[fact.variable].notna() if fact.variable else True)
    taken = _TAKE[fact.take](other[known], fact.variable, there[known])
    found = here.map(taken)
    if fact.take == "any":
        return found.notna()
    return found.fillna(0) if fact.take in ("count", "distinct") else found


def _keys(frame: pd.DataFrame, names: list[str]) -> pd.Series:
    """Return one text for the values of some variables, None where one is missing."""
    keys = pd.Series("", index=frame.index, dtype=object)
    for name in names:
        keys = keys + as_text(frame[name]) + SEPARATOR
    return keys


def _size(records: pd.DataFrame, variable: str, keys: pd.Series) -> pd.Series:
    return keys.groupby(keys).size()


def _by_value(how: str) -> Callable[[pd.DataFrame, str, pd.Series], pd.Series]:
    def take(records: pd.DataFrame, variable: str, keys: pd.Series) -> pd.Series:
        taken: pd.Series = records[variable].groupby(keys).agg(how)
        return taken

    return take


def _by_date(
    moment: Callable[[pd.Series], pd.Series], *, last: bool
) -> Callable[[pd.DataFrame, str, pd.Series], pd.Series]:
    def take(records: pd.DataFrame, variable: str, keys: pd.Series) -> pd.Series:
        moments = moment(records[variable]).dropna().sort_values(kind="stable")
        values, keyed = records[variable].loc[moments.index], keys.loc[moments.index]
        grouped = values.groupby(keyed)
        taken: pd.Series = grouped.last() if last else grouped.first()
        return taken

    return take


_TAKE: dict[str, Callable[[pd.DataFrame, str, pd.Series], pd.Series]] = {
    "any": _size,
    "count": _size,
    "distinct": _by_value("nunique"),
    "first": _by_value("first"),
    "min": _by_value("min"),
    "max": _by_value("max"),
    "earliest": _by_date(iso.earliest, last=False),
    "latest": _by_date(iso.latest, last=True),
}
