import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from csrkit.stats.proportions import clopper_pearson, poisson_rate, wilson

counts = st.integers(1, 80).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_the_exact_interval_of_3_of_12_is_that_of_the_textbook():
    # R: binom.test(3, 12)$conf.int
    lower, upper = clopper_pearson(3, 12)
    assert lower == pytest.approx(0.05486064, abs=5e-9)
    assert upper == pytest.approx(0.57185846, abs=5e-9)


def test_the_ends_of_none_and_of_all_are_exact():
    assert clopper_pearson(0, 10) == (0.0, pytest.approx(1 - 0.025**0.1))
    assert clopper_pearson(10, 10) == (pytest.approx(0.025**0.1), 1.0)


def test_nobody_has_no_interval():
    assert np.isnan(clopper_pearson(0, 0)).all()
    assert np.isnan(wilson(0, 0)).all()


@given(counts, st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_the_exact_interval_inverts_the_binomial_test(pair, level):
    x, n = pair
    lower, upper = clopper_pearson(x, n, level)
    tail = (1 - level) / 2
    assert 0 <= lower <= x / n <= upper <= 1
    if x > 0:
        assert binom.sf(x - 1, n, lower) == pytest.approx(tail, rel=1e-6)
    if x < n:
        assert binom.cdf(x, n, upper) == pytest.approx(tail, rel=1e-6)


@given(counts)
def test_intervals_of_events_and_of_their_absence_mirror_each_other(pair):
    x, n = pair
    for interval in (clopper_pearson, wilson):
        lower, upper = interval(x, n)
        assert interval(n - x, n) == pytest.approx((1 - upper, 1 - lower), abs=1e-12)


def test_arrays_give_the_intervals_of_their_members():
    lower, upper = clopper_pearson(np.array([0, 1, 3]), 3)
    assert list(zip(lower, upper, strict=True)) == [clopper_pearson(x, 3) for x in (0, 1, 3)]


@pytest.mark.parametrize(
    ("count", "total", "complaint"),
    [
        (4, 3, "between 0 and total, found 4 of 3"),
        (-1, 3, "between 0 and total"),
        (1.5, 3, "whole numbers"),
        (float("nan"), 3, "finite"),
    ],
)
def test_a_count_that_cant_be_is_refused(count, total, complaint):
    with pytest.raises(ValueError, match=complaint):
        clopper_pearson(count, total)


@pytest.mark.parametrize("level", [0, 1, 95])
def test_a_level_outside_0_to_1_is_refused(level):
    with pytest.raises(ValueError, match="level"):
        clopper_pearson(1, 3, level)


def test_the_score_interval_is_that_of_the_textbook():
    # Altman et al. Statistics with Confidence, 2nd ed., p. 47: 81 of 263, 0.255 to 0.366
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_the_exact_interval_of_a_rate_is_that_of_the_tables():
    # Garwood's table: 5 events, 1.6235 to 11.6683
    rate, lower, upper = poisson_rate(5, 10)
    assert (rate, lower, upper) == pytest.approx((0.5, 0.16235, 1.16683), abs=5e-6)


def test_a_rate_of_no_events_has_lower_end_0():
    assert poisson_rate(0, 2) == (0.0, 0.0, pytest.approx(-np.log(0.025) / 2))


def test_a_rate_needs_exposure():
    assert np.isnan(poisson_rate(0, 0)).all()
    with pytest.raises(ValueError, match="exposure of 0"):
        poisson_rate(1, 0)
    with pytest.raises(ValueError, match="exposure must be"):
        poisson_rate(1, float("nan"))
    with pytest.raises(ValueError, match="whole number"):
        poisson_rate(1.5, 10)
