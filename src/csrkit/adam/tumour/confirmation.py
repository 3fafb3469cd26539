"""Which complete and partial responses a later assessment confirms.

RECIST 1.1 (Eisenhauer 2009, confirmation) as the R package admiralonco states it
(`derive_param_confirmed_bor`): the confirming assessment is the first fitting one at least
`confirmation_days` later, and the assessments from there back to the response decide.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from csrkit.adam.tumour.rules import ResponseRules


def find_confirmed_complete(used: pd.DataFrame, settings: ResponseRules) -> pd.Series:
    """Return which records are a CR confirmed by a CR (bool, index as `used`).

    Nothing but CR and at most `max_ne_between` NE stand between the two.

    Parameters
    ----------
    used
        USUBJID, ADT and AVALC, one record a subject and day.
    settings
        The rules.
    """
    period = _confirmation_periods(used, settings, response="CR", confirmed_by=("CR",))
    holds = (period["OTHER"] + period["SD"] + period["PR"] == 0) & (
        period["NE"] <= settings.max_ne_between
    )
    return _flag(used, period[holds])


def find_confirmed_partial(used: pd.DataFrame, settings: ResponseRules) -> pd.Series:
    """Return which records are a PR confirmed by a CR or PR (bool, index as `used`).

    Between the two stand nothing but CR, PR, at most `max_ne_between` NE and, by
    `accept_sd_between`, at most one SD; no PR follows a CR.
    """
    period = _confirmation_periods(used, settings, response="PR", confirmed_by=("CR", "PR"))
    falls_back = period["FIRST_CR"] < period["LAST_PR"]
    holds = (
        (period["OTHER"] == 0)
        & (period["NE"] <= settings.max_ne_between)
        & (period["SD"] <= int(settings.accept_sd_between))
        & ~falls_back
    )
    return _flag(used, period[holds])


def _confirmation_periods(
    used: pd.DataFrame, settings: ResponseRules, response: str, confirmed_by: tuple[str, ...]
) -> pd.DataFrame:
    """Return what stands after each response up to and including its confirming assessment.

    One row a record with `response` that has a confirming assessment, indexed by its place in
    `used`: counts CR, PR, SD, NE and OTHER, and the dates FIRST_CR and LAST_PR.
    """
    records = used[["USUBJID", "ADT", "AVALC"]].assign(_PLACE=np.arange(len(used)))
    starts = records.loc[records["AVALC"] == response, ["USUBJID", "ADT", "_PLACE"]]
    pairs = starts.merge(records.drop(columns="_PLACE"), on="USUBJID", suffixes=("", "_LATER"))
    pairs = pairs[pairs["ADT_LATER"] > pairs["ADT"]]
    least = pairs["ADT"] + pd.Timedelta(days=settings.confirmation_days)
    confirms = pairs["AVALC"].isin(confirmed_by) & (pairs["ADT_LATER"] >= least)
    end = pairs["ADT_LATER"].where(confirms).groupby(pairs["_PLACE"]).transform("min")
    pairs = pairs[pairs["ADT_LATER"] <= end]
    later, date = pairs["AVALC"], pairs["ADT_LATER"]
    named = {name: later == name for name in ("CR", "PR", "SD", "NE")}
    facts = pairs[["_PLACE"]].assign(
        **named,
        OTHER=~later.isin(list(named)),
        FIRST_CR=date.where(later == "CR"),
        LAST_PR=date.where(later == "PR"),
    )
    counts = dict.fromkeys([*named, "OTHER"], "sum")
    return facts.groupby("_PLACE").agg({**counts, "FIRST_CR": "min", "LAST_PR": "max"})


def _flag(used: pd.DataFrame, period: pd.DataFrame) -> pd.Series:
    """Return True for the records whose place is in `period`."""
    return pd.Series(np.isin(np.arange(len(used)), period.index), index=used.index)
