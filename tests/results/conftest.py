from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from csrkit.results.ard import Analysis
from csrkit.results.groups import Groups, column_groups
from csrkit.study import Study


@pytest.fixture
def adsl() -> pd.DataFrame:
    """Five subjects: one at the lower dose, two at the higher, one in phase II, one untreated."""
    return pd.DataFrame(
        {
            "USUBJID": ["S1", "S2", "S3", "S4", "S5"],
            "PHASE": ["I", "I", "I", "II", None],
            "TRT01PN": [20.0, 30.0, 30.0, 30.0, np.nan],
            "TRT01AN": [20.0, 30.0, 30.0, 30.0, np.nan],
            "SAFFL": ["Y", "Y", "Y", "Y", "N"],
            "ENRLFL": ["Y", "Y", "Y", "Y", "N"],
            "SEX": ["F", "M", None, "F", "F"],
            "AGE": [60.0, 70.0, 55.0, np.nan, 30.0],
        }
    )


@pytest.fixture
def groups(study: Study, adsl: pd.DataFrame) -> Groups:
    return column_groups(study, adsl, "SAF", ("ph1_20", "ph1_30", "all"))


@pytest.fixture
def analysis(groups: Groups) -> Analysis:
    return Analysis("demographics", "ADSL", groups)


@pytest.fixture
def stat():
    """Look up one value of an ARD frame."""

    def look_up(ard: pd.DataFrame, row: str, column: str, name: str, field: str = "FORMATTED"):
        found = ard[(ard["ROW"] == row) & (ard["COLUMN"] == column) & (ard["STAT"] == name)]
        assert len(found) == 1, f"{len(found)} rows for {row}, {column}, {name}"
        return found[field].iloc[0]

    return look_up
