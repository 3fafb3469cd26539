"""BOIN against the published boundaries and the examples of the R package of that name."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csrkit.stats.dose_finding.boin import (
    boin_boundaries,
    boin_decision,
    boin_mtd,
    boin_table,
)

# Yan F, et al. J Stat Softw 2020;94(13): get.boundary(target = 0.3, ncohort = 10, cohortsize = 3).
PUBLISHED = {
    "n": [3, 6, 9, 12, 15, 18, 21, 24, 27, 30],
    "escalate": [0, 1, 2, 2, 3, 4, 4, 5, 6, 7],
    "deescalate": [2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    "eliminate": [3, 4, 5, 7, 8, 9, 10, 11, 12, 14],
}


@pytest.mark.parametrize(
    ("target", "escalate", "deescalate"),
    # Yuan Y, et al. Clin Cancer Res 2016;22:4291-4301, Table 1.
    [
        (0.15, 0.118, 0.179),
        (0.2, 0.157, 0.238),
        (0.25, 0.197, 0.298),
        (0.3, 0.236, 0.358),
        (0.35, 0.276, 0.419),
        (0.4, 0.316, 0.479),
    ],
)
def test_the_boundaries_are_those_published(target, escalate, deescalate):
    found = boin_boundaries(target)
    assert found.escalate == pytest.approx(escalate, abs=1e-3)
    assert found.deescalate == pytest.approx(deescalate, abs=1e-3)


def test_the_decision_table_is_that_published():
    table = boin_table(0.3, PUBLISHED["n"])
    pd.testing.assert_frame_equal(table, pd.DataFrame(PUBLISHED, dtype="Int64"))


def test_a_dose_with_fewer_than_3_subjects_is_not_eliminated():
    table = boin_table(0.3, [1, 2])
    assert table["eliminate"].isna().all()
    assert table["deescalate"].tolist() == [1, 1]


# Yan et al., section 3.3: subjects and those with a DLT; level 3 is the MTD. Rates of doses 1 to 4.
EXAMPLE = ([3, 3, 15, 9, 0], [0, 0, 4, 4, 0])
MTD_LEVEL, RATES, ABOVE = 3, [0.02, 0.02, 0.27, 0.45], [0.24, 0.24, 0.45, 0.85]


def test_the_mtd_is_that_of_the_package_in_its_example():
    found = boin_mtd(0.3, *EXAMPLE)
    assert found.level == MTD_LEVEL - 1
    assert found.table["rate"].round(2).tolist() == pytest.approx([*RATES, np.nan], nan_ok=True)
    assert found.table["prob_above"].round(2).tolist()[:4] == ABOVE


def test_rates_out_of_order_are_pooled():
    found = boin_mtd(0.3, [6, 6], [2, 1])
    rates = found.table["rate"]
    assert rates[0] == rates[1]
    assert 1.05 / 6.1 < rates[0] < 2.05 / 6.1
    assert found.level == 1


def test_equal_rates_above_the_target_give_the_lowest_dose():
    assert boin_mtd(0.2, [10, 10], [4, 3]).level == 0


def test_a_toxic_dose_takes_those_above_it_along():
    found = boin_mtd(0.3, [3, 3, 3, 3], [0, 1, 3, 0])
    assert found.table["eliminated"].tolist() == [False, False, True, True]
    assert found.level == 1


def test_without_a_dose_to_recommend_there_is_a_reason():
    assert boin_mtd(0.3, [3, 0], [3, 0]).reason == "the lowest dose is too toxic"
    assert "no subject was treated" in boin_mtd(0.3, [0, 3], [0, 3]).reason
    assert boin_mtd(0.3, [0, 0], [0, 0]).level is None
    assert boin_mtd(0.3, [], []).level is None


doses = st.lists(
    st.integers(0, 12).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
    min_size=1,
    max_size=6,
)


@given(doses)
def test_the_rates_never_fall_with_dose_and_the_mtd_was_given(rows):
    n, y = zip(*rows, strict=True)
    found = boin_mtd(0.3, n, y)
    assert (np.diff(found.table["rate"].dropna()) >= -1e-12).all()
    if found.level is not None:
        assert n[found.level] > 0
        assert not found.table["eliminated"][found.level]


def test_what_cant_be_is_refused():
    with pytest.raises(ValueError, match="p_saf < target < p_tox"):
        boin_boundaries(0.3, p_saf=0.3)
    with pytest.raises(ValueError, match="whole and above 0"):
        boin_table(0.3, [0, 3])
    with pytest.raises(ValueError, match="DLTs between 0"):
        boin_mtd(0.3, [3], [4])
    with pytest.raises(ValueError, match="one number a dose"):
        boin_mtd(0.3, [3], [1, 2])
    with pytest.raises(ValueError, match="elimination"):
        boin_mtd(0.3, [3], [1], elimination=95)


@pytest.mark.parametrize("place", range(len(PUBLISHED["n"])))
def test_a_decision_is_that_of_its_line_of_the_published_table(place):
    n, low, high, out = (PUBLISHED[name][place] for name in PUBLISHED)
    expected = [
        "ELIMINATE"
        if dlts >= out
        else "DE-ESCALATE"
        if dlts >= high
        else "ESCALATE"
        if dlts <= low
        else "STAY"
        for dlts in range(n + 1)
    ]
    assert [boin_decision(n, dlts, 0.3) for dlts in range(n + 1)] == expected


@pytest.mark.parametrize(("n", "dlts"), [(0, 0), (3, 4), (3, -1), (3, 0.5)])
def test_a_decision_needs_whole_numbers_and_no_more_dlts_than_subjects(n, dlts):
    with pytest.raises(ValueError, match="whole"):
        boin_decision(n, dlts, 0.3)
