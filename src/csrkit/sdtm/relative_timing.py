"""When something began and ended relative to a reference (SDTMIG 3.4, section 4.4.7).

--STRF and --ENRF tell start and end relative to the reference period of the subject, DM.RFSTDTC
through DM.RFENDTC; --STRTPT and --ENRTPT relative to a time point that --STTPT and --ENTPT name: a
date, a visit (SV.VISIT), or a name that the study gives a date (`derivations.reference_points`).
What they say bounds the dates, both bounds included:

| term                                | start or end                                             |
|-------------------------------------|----------------------------------------------------------|
| BEFORE                              | before the reference begins                              |
| BEFORE/DURING                       | not after it ends                                        |
| DURING, COINCIDENT                  | from its beginning to its end                            |
| DURING/AFTER                        | not before it begins                                     |
| ONGOING                             | not before it ends (of an end)                           |
| AFTER                               | after it ends                                            |

Any other term (UNKNOWN, U) bounds nothing. A reference known to the month bounds as far as all its
days agree; of a period whose end isn't known, AFTER and ONGOING are not before its beginning.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from csrkit.conditions.frames import UnusableConditionError, select
from csrkit.conditions.tree import variables_of
from csrkit.sdtm import iso
from csrkit.sdtm.keys import as_text
from csrkit.sdtm.lazy_domains import read_columns
from csrkit.study.derivations.sources import DateSource

Points = Mapping[str, DateSource]
"""Name of a reference time point, as the data spells it → what dates it."""

ENDINGS = ("STRF", "STRTPT", "ENRF", "ENRTPT")
"""Variables that tell start and end relative to a reference."""

TIMING = (*ENDINGS, "STTPT", "ENTPT")
"""These, and those that name their time points."""

BOUNDS = ("START_FROM", "START_TO", "END_FROM", "END_TO")

SECOND = pd.Timedelta(seconds=1)
SUBJECT = "USUBJID"


class Anchor(NamedTuple):
    """A moment of each record, as far as it is known: `exact` says whether to the day."""

    first: pd.Series
    last: pd.Series
    exact: pd.Series


def timing_variables(domain: str) -> list[str]:
    """Return the names of a domain's variables of relative timing (`AESTRF`, …)."""
    return [f"{domain}{ending}" for ending in TIMING]


def derive_relative_bounds(
    records: pd.DataFrame, domain: str, domains: Mapping[str, pd.DataFrame], points: Points
) -> pd.DataFrame:
    """Return between which moments each record began and ended, by its relative timing alone.

    Parameters
    ----------
    records
        USUBJID, and the variables of `timing_variables` that the domain has.
    domain
        Its name.
    domains
        DM, SV and those of `points`.

    Returns
    -------
    DataFrame
        START_FROM START_TO END_FROM END_TO, datetime64, NaT where nothing bounds.
    """
    bounds = {name: _nothing(records.index) for name in BOUNDS}
    for ending in ENDINGS:
        which = "START" if ending.startswith("ST") else "END"
        first, last = find_bounds(records, f"{domain}{ending}", domains, points)
        bounds[f"{which}_FROM"] = later_of(bounds[f"{which}_FROM"], first)
        bounds[f"{which}_TO"] = earlier_of(bounds[f"{which}_TO"], last)
    return pd.DataFrame(bounds, index=records.index)


def find_bounds(
    records: pd.DataFrame, variable: str, domains: Mapping[str, pd.DataFrame], points: Points
) -> tuple[pd.Series, pd.Series]:
    """Return the first and last moment that one variable (`AESTRF`) allows; NaT for no bound."""
    nothing = _nothing(records.index)
    if variable not in records or records[variable].isna().all():
        return nothing, nothing
    terms = as_text(records[variable]).astype("string").str.strip().str.upper()
    if variable.endswith("RF"):
        begin = _of_subject(records, domains, "RFSTDTC")
        end = _of_subject(records, domains, "RFENDTC")
    else:
        begin = end = find_time_point(records, variable.replace("RTPT", "TPT"), domains, points)
    after_end = _after(end).where(end.first.notna(), begin.first)
    lower = {
        "DURING": begin.first,
        "COINCIDENT": begin.first,
        "DURING/AFTER": begin.first,
        "ONGOING": end.first.where(end.first.notna(), begin.first),
        "AFTER": after_end,
    }
    upper = {
        "BEFORE": _before(begin),
        "BEFORE/DURING": end.last,
        "DURING": end.last,
        "COINCIDENT": end.last,
    }
    return _choose(terms, lower, nothing), _choose(terms, upper, nothing)


def contradicts(
    records: pd.DataFrame,
    date: str,
    variable: str,
    domains: Mapping[str, pd.DataFrame],
    points: Points,
) -> pd.Series:
    """Return where a date can't be what a variable of relative timing says (bool)."""
    first, last = find_bounds(records, variable, domains, points)
    contradicted: pd.Series = iso.latest(records[date]).lt(first) | iso.earliest(records[date]).gt(
        last
    )
    return contradicted


def _before(anchor: Anchor) -> pd.Series:
    """Return the last moment before a point: that of the day before, where its day is known."""
    return (anchor.first - SECOND).where(anchor.exact, anchor.last)


