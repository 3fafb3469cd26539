import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, binom, poisson
from statsmodels.stats.proportion import proportion_confint

from csrkit.stats.proportions import (
    agresti_coull,
    clopper_pearson,
    jeffreys,
    poisson_rate,
    wilson,
)

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
    for interval in (wilson, agresti_coull, jeffreys):
        assert np.isnan(interval(0, 0)).all()


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
    for interval in (clopper_pearson, wilson, agresti_coull, jeffreys):
        lower, upper = interval(x, n)
        assert 0 <= lower <= x / n <= upper <= 1
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


def test_adjusted_wald_and_jeffreys_intervals_are_those_that_statsmodels_checks_against():
    # statsmodels' tests of proportion_confint for 100 of 200.
    assert agresti_coull(100, 200) == pytest.approx((0.4313609, 0.5686391), abs=5e-8)
    assert jeffreys(100, 200) == pytest.approx((0.4311217, 0.5688783), abs=5e-8)


@given(counts)
def test_the_adjusted_wald_interval_is_that_of_statsmodels(pair):
    x, n = pair
    lower, upper = proportion_confint(x, n, method="agresti_coull")
    assert agresti_coull(x, n) == pytest.approx((max(lower, 0), min(upper, 1)))


@given(counts, st.sampled_from([0.8, 0.95]))
def test_jeffreys_interval_cuts_equal_tails_off_its_posterior(pair, level):
    x, n = pair
    lower, upper = jeffreys(x, n, level)
    tail = (1 - level) / 2
    assert lower == 0 if x == 0 else beta.cdf(lower, x + 0.5, n - x + 0.5) == pytest.approx(tail)
    assert upper == 1 if x == n else beta.sf(upper, x + 0.5, n - x + 0.5) == pytest.approx(tail)


@given(st.integers(0, 60), st.floats(0.1, 100), st.sampled_from([0.8, 0.95]))
def test_the_exact_interval_of_a_rate_inverts_the_poisson_test(events, exposure, level):
    rate, lower, upper = poisson_rate(events, exposure, level)
    tail = (1 - level) / 2
    assert lower <= rate <= upper
    assert poisson.cdf(events, upper * exposure) == pytest.approx(tail, rel=1e-6)
    if events:
        assert poisson.sf(events - 1, lower * exposure) == pytest.approx(tail, rel=1e-6)


def test_arrays_of_rates_are_those_of_their_members():
    found = poisson_rate(np.array([0, 3, 0]), np.array([2.0, 5.0, 0.0]))
    for place, (events, exposure) in enumerate([(0, 2.0), (3, 5.0), (0, 0.0)]):
        alone = poisson_rate(events, exposure)
        assert [each[place] for each in found] == pytest.approx(alone, nan_ok=True)
    with pytest.raises(ValueError, match="found 2"):
        poisson_rate(np.array([0, 2]), np.array([1.0, 0.0]))
