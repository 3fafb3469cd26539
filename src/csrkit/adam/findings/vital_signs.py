"""Vital signs computed from others: mean arterial pressure, body mass index, body surface area.

As the R package admiral has them (`compute_map`, `compute_bmi`, `compute_bsa`).
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from csrkit.adam.findings.records import derive_parameter, transpose_parameters
from csrkit.study.derivations.findings import VitalSigns

Formula = Callable[[pd.Series, pd.Series], pd.Series]

BODY_SURFACE: dict[str, Formula] = {
    "Mosteller": lambda height, weight: (height * weight / 3600) ** 0.5,
    "DuBois-DuBois": lambda height, weight: 0.007184 * height**0.725 * weight**0.425,
    "Haycock": lambda height, weight: 0.024265 * height**0.3964 * weight**0.5378,
}
"""Body surface area (m2) from height (cm) and weight (kg), by its formula."""


def derive_mean_arterial_pressure(records: pd.DataFrame) -> pd.DataFrame:
    """Return MAP (mmHg) of every examination with both pressures: (2 diastolic + systolic) / 3."""
    both = transpose_parameters(records, ["SYSBP", "DIABP"])
    value = (2 * both["DIABP"] + both["SYSBP"]) / 3
    return derive_parameter(both, records, value, "MAP", "Mean Arterial Pressure", "mmHg")


def derive_body_size(records: pd.DataFrame, settings: VitalSigns) -> list[pd.DataFrame]:
    """Return BMI (kg/m2) and BSA (m2) of every weight, as far as the settings ask for them."""
    weighed = transpose_parameters(records, ["WEIGHT"])
    height, weight = _find_height(weighed, records), weighed["WEIGHT"]
    wanted = {
        "BMI": (weight / (height / 100) ** 2, "Body Mass Index", "kg/m2"),
        "BSA": (BODY_SURFACE[settings.body_surface](height, weight), "Body Surface Area", "m2"),
    }
    return [
        derive_parameter(weighed, records, values, code, name, unit)
        for code, (values, name, unit) in wanted.items()
        if code in settings.derived
    ]


def _find_height(weighed: pd.DataFrame, records: pd.DataFrame) -> pd.Series:
    """Return the latest height up to the day of each weight, the first one where there is none."""
    heights = records[records["PARAMCD"].eq("HEIGHT") & records["AVAL"].notna()]
    heights = heights.sort_values(["ADT", "ORDER"], kind="stable")[["USUBJID", "ADT", "AVAL"]]
    first = heights.drop_duplicates("USUBJID").set_index("USUBJID")["AVAL"]
    dated = weighed.loc[weighed["ADT"].notna(), ["USUBJID", "ADT"]].assign(
        ROW=weighed.index[weighed["ADT"].notna()]
    )
    found = pd.merge_asof(
        dated.sort_values("ADT", kind="stable"),
        heights[heights["ADT"].notna()],
        on="ADT",
        by="USUBJID",
    )
    latest = found.set_index("ROW")["AVAL"].reindex(weighed.index)
    return latest.where(latest.notna(), weighed["USUBJID"].map(first)).astype("float64")