def _after(anchor: Anchor) -> pd.Series:
    return (anchor.last + SECOND).where(anchor.exact, anchor.first)


def _choose(terms: pd.Series, bounds: Mapping[str, pd.Series], nothing: pd.Series) -> pd.Series:
    chosen = nothing
    for term, bound in bounds.items():
        chosen = chosen.mask(terms.eq(term).fillna(False).astype(bool), bound)
    return chosen


def _of_subject(
    records: pd.DataFrame, domains: Mapping[str, pd.DataFrame], variable: str
) -> Anchor:
    """Return a date of DM for each record."""
    dm = read_columns(domains, "DM", (SUBJECT, variable))
    if dm is None or variable not in dm:
        return _anchor(pd.Series(None, index=records.index, dtype=object))
    first = dm.drop_duplicates(SUBJECT).set_index(SUBJECT)[variable]
    return _anchor(records[SUBJECT].map(first))


def find_time_point(
    records: pd.DataFrame, variable: str, domains: Mapping[str, pd.DataFrame], points: Points
) -> Anchor:
    """Return the time point that a variable (`CMENTPT`) names: a date, a named point or a visit.

    Nothing where it is missing, or names what has no date.
    """
    if variable not in records:
        return _anchor(pd.Series(None, index=records.index, dtype=object))
    text = as_text(records[variable])
    dated = iso.is_valid(text)
    anchor = _anchor(text.where(dated, None))
    if dated.all():
        return anchor
    names = text.where(~dated).astype("string").str.strip().str.upper()
    for name in names.dropna().unique():
        chosen = names.eq(name).fillna(False).astype(bool)
        found = _named(records[chosen], str(name), domains, points)
        anchor = Anchor(*(_put(mine, other) for mine, other in zip(anchor, found, strict=True)))
    return anchor


def _put(values: pd.Series, found: pd.Series) -> pd.Series:
    out = values.copy()
    out.loc[found.index] = found
    return out


def _named(
    records: pd.DataFrame, name: str, domains: Mapping[str, pd.DataFrame], points: Points
) -> Anchor:
    """Return a named time point: by the study's setting, else the visit of that name."""
    source = {key.upper(): each for key, each in points.items()}.get(name)
    if source is None:
        visits = read_columns(domains, "SV", (SUBJECT, "VISIT", "SVSTDTC", "SVENDTC"))
        if visits is None or not {"VISIT", "SVSTDTC"} <= set(visits):
            return _anchor(pd.Series(None, index=records.index, dtype=object))
        here = visits[as_text(visits["VISIT"]).astype("string").str.upper().eq(name).fillna(False)]
        ends = here["SVENDTC"] if "SVENDTC" in here else here["SVSTDTC"]
        end = ends.where(ends.notna(), here["SVSTDTC"])
        return _spanning(records, here, here["SVSTDTC"], end)
    wanted = {SUBJECT, source.variable, *variables_of(source.where)}
    frame = read_columns(domains, source.domain, wanted)
    if frame is None or not {SUBJECT, source.variable} <= set(frame):
        return _anchor(pd.Series(None, index=records.index, dtype=object))
    try:
        frame = select(frame, source.where)
    except UnusableConditionError:
        return _anchor(pd.Series(None, index=records.index, dtype=object))
    dates = frame[source.variable]
    return _anchor(records[SUBJECT].map(_first_date(frame, dates)))


def _first_date(frame: pd.DataFrame, dates: pd.Series) -> pd.Series:
    """Return the first date of each subject, as text."""
    moments = iso.earliest(dates).dropna().sort_values(kind="stable").index
    first = frame.loc[moments].drop_duplicates(SUBJECT).index
    return pd.Series(dates.loc[first].to_numpy(), index=frame.loc[first, SUBJECT].to_numpy())


def _spanning(
    records: pd.DataFrame, visits: pd.DataFrame, starts: pd.Series, ends: pd.Series
) -> Anchor:
    """Return a visit, from its first day through its last, as a point known to the day."""
    by = visits[SUBJECT]
    first = records[SUBJECT].map(iso.earliest(starts).dt.normalize().groupby(by).min())
    last_day = iso.latest(ends).dt.normalize().groupby(by).max()
    last = records[SUBJECT].map(last_day) + pd.Timedelta(days=1) - SECOND
    first, last = first.astype("datetime64[ns]"), last.astype("datetime64[ns]")
    return Anchor(first, last, first.notna())


def _anchor(text: pd.Series) -> Anchor:
    """Return dates as anchors; one to the day is the whole day."""
    text = text.astype(object).where(text.notna(), None)
    return Anchor(
        iso.earliest(text),
        iso.latest(text),
        iso.precision(text).isin(["D", "h", "m", "s"]).astype(bool),
    )


def _nothing(index: pd.Index) -> pd.Series:
    return pd.Series(pd.NaT, index=index, dtype="datetime64[ns]")


def later_of(one: pd.Series, other: pd.Series) -> pd.Series:
    """Return the later of two moments, the only one where one is missing."""
    return one.where(one.ge(other) | other.isna(), other)


def earlier_of(one: pd.Series, other: pd.Series) -> pd.Series:
    """Return the earlier of two moments, the only one where one is missing."""
    return one.where(one.le(other) | other.isna(), other)
