from __future__ import annotations

import pandas as pd

from csrkit.adam.common.variables import add_variables


def test_columns_are_added_and_replaced_as_assign_does():
    frame = pd.DataFrame({"A": [1.0, 2.0], "B": ["x", None]}, index=[5, 3])
    new = {"B": pd.Series(["y", "z"], index=[5, 3]), "C": "same", "D": pd.Series([3, 4], [3, 5])}
    pd.testing.assert_frame_equal(add_variables(frame, new), frame.assign(**new))
    assert frame["B"].tolist() == ["x", None]


def test_an_empty_frame_keeps_its_types():
    frame = pd.DataFrame({"A": pd.Series(dtype="float64")})
    out = add_variables(frame, {"B": pd.Series(dtype="datetime64[ns]"), "C": "none"})
    assert out.dtypes.astype(str).tolist() == ["float64", "datetime64[ns]", "object"]
