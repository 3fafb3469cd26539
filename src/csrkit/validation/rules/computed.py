"""Columns that rules look at besides the delivered ones, computed from what their names say.

================================  ==========================================================
`AESTDTC_VALID`                   whether the date is one (bool; a missing date is)
`AESTDTC_EARLIEST`                the earliest moment the date can mean
`AESTDTC_LATEST`                  the latest moment the date can mean
`LBSTRESC_NUMBER`                 the number that a text is (decimal point or comma), if it is one
`AESTDTC_DAY`                     its study day: 1 is the day of DM.RFXSTDTC, -1 the day before
`ADT_AFTER_CUT`                   whether an analysis date is after the data cut (bool)
`LBDTC_OF_EARLIER_VISITS`         the latest of the subject's dates at visits of the same series
                                  (INFUSION 1, 2, …) with a lower VISITNUM
`PCDTC_HOURS_AFTER_PCRFTDTC`      hours from the second date to the first
`DM_DTHFL`                        a variable of another domain: of the subject's first record there
`TRLNKID_IN_TU_TULNKID`           whether the other domain has the value for the same subject
                                  (bool; missing where the value is)
`ATPT_NOT_ONE_TO_ONE_ATPTN`       whether values of two variables go with several of each other
                                  (`csrkit.validation.adam.pairs`)
`CMENDTC_AGAINST_CMENRTPT`        whether a date can't be what the relative timing says of it
`CMENTPT_DATED`                   whether the time point has a date (missing where there is none)
`PARENT_FOUND`                    whether the parent that RDOMAIN, IDVAR and IDVARVAL name exists
`DEATH_IN_DS`                     a fact of `facts.yml` (`csrkit.validation.rules.facts`)
`LBSTRESU_CONVERTIBLE`, …         about units (`csrkit.validation.rules.units`)
`LBDTC_ON_DAY_OF_DEATH`           whether the date is the day of DM.DTHDTC, both known to the day
`LBSTRESN_INELIGIBLE`, …          about eligibility (`csrkit.validation.rules.eligibility`)
`ESCALATED_EARLY`, …              about dose escalation (`csrkit.validation.rules.escalation`)
================================  ==========================================================

They combine: `DM_DTHDTC_LATEST`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas as pd

from csrkit.sdtm import iso
from csrkit.sdtm.distinct import apply_to_distinct
from csrkit.sdtm.keys import as_text, is_linked
from csrkit.sdtm.lazy_domains import read_columns
from csrkit.sdtm.links import has_parent
from csrkit.sdtm.relative_timing import Points, contradicts, find_time_point
from csrkit.validation.adam.pairs import NOT_ONE_TO_ONE, find_not_one_to_one
from csrkit.validation.rules import eligibility, escalation, units
from csrkit.validation.rules.conduct import Conduct
from csrkit.validation.rules.facts import Fact, fact_column

MOMENTS: dict[str, Callable[[pd.Series], pd.Series]] = {
    "_VALID": iso.is_valid,
    "_EARLIEST": iso.earliest,
    "_LATEST": iso.latest,
}
NUMBER, DAY, AFTER_CUT, EARLIER_VISITS = "_NUMBER", "_DAY", "_AFTER_CUT", "_OF_EARLIER_VISITS"
DEATH_DAY = "_ON_DAY_OF_DEATH"
ENDINGS = (*MOMENTS, NUMBER, DAY, AFTER_CUT, EARLIER_VISITS, DEATH_DAY, *units.ENDINGS)
IN, HOURS_AFTER, AGAINST = "_IN_", "_HOURS_AFTER_", "_AGAINST_"
DATED = "_DATED"
PARENT = "PARENT_FOUND"
POINTED_BY = ("SEQ", "SPID", "GRPID", "REFID", "LNKID", "LNKGRP")
VERDICTS = (eligibility.UNKNOWN, *escalation.COLUMNS)
FIRST_DOSE, DEATH = "DM_RFXSTDTC", "DM_DTHDTC"


@dataclass(frozen=True)
class RuleContext:
    """What computed columns are computed from.

    Attributes
    ----------
    tables
        All domains, or all analysis datasets.
    facts
        Facts by name.
    cut
        The last moment that counts; None when there is no cut.
    points
        What dates the reference time points that have names (`derivations.reference_points`).
    tests
        Tests of findings whose units are known, by domain and --TESTCD.
    conduct
        What the study says of eligibility and dose escalation.
    """

    tables: Mapping[str, pd.DataFrame]
    facts: Mapping[str, Fact] = field(default_factory=dict)
    cut: pd.Timestamp | None = None
    points: Points = field(default_factory=dict)
    tests: units.Tests = field(default_factory=dict)
    conduct: Conduct = field(default_factory=Conduct)


def add_computed(frame: pd.DataFrame, names: Iterable[str], context: RuleContext) -> pd.DataFrame:
    """Return a domain with the computed columns among `names`; those not computable are left out.

    Parameters
    ----------
    frame
        Records of the domain.
    names
        Column names that rules look at.
    context
        Other domains, facts and the cut.
    """
    computed = {name: compute_column(frame, name, context) for name in names if name not in frame}
    found = {name: values for name, values in computed.items() if values is not None}
    # The delivered columns are shared, not copied as `assign` would.
    shared = {str(name): values for name, values in frame.items()}
    return pd.DataFrame({**shared, **found}, index=frame.index, copy=False)


def compute_column(frame: pd.DataFrame, name: str, context: RuleContext) -> pd.Series | None:
    """Return a delivered or computed column, or None when what it needs isn't there."""
    if name in frame:
        return frame[name]
    if name in context.facts:
        return fact_column(frame, context.facts[name], context.tables, partial(_read, context))
    if name == PARENT:
        return has_parent(frame, context.tables) if is_linked(frame) else None
    if name.endswith(eligibility.INELIGIBLE):
        return eligibility.find_ineligible(
            frame, name[:2], context.conduct, context.tables, context.tests
        )
    if name == eligibility.UNKNOWN:
        return eligibility.find_unknown(frame, context.conduct, context.tables, context.tests)
    if name in escalation.COLUMNS:
        return escalation.COLUMNS[name](frame, context.conduct, context.tables)
    for ending in units.ENDINGS:
        if name.endswith(ending):
            return units.unit_column(frame, name.removesuffix(ending), ending, context.tests)
    for ending in ENDINGS:
        if name.endswith(ending):
            dates = compute_column(frame, name.removesuffix(ending), context)
            return None if dates is None else _of_dates(frame, dates, ending, context)
    if NOT_ONE_TO_ONE in name:
        return find_not_one_to_one(frame, *name.split(NOT_ONE_TO_ONE))
    if AGAINST in name:
        return _against(frame, name, context)
    if name.endswith(DATED):
        return _dated(frame, name.removesuffix(DATED), context)
    if HOURS_AFTER in name:
        return _hours_after(frame, name, context)
    if IN in name:
        return _found_in_other(frame, name, context.tables)
    domain, _, variable = name.partition("_")
    other = read_columns(context.tables, domain, ("USUBJID", variable))
    return _of_other_domain(frame, other, variable)


