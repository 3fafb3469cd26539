"""Facts: what is known of a subject, a visit or a lesion from the records of another domain.

`validation/facts.yml` names them, and rules look at them as at columns:

    DEATH_IN_DS: {domain: DS, where: "DSDECOD == 'DEATH'", take: any}
    TV_VISIT: {domain: TV, by: {VISITNUM: VISITNUM}, variable: VISIT, take: first}
    DLT_BEFORE: {domain: AE, where: "DLT_FLAG == 'Y'", before: {EXSTDTC: AESTDTC}, take: any}
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
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
from csrkit.validation.rules.moments import Certainty, is_before, is_running

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
        It may look at other facts and computed columns, as rules do.
    by
        Variable of the record that asks → variable of `domain` that must be equal. Empty: the
        same for all.
    parent
        Instead: the domain that asks, of which each record is told what those of `domain` say that
        point to it (SUPP--, RELREC, CO; `csrkit.sdtm.links`).
    before
        Date of the record that asks → date of `domain` that must be before it.
    during
        Date of the record that asks → start and end, of `domain`, of what must run on its day.
    certainty
        Whether `before` and `during` hold by every reading of partial dates (`surely`), or by some
        reading but not by all (`possibly`).
    variable
        What it is about; not needed for `any` and `count`.
    take
        `any`: whether there is such a record; `count`: how many; `distinct`: how many values;
        `first`, `min`, `max`: of the values; `earliest`, `latest`: of dates, as text.
    optional
        Whether a domain that isn't delivered holds no such record; else a rule that asks has
        nothing to check.
    """

    domain: str
    where: ConditionText = ALL_RECORDS
    by: dict[str, str] = Field(default_factory=lambda: {"USUBJID": "USUBJID"})
    parent: str = ""
    before: dict[str, str] = Field(default_factory=dict, max_length=1)
    during: dict[str, tuple[str, str]] = Field(default_factory=dict, max_length=1)
    certainty: Certainty = "surely"
    variable: str = ""
    take: Take
    optional: bool = False

    @model_validator(mode="after")
    def _is_whole(self) -> Fact:
        if not self.variable and self.take not in ("any", "count"):
            raise ValueError(f"take: {self.take} needs a variable")
        if self.before and self.during:
            raise ValueError("before and during can't both be asked")
        if "USUBJID" not in self.by and (self.before or self.during):
            raise ValueError("dates are compared within a subject: by needs USUBJID")
        return self

    @property
    def asks(self) -> tuple[str, ...]:
        """The variables that the record that asks must have."""
        own = ("USUBJID",) if self.parent else tuple(self.by)
        return (*own, *self.before, *self.during)

    @property
    def needs(self) -> tuple[str, ...]:
        """The variables of `domain`, or facts about it, that it is told by."""
        dates = (*self.before.values(), *(date for pair in self.during.values() for date in pair))
        own = ("USUBJID", *LINK) if self.parent else tuple(self.by.values())
        named = (*own, *dates, *([self.variable] if self.variable else []))
        return tuple(dict.fromkeys((*named, *variables_of(self.where))))


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
    _require_an_order(facts, file)
    return facts


def _require_an_order(facts: Mapping[str, Fact], file: Path) -> None:
    """Stop when a fact is told by itself, straight or through others."""
    told_by = {name: [n for n in fact.needs if n in facts] for name, fact in facts.items()}
    try:
        TopologicalSorter(told_by).prepare()
    except CycleError as fault:
        raise StudyError(
            "A fact of the validation rules is told by itself",
            where=str(file),
            found=" → ".join(fault.args[1]),
            remedy="Let its condition look at variables, or at other facts.",
        ) from None


Read = Callable[[Mapping[str, pd.DataFrame], str, Collection[str]], pd.DataFrame | None]


def fact_column(
    frame: pd.DataFrame,
    fact: Fact,
    tables: Mapping[str, pd.DataFrame],
    read: Read = read_columns,
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
    read
        What gives the fact's domain with, at least, some variables of it (None without it).
    """
    if not set(fact.asks) <= set(frame):
        return None
    other = read(tables, fact.domain, {*fact.needs, "USUBJID"})
    if other is None:
        return _taken(frame, fact, pd.Series(dtype=object)) if fact.optional else None
    if not set(fact.needs) <= set(other):
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
    other, there = other[known], there[known]
    if fact.before or fact.during:
        places, records = _pairs(frame, here, other, there, fact)
        by_place = _TAKE[fact.take](records, fact.variable, places)
        return _taken(frame, fact, pd.Series(range(len(frame)), frame.index).map(by_place))
    return _taken(frame, fact, here.map(_TAKE[fact.take](other, fact.variable, there)))


def _taken(frame: pd.DataFrame, fact: Fact, found: pd.Series) -> pd.Series:
    found = found.reindex(frame.index)
    if fact.take == "any":
        return found.notna()
    return found.fillna(0) if fact.take in ("count", "distinct") else found


def _pairs(
    frame: pd.DataFrame, here: pd.Series, other: pd.DataFrame, there: pd.Series, fact: Fact
) -> tuple[pd.Series, pd.DataFrame]:
    """Return the places of records that ask, and the records that stand to them as is asked."""
    asking = pd.DataFrame({"KEY": here.to_numpy(), "HERE": range(len(frame))}).dropna()
    told = pd.DataFrame({"KEY": there.to_numpy(), "THERE": range(len(other))})
    pairs = asking.merge(told, on="KEY")

    def of(records: pd.DataFrame, name: str, side: str) -> pd.Series:
        dates: pd.Series = records[name].iloc[pairs[side]].reset_index(drop=True)
        return dates

    stands = pd.Series(True, index=pairs.index)
    for date, earlier in fact.before.items():
        asked = of(frame, date, "HERE")
        stands &= is_before(of(other, earlier, "THERE"), asked, fact.certainty)
    for date, (start, end) in fact.during.items():
        asked = of(frame, date, "HERE")
        stands &= is_running(
            of(other, start, "THERE"), of(other, end, "THERE"), asked, fact.certainty
        )
    pairs = pairs[stands.to_numpy(dtype=bool)].reset_index(drop=True)
    return pairs["HERE"], other.iloc[pairs["THERE"]].reset_index(drop=True)


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
