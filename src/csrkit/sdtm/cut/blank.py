"""Dates after the cut in records that stay are blanked, with what tells of the same event."""

from __future__ import annotations

import pandas as pd

from csrkit.sdtm import iso
from csrkit.sdtm.cut import cut_log
from csrkit.sdtm.cut.moments import parse_moments
from csrkit.sdtm.keys import as_text
from csrkit.study.design import CutRules

ANY_DOMAIN = "--"
TIME_POINT = "TPT"


def blank_later_dates(
    name: str,
    frame: pd.DataFrame,
    rules: CutRules,
    cut: pd.Timestamp,
    log: list[pd.DataFrame],
) -> pd.DataFrame:
    """Return a domain's records without dates after the cut; each value blanked is logged.

    A partial date counts as its earliest moment.

    Raises
    ------
    DataError
        When a date is impossible.
    """
    for variable, targets in _find_blanked(name, frame, rules).items():
        dates = frame[variable]
        later = _parse(name, frame, variable) > cut
        for target in (variable, *targets):
            frame = _blank(name, frame, target, dates[later], cut, log)
    return frame


def _parse(name: str, frame: pd.DataFrame, variable: str) -> pd.Series:
    """Return the moments of a date; a reference time point may be a name, which has none."""
    if variable.endswith(TIME_POINT):
        named = frame.loc[~iso.is_valid(frame[variable])].index
        frame = frame.assign(**{variable: frame[variable].mask(frame.index.isin(named), None)})
    return parse_moments(name, frame, variable)


def _find_blanked(name: str, frame: pd.DataFrame, rules: CutRules) -> dict[str, tuple[str, ...]]:
    """Return date variable → variables blanked with it, of those that the domain has."""
    prefix = name[:2]
    found: dict[str, tuple[str, ...]] = {}
    for variable, targets in rules.blanked.items():
        actual = variable.replace(ANY_DOMAIN, prefix)
        if actual in frame:
            mine = (target.replace(ANY_DOMAIN, prefix) for target in targets)
            present = tuple(target for target in mine if target.split("=")[0] in frame)
            found[actual] = (*found.get(actual, ()), *present)
    return found


def _blank(
    name: str,
    frame: pd.DataFrame,
    target: str,
    dates: pd.Series,
    cut: pd.Timestamp,
    log: list[pd.DataFrame],
) -> pd.DataFrame:
    """Blank one variable (`AEOUT`, or `AETOXGR=5` where it has that value) of dated records."""
    variable, _, only = target.partition("=")
    values = frame[variable].loc[dates.index]
    wanted = as_text(values) == only if only else values.notna()
    chosen = dates.index[wanted]
    if chosen.empty:
        return frame
    log.append(
        cut_log.log_records(
            name,
            frame.loc[chosen],
            rule=cut_log.VALUE_LATER if variable == dates.name else cut_log.VALUE_TOLD_BY,
            variable=variable,
            dates=dates.loc[chosen],
            cut=cut,
            action=cut_log.BLANKED,
        )
    )
    # The other columns are shared, not copied as `assign` would.
    blanked = frame.copy(deep=False)
    blanked[variable] = frame[variable].mask(frame.index.isin(chosen), None)
    return blanked
