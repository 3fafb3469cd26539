"""Differences of proportions, against the examples of Newcombe (1998), Table II, and others."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from csrkit.stats.proportion_difference import miettinen_nurminen, newcombe

# Newcombe RG. Stat Med 1998;17:873-890, Table II: methods 10 (hybrid score) and 6 (Miettinen and
# Nurminen) for the data (a) to (h).
PUBLISHED = [
    ((56, 70, 48, 80), (0.0524, 0.3339), (0.0528, 0.3382)),
    ((9, 10, 3, 10), (0.1705, 0.8090), (0.1700, 0.8406)),
    ((6, 7, 2, 7), (0.0582, 0.8062), (0.0342, 0.8534)),
    ((5, 56, 0, 29), (-0.0381, 0.1926), (-0.0326, 0.1933)),
    ((0, 10, 0, 20), (-0.1611, 0.2775), (-0.1658, 0.2844)),
    ((0, 10, 0, 10), (-0.2775, 0.2775), (-0.2879, 0.2879)),
    ((10, 10, 0, 20), (0.6791, 1.0000), (0.7156, 1.0000)),
    ((10, 10, 0, 10), (0.6075, 1.0000), (0.6636, 1.0000)),
]

groups = st.integers(1, 25).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(("data", "hybrid", "score"), PUBLISHED)
def test_both_methods_give_the_published_limits(data, hybrid, score):
    assert newcombe(*data)[1:] == pytest.approx(hybrid, abs=5.1e-5)
    assert miettinen_nurminen(*data)[1:] == pytest.approx(score, abs=5.1e-5)


def test_the_score_limits_are_those_of_r_propcis():
    # PropCIs::diffscoreci(7, 34, 1, 34, 0.95)
    found = miettinen_nurminen(7, 34, 1, 34)
    assert found[1:] == pytest.approx((0.0270416, 0.3452912), abs=5e-8)


@given(groups, groups)
def test_exchanging_the_groups_turns_the_interval_round(first, second):
    for interval in (newcombe, miettinen_nurminen):
        estimate, lower, upper = interval(*first, *second)
        turned = interval(*second, *first)
        assert turned == pytest.approx((-estimate, -upper, -lower), abs=1e-8)
        assert -1 <= lower <= estimate <= upper <= 1


@given(groups, groups)
def test_the_score_test_just_rejects_the_limits(first, second):
    (x1, n1), (x2, n2) = first, second

    def statistic(delta):
        """Score statistic, its variance from the likelihood maximised numerically."""

        def loss(p2):
            p = np.clip([p2 + delta, p2], 1e-12, 1 - 1e-12)
            parts = np.array([x1, n1 - x1, x2, n2 - x2])
            return -(parts * np.log([p[0], 1 - p[0], p[1], 1 - p[1]])).sum()

        ends = (max(0.0, -delta), min(1.0, 1 - delta))
        p2 = minimize_scalar(loss, bounds=ends, method="bounded", options={"xatol": 1e-10}).x
        p1 = p2 + delta
        variance = (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * (n1 + n2) / (n1 + n2 - 1)
        return (x1 / n1 - x2 / n2 - delta) ** 2 / variance

    _, *limits = miettinen_nurminen(*first, *second)
    for limit in limits:
        if abs(limit) < 0.999:
            assert statistic(limit) == pytest.approx(1.959963985**2, rel=1e-3)


def test_an_empty_group_has_no_difference():
    for interval in (newcombe, miettinen_nurminen):
        assert np.isnan(interval(0, 0, 1, 3)).all()


def test_counts_that_cant_be_are_refused():
    for interval in (newcombe, miettinen_nurminen):
        with pytest.raises(ValueError, match="found 4 of 3"):
            interval(1, 3, 4, 3)
        with pytest.raises(ValueError, match="level"):
            interval(1, 3, 2, 3, level=95)
