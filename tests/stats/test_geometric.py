import numpy as np
import pytest

from csrkit.stats.geometric import accumulation_ratio, expected_accumulation, geometric_mean


def test_the_interval_is_that_of_the_mean_logarithm():
    found = geometric_mean([1.0, 10.0, 100.0, np.nan], level=0.9)
    assert found.n == 3
    assert found.estimate.value == pytest.approx(10)
    # t(0.95, 2) = 2.919986
    assert found.upper.value == pytest.approx(10 * np.exp(2.919986 * np.log(10) / np.sqrt(3)))
    assert found.lower.value * found.upper.value == pytest.approx(100)


@pytest.mark.parametrize(
    ("values", "estimate", "interval"),
    [
        ([], "no value", "no value"),
        ([np.nan], "no value", "no value"),
        ([5.0], None, "needs at least 2 values"),
        ([5.0, 0.0], "needs values above 0 throughout", "needs values above 0 throughout"),
    ],
)
def test_what_cant_be_estimated_says_why(values, estimate, interval):
    found = geometric_mean(values)
    assert (found.estimate.reason, found.lower.reason) == (estimate, interval)
    assert found.upper.reason == interval


def test_accumulation_is_a_ratio_within_subjects():
    found = accumulation_ratio([10, 20, 30, np.nan], [20, 40, 60, 5])
    assert found.n == 3
    assert (found.estimate.value, found.lower.value) == pytest.approx((2, 2))
    assert "above 0" in accumulation_ratio([0, 1], [1, 2]).estimate.reason
    with pytest.raises(ValueError, match="same subjects"):
        accumulation_ratio([1, 2], [1])


def test_linear_kinetics_accumulates_by_what_is_left_at_the_end_of_the_interval():
    # A half-life of one interval: 1 + 1/2 + 1/4 + ...
    assert expected_accumulation(np.log(2) / 24, 24).value == pytest.approx(2)
    assert expected_accumulation(np.nan, 24).reason is not None
    with pytest.raises(ValueError, match="interval"):
        expected_accumulation(0.1, 0)
    with pytest.raises(ValueError, match="lambda_z"):
        expected_accumulation(-0.1, 24)


def test_what_is_no_number_is_refused():
    with pytest.raises(ValueError, match="infinite"):
        geometric_mean([1, np.inf])
    with pytest.raises(ValueError, match="level"):
        geometric_mean([1, 2], level=90)


@pytest.mark.parametrize(("first", "later"), [(np.inf, 5), (5, np.inf), (np.inf, np.inf)])
def test_an_infinite_exposure_is_refused_not_left_out(first, later):
    with pytest.raises(ValueError, match="infinite"):
        accumulation_ratio([first, 2], [later, 3])
