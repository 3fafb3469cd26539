from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from csrkit.adam.common.ordering import rank_values, sort_records


@pytest.fixture
def records():
    return pd.DataFrame(
        {
            "USUBJID": ["B", "A", "B", "A", None, "A"],
            "ADT": pd.to_datetime(
                ["2025-06-02", None, "2025-06-01", "2025-06-03", "2025-01-01", "2025-06-03"]
            ),
            "AVAL": [1.0, 2.0, np.nan, 4.0, 5.0, 6.0],
        },
        index=[9, 8, 7, 6, 5, 4],
    )


@pytest.mark.parametrize("missing_first", [True, False])
def test_the_order_is_that_of_a_stable_sort(records, missing_first):
    by = ["USUBJID", "ADT"]
    place = "first" if missing_first else "last"
    expected = records.sort_values(by, kind="stable", na_position=place, ignore_index=True)
    pd.testing.assert_frame_equal(sort_records(records, by, missing_first=missing_first), expected)


def test_records_that_are_equal_stay_as_they_stood(records):
    assert sort_records(records, ["USUBJID", "ADT"])["AVAL"].tolist()[:2] == [4.0, 6.0]


def test_missing_values_have_one_rank(records):
    assert rank_values(records["USUBJID"]).tolist() == [2, 1, 2, 1, 3, 1]
    assert rank_values(records["USUBJID"], missing_first=True).tolist() == [2, 1, 2, 1, 0, 1]
