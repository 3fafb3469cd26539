"""ADSL: what the planned and the actual treatment are called."""

from __future__ import annotations

import pandas as pd

from csrkit.study import Study


def name_planned_treatment(adsl: pd.DataFrame, study: Study) -> pd.Series:
    """Return TRT01P: the treatment of the planned arm; None without an arm."""
    return _name_arms(adsl["ARMCD"], study)


def name_actual_treatment(adsl: pd.DataFrame, level: pd.Series, study: Study) -> pd.Series:
    """Return TRT01A: the treatment of the dose level given, or of the actual arm.

    The level of the planned arm is that arm's treatment; another level, that of
    `derivations.adsl.dose_names`, or of the arm that has it.

    Parameters
    ----------
    adsl
        ARMCD ACTARMCD TRT01PN TRT01P NINF.
    level
        Dose level given (TRT01AN), one of the study, index as `adsl`.
    """
    if study.assumptions.actual_dose_rule.value == "actual_arm":
        return _name_arms(adsl["ACTARMCD"], study).where(adsl["NINF"].gt(0), None)
    named = level.map(study.dose_levels).astype(object)
    own: pd.Series = named.mask(level.eq(adsl["TRT01PN"]), adsl["TRT01P"])
    return own.where(own.notna(), None)


def _name_arms(codes: pd.Series, study: Study) -> pd.Series:
    names = codes.map({code: study.name_arm(code) for code in study.arms}).astype(object)
    return names.where(names.notna(), None)
