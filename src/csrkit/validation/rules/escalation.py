"""Dose escalation as the study plans it: groups that opened too early, and doses of another group.

================================  ==========================================================
`ESCALATED_EARLY`                 (DM) whose DLT window was still open when a subject of a higher
                                  dose group, or of a later phase, had the first dose
`EXDOSE_NOT_PLANNED`              (EX) the dose planned, where the infusion was of another level
================================  ==========================================================

The arms, phases and levels are those of `study.yml`; both are missing where nothing is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from csrkit.conditions import variables_of
from csrkit.conditions.frames import UnusableConditionError, select
from csrkit.sdtm import iso
from csrkit.sdtm.lazy_domains import read_columns
from csrkit.validation.rules.conduct import Conduct, find_first_doses

Tables = Mapping[str, pd.DataFrame]


def find_escalated_early(frame: pd.DataFrame, conduct: Conduct, tables: Tables) -> pd.Series | None:
    """Return whose DLT window was open at a subject's first dose; None with nothing to compare.

    The groups below one are those with a lower dose of the same phase and those of earlier phases,
    among the phases in which the dose is escalated. What counts is the opening of a group: subjects
    of a group below who came after it were given that dose again, and aren't waited for. A window
    ends early when its subject dies or leaves the study. Of a partial date the reading counts that
    accuses nobody.

    Parameters
    ----------
    frame
        Records of DM.
    conduct, tables
        The study's arms and DLT window, and all domains.
    """
    first = find_first_doses(tables, conduct)
    nothing_planned = conduct.window_days is None or not conduct.escalated
    if first is None or nothing_planned or not {"USUBJID", "ARMCD"} <= set(frame):
        return None
    subjects = frame[["USUBJID", "ARMCD"]].dropna().drop_duplicates("USUBJID")
    subjects = subjects[subjects["USUBJID"].isin(first.index)].set_index("USUBJID")
    doses = first.reindex(subjects.index)
    subjects = subjects.assign(
        EARLIEST=iso.earliest(doses).dt.normalize(), LATEST=iso.latest(doses).dt.normalize()
    )
    window = subjects["EARLIEST"] + pd.to_timedelta((conduct.window_days or 1) - 1, unit="D")
    left = _left(frame, conduct, tables).reindex(subjects.index)
    subjects = subjects.assign(UNTIL=window.where(left.isna() | (window <= left), left))
    found: dict[str, str] = {}
    for code in conduct.arms:
        group = subjects[subjects["ARMCD"].eq(code)]
        below = subjects[subjects["ARMCD"].isin(_below(code, conduct))]
        found |= _open_windows(group, below[below["EARLIEST"] <= group["EARLIEST"].min()])
    return frame["USUBJID"].map(found).astype(object)


def find_dose_not_planned(
    frame: pd.DataFrame, conduct: Conduct, tables: Tables
) -> pd.Series | None:
    """Return the dose planned where another level was given; None with nothing to compare.

    Several records of one infusion are one dose, their sum; a sum that is no level of the study is
    a part of a dose, not a wrong one.

    Parameters
    ----------
    frame
        Records of EX.
    conduct, tables
        The study's arms and levels, and all domains.
    """
    dm = read_columns(tables, "DM", ("USUBJID", "ARMCD"))
    needed = {"USUBJID", "EXDOSE", "EXSTDTC"}
    known = dm is not None and {"USUBJID", "ARMCD"} <= set(dm)
    if dm is None or not known or not conduct.escalated or not needed <= set(frame):
        return None
    arms = dm[dm["USUBJID"].notna()].drop_duplicates("USUBJID").set_index("USUBJID")["ARMCD"]
    arm = frame["USUBJID"].map(arms)
    planned = arm.map({code: one.dose for code, one in conduct.escalated.items()})
    given = pd.to_numeric(frame["EXDOSE"], errors="coerce")
    given = given.where(given > 0)
    if "EXDOSU" in frame:
        given = given.where(frame["EXDOSU"].eq(conduct.dose_unit))
    infusion = frame["EXSTDTC"].astype(str).str.slice(0, 10)
    if conduct.infusion in frame:
        infusion = frame[conduct.infusion]
    total = given.groupby([frame["USUBJID"], infusion]).transform("sum", min_count=1)
    wrong = given.notna() & total.isin(conduct.levels) & planned.notna() & (total != planned)
    words = {code: f"{one.dose:g} in {code}" for code, one in conduct.escalated.items()}
    return arm.map(words).astype(object).where(wrong, None)


COLUMNS: dict[str, Callable[[pd.DataFrame, Conduct, Tables], pd.Series | None]] = {
    "ESCALATED_EARLY": find_escalated_early,
    "EXDOSE_NOT_PLANNED": find_dose_not_planned,
}


def _below(code: str, conduct: Conduct) -> list[str]:
    """Return the arms whose DLT windows have to be over before an arm opens."""
    phases = list(dict.fromkeys(arm.phase for arm in conduct.arms.values()))
    own = conduct.arms[code]
    return [
        name
        for name, arm in conduct.escalated.items()
        if phases.index(arm.phase) < phases.index(own.phase)
        or (arm.phase == own.phase and _is_lower(arm.dose, own.dose))
    ]


def _is_lower(one: float | None, other: float | None) -> bool:
    """Tell whether a dose is below another; an arm without a dose in numbers has no place."""
    return one is not None and other is not None and one < other


def _left(dm: pd.DataFrame, conduct: Conduct, tables: Tables) -> pd.Series:
    """Return the day on which each subject died or left the study, by USUBJID."""
    dates = [iso.earliest(dm.set_index("USUBJID")["DTHDTC"])] if "DTHDTC" in dm else []
    source = conduct.end_of_study
    if source is not None:
        names = ("USUBJID", source.variable, *variables_of(source.where))
        ended = read_columns(tables, source.domain, names)
        if ended is not None and set(names) <= set(ended):
            try:
                chosen = select(ended, source.where)
            except UnusableConditionError:
                chosen = ended.iloc[:0]
            dates.append(iso.earliest(chosen.set_index("USUBJID")[source.variable]))
    if not dates:
        return pd.Series(dtype="datetime64[ns]")
    known = pd.concat(dates).dropna().dt.normalize()
    first: pd.Series = known.groupby(level=0).min()
    return first


def _open_windows(group: pd.DataFrame, below: pd.DataFrame) -> dict[str, str]:
    """Return subject of a group → the last window of a group below that was open at its dose."""
    if below.empty:
        return {}
    last = below.sort_values("UNTIL", kind="stable").iloc[-1]
    until = f"{last.name} ({last['ARMCD']}) to {last['UNTIL']:%Y-%m-%d}"
    early = group[group["LATEST"] <= last["UNTIL"]]
    return {str(subject): until for subject in early.index}
