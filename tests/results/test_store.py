from __future__ import annotations

import pandas as pd
import pytest

from csrkit.errors import RunError
from csrkit.results.ard import combine
from csrkit.results.counts import count_levels
from csrkit.results.store import read_ard, write_ard


def test_the_same_results_give_the_same_bytes_and_come_back_whole(analysis, adsl, tmp_path):
    ard = combine([count_levels(analysis, adsl, "SEX")])
    first = write_ard(ard, tmp_path / "a")
    second = write_ard(ard.sample(frac=1, random_state=1), tmp_path / "b")
    assert [one.read_bytes() for one in first] == [other.read_bytes() for other in second]
    pd.testing.assert_frame_equal(read_ard(first[0]), ard)
    assert len(pd.read_csv(first[1])) == len(ard)


def test_missing_results_are_told(tmp_path):
    with pytest.raises(RunError, match="results of a run are missing"):
        read_ard(tmp_path / "ard.parquet")