def _read(
    context: RuleContext, tables: Mapping[str, pd.DataFrame], domain: str, names: Collection[str]
) -> pd.DataFrame | None:
    """Return a domain with some variables of it and columns computed for it; None without it."""
    wanted = {find_shown(name, {}) for name in names if name not in context.facts}
    for fact in (context.facts[name] for name in names if name in context.facts):
        # What points to a record may do so by any of these.
        pointed = (f"{domain[:2]}{each}" for each in POINTED_BY) if fact.parent else ()
        wanted |= {*fact.asks, *pointed}
    other = read_columns(tables, domain, {*wanted, "USUBJID"})
    if other is None or set(names) <= set(other):
        return other
    return add_computed(other, names, context)


def find_delivered(name: str, facts: Mapping[str, Fact]) -> str | None:
    """Return the delivered variable of the own domain that a column needs; None if of another."""
    root = find_shown(name, facts)
    return None if "_" in root or not root else root


def find_shown(name: str, facts: Mapping[str, Fact]) -> str:
    """Return the variable or fact behind a column, to show with a record; empty for none."""
    for ending in ENDINGS:
        name = name.removesuffix(ending)
    if name in facts:
        return name
    if name == PARENT:
        return ""
    name = name.removesuffix(DATED).split(AGAINST)[0]
    return name.split(IN)[0].split(HOURS_AFTER)[0].split(NOT_ONE_TO_ONE)[0]


def spell_name(name: str, facts: Mapping[str, Fact]) -> str:
    """Return what a column is called beside its value: `DM.DTHDTC` of another domain."""
    is_own = name in facts or name in VERDICTS or name.endswith(eligibility.INELIGIBLE)
    return name if is_own else name.replace("_", ".")


def _of_dates(
    frame: pd.DataFrame, dates: pd.Series, ending: str, context: RuleContext
) -> pd.Series | None:
    if ending in MOMENTS:
        return MOMENTS[ending](dates)
    if ending == NUMBER:
        return apply_to_distinct(as_text(dates), _numbers)
    if ending == DAY:
        first = compute_column(frame, FIRST_DOSE, context)
        return None if first is None else _study_day(dates, first)
    if ending == DEATH_DAY:
        death = compute_column(frame, DEATH, context)
        return None if death is None else _on_same_day(dates, death)
    if ending == AFTER_CUT:
        if context.cut is None or not pd.api.types.is_datetime64_dtype(dates):
            return None
        after: pd.Series = dates > context.cut
        return after
    return _of_earlier_visits(frame, dates)


