from __future__ import annotations

import pandas as pd

from csrkit.sdtm.distinct import apply_to_distinct


def test_a_function_sees_each_value_once_and_every_record_gets_its_result():
    values = pd.Series(["b", None, "a", "b"], index=[3, 1, 4, 0], name="UNIT")
    seen = []

    def made(distinct):
        seen.extend(distinct)
        assert distinct.name == "UNIT"
        return distinct.str.upper()

    out = apply_to_distinct(values, made)
    assert seen == ["b", "a", None]
    pd.testing.assert_series_equal(
        out, pd.Series(["B", None, "A", "B"], index=[3, 1, 4, 0], name="UNIT")
    )


def test_a_function_may_return_several_columns():
    out = apply_to_distinct(
        pd.Series(["x", "yy", "x"]), lambda s: pd.DataFrame({"SIZE": s.str.len()})
    )
    assert out["SIZE"].tolist() == [1, 2, 1]


def test_a_column_without_values_gives_the_result_of_a_missing_one():
    out = apply_to_distinct(pd.Series([None, None], dtype=object), lambda s: s.isna())
    assert out.tolist() == [True, True]
