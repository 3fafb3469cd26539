"""CTCAE grades of laboratory records, those at baseline, and the worst on treatment."""

from __future__ import annotations

import pandas as pd

from csrkit.adam.common.variables import add_variables, flag_where
from csrkit.adam.findings.bds.baseline import KEY
from csrkit.adam.findings.bds.extremes import find_smallest
from csrkit.stats.ctcae import grade_labs
from csrkit.study import Study

GRADES = ["ATOXDSCL", "ATOXDSCH", "ATOXGRL", "ATOXGRH", "ATOXGR"]
AT_BASELINE = {"ATOXGRL": "BTOXGRL", "ATOXGRH": "BTOXGRH"}


def derive_grades(records: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the records with GRADES, BTOXGRL BTOXGRH, and WGRLFL WGRHFL (worst on treatment).

    A value up to baseline is graded by the limits of normal alone (`grade_labs`).

    Parameters
    ----------
    records
        From `bds.steps.derive_bds_variables`.
    study
        Assumptions `ctcae_version` and `ctcae_held`.
    """
    chosen = study.assumptions
    grades = grade_labs(records, version=chosen.ctcae_version.value, assume=chosen.ctcae_held.value)
    graded = add_variables(records, {name: grades[name] for name in GRADES})
    baseline = graded.loc[graded["ABLFL"].eq("Y"), [*KEY, *AT_BASELINE]]
    found = graded[KEY].merge(
        baseline.rename(columns=AT_BASELINE), on=KEY, how="left", validate="many_to_one"
    )
    own = {
        name: found[name].where(found[name].notna(), None).set_axis(graded.index)
        for name in AT_BASELINE.values()
    }
    worst = {"WGRLFL": _worst(graded, "ATOXGRL"), "WGRHFL": _worst(graded, "ATOXGRH")}
    return add_variables(graded, {**own, **worst})


def _worst(records: pd.DataFrame, grade: str) -> pd.Series:
    """Return Y for the first record with the highest grade on treatment."""
    graded = records.loc[records["ONTRTFL"].eq("Y") & records[grade].notna(), [*KEY, grade]]
    first = find_smallest(graded, -pd.to_numeric(graded[grade]))
    return flag_where(records.index.to_series().isin(first))