def _numbers(texts: pd.Series) -> pd.Series:
    numbers: pd.Series = pd.to_numeric(texts.str.replace(",", "."), errors="coerce")
    return numbers


def _first_word(texts: pd.Series) -> pd.Series:
    words: pd.Series = texts.str.split().str[0]
    return words


def _study_day(dates: pd.Series, first: pd.Series) -> pd.Series:
    days = (iso.earliest(dates).dt.normalize() - iso.earliest(first).dt.normalize()).dt.days
    numbered: pd.Series = days.where(days < 0, days + 1).astype("float64")
    return numbered


def _on_same_day(dates: pd.Series, others: pd.Series) -> pd.Series:
    known = ~iso.precision(dates).isin(["Y", "M"]) & ~iso.precision(others).isin(["Y", "M"])
    same: pd.Series = iso.earliest(dates).dt.normalize() == iso.earliest(others).dt.normalize()
    return known & same


def _of_earlier_visits(frame: pd.DataFrame, dates: pd.Series) -> pd.Series | None:
    """Return the start of the latest day at an earlier scheduled visit of the same series."""
    if not {"USUBJID", "VISITNUM", "VISIT"} <= set(frame):
        return None
    records = pd.DataFrame(
        {
            "SUBJECT": frame["USUBJID"],
            "SERIES": apply_to_distinct(as_text(frame["VISIT"]), _first_word),
            "NUMBER": pd.to_numeric(frame["VISITNUM"], errors="coerce"),
            "MOMENT": iso.earliest(dates).dt.normalize(),
        }
    ).dropna()
    records = records[records["NUMBER"] % 1 == 0]
    key = ["SUBJECT", "SERIES", "NUMBER"]
    visits = records.groupby(key)["MOMENT"].max().reset_index()
    series = visits.groupby(["SUBJECT", "SERIES"])["MOMENT"]
    visits = visits.assign(
        BEFORE=series.cummax().groupby([visits["SUBJECT"], visits["SERIES"]]).shift()
    )
    found = records.reset_index().merge(visits[[*key, "BEFORE"]], on=key).set_index("index")
    return found["BEFORE"].reindex(frame.index)


def _hours_after(frame: pd.DataFrame, name: str, context: RuleContext) -> pd.Series | None:
    """Return hours between two dates that both hold a time."""
    later, _, earlier = name.partition(HOURS_AFTER)
    end, start = compute_column(frame, later, context), compute_column(frame, earlier, context)
    if end is None or start is None:
        return None
    timed = iso.precision(end).isin(["m", "s"]) & iso.precision(start).isin(["m", "s"])
    hours = (iso.earliest(end) - iso.earliest(start)).dt.total_seconds() / 3600
    return hours.where(timed, np.nan)


def _against(frame: pd.DataFrame, name: str, context: RuleContext) -> pd.Series | None:
    """Return where a date can't be what a variable of relative timing says of it."""
    date, _, variable = name.partition(AGAINST)
    if not {"USUBJID", date, variable} <= set(frame):
        return None
    return contradicts(frame, date, variable, context.tables, context.points)


def _dated(frame: pd.DataFrame, variable: str, context: RuleContext) -> pd.Series | None:
    """Return where a time point has a date; missing where a record names none."""
    if not {"USUBJID", variable} <= set(frame):
        return None
    point = find_time_point(frame, variable, context.tables, context.points)
    return point.first.notna().astype(object).where(frame[variable].notna(), None)


def _of_other_domain(
    frame: pd.DataFrame, other: pd.DataFrame | None, variable: str
) -> pd.Series | None:
    if other is None or variable not in other or "USUBJID" not in other or "USUBJID" not in frame:
        return None
    first = other[other["USUBJID"].notna()].drop_duplicates("USUBJID")
    return frame["USUBJID"].map(first.set_index("USUBJID", drop=False)[variable])


def _found_in_other(
    frame: pd.DataFrame, name: str, tables: Mapping[str, pd.DataFrame]
) -> pd.Series | None:
    variable, _, place = name.partition(IN)
    domain, _, wanted = place.partition("_")
    other = read_columns(tables, domain, ("USUBJID", wanted))
    if other is None or not {"USUBJID", wanted} <= set(other):
        return None
    if not {"USUBJID", variable} <= set(frame):
        return None
    there = as_text(other["USUBJID"]) + " " + as_text(other[wanted])
    here = as_text(frame["USUBJID"]) + " " + as_text(frame[variable])
    return here.isin(there).astype(object).where(here.notna(), None)
