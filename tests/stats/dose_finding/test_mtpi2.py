"""mTPI-2 against the published decision table."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta

from csrkit.stats.dose_finding.mtpi2 import UNACCEPTABLE, mtpi2_decision, mtpi2_table

SHORT = {"ESCALATE": "E", "STAY": "S", "DE-ESCALATE": "D", UNACCEPTABLE: "DU"}

# Guo W, et al. Contemp Clin Trials 2017;58:23-33, Figure 3: target 0.3, interval 0.25 to 0.35.
PUBLISHED = {
    3: "E S D DU",
    6: "E E S D DU DU DU",
    9: "E E E S D DU DU DU DU DU",
    10: "E E E S D D DU DU DU DU DU",
}


@pytest.mark.parametrize("n", PUBLISHED)
def test_the_decisions_are_those_published(n):
    column = mtpi2_table([n], 0.3)[n]
    assert " ".join(SHORT[each] for each in column) == PUBLISHED[n]


def test_the_table_is_empty_where_there_are_more_dlts_than_subjects():
    table = mtpi2_table([1, 3], 0.3)
    assert table.shape == (4, 2)
    assert table[1].isna().tolist() == [False, False, True, True]


@given(
    st.integers(1, 20).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
    st.sampled_from([0.17, 0.2, 0.25, 0.3, 0.33]),
)
def test_the_interval_of_the_densest_posterior_decides(pair, target):
    n, x = pair
    a, b = 1 + x, 1 + n - x
    decision = mtpi2_decision(n, x, target)
    if beta.sf(target, a, b) > 0.95:
        assert decision == UNACCEPTABLE
        return
    low, high = target - 0.05, target + 0.05
    ends = [low, high]
    while ends[0] > 1e-9:
        ends.insert(0, max(ends[0] - 0.1, 0.0))
    while ends[-1] < 1 - 1e-9:
        ends.append(min(ends[-1] + 0.1, 1.0))
    masses = [
        quad(beta.pdf, begin, end, args=(a, b))[0] / (end - begin) for begin, end in pairwise(ends)
    ]
    middle = np.mean(ends[int(np.argmax(masses)) :][:2])
    expected = "STAY" if low < middle < high else "ESCALATE" if middle < low else "DE-ESCALATE"
    assert decision == expected


def test_a_prior_counts_like_subjects():
    assert mtpi2_decision(3, 1, 0.3, prior=(4.0, 7.0)) == mtpi2_decision(12, 4, 0.3)


def test_a_dose_is_never_left_upwards_for_more_dlts():
    order = ["ESCALATE", "STAY", "DE-ESCALATE", UNACCEPTABLE]
    for column in mtpi2_table(range(1, 25), 0.3).to_dict("series").values():
        places = [order.index(each) for each in column.dropna()]
        assert places == sorted(places)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((3, 4, 0.3), "found 4 of 3"),
        ((0, 0, 0.3), "1 or more"),
        ((3, 1, 0.03), "margins"),
        ((3, 1, 0.3, (0.0, 0.05)), "margins"),
        ((3, 1, 0.3, (0.05, 0.05), (0.0, 1.0)), "prior"),
        ((3, 1, 0.3, (0.05, 0.05), (1.0, 1.0), 95), "exclusion"),
    ],
)
def test_what_cant_be_is_refused(given, words):
    with pytest.raises(ValueError, match=words):
        mtpi2_decision(*given)
