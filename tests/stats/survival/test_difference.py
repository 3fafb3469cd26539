import numpy as np
import pytest

from csrkit.stats.survival import kaplan_meier
from csrkit.stats.survival.difference import survival_difference


def test_without_censoring_it_is_the_wald_difference_of_proportions():
    first, second = kaplan_meier([1, 2, 3, 9, 9], [1] * 5), kaplan_meier([1, 4, 5, 9], [1] * 4)
    found = survival_difference(first, second, 3.5)
    assert found.estimate.value == pytest.approx(2 / 5 - 3 / 4)
    error = np.sqrt(0.4 * 0.6 / 5 + 0.75 * 0.25 / 4)
    assert found.std_error.value == pytest.approx(error)
    assert found.lower.value == pytest.approx(-0.35 - 1.959964 * error)
    assert found.upper.value == pytest.approx(-0.35 + 1.959964 * error)


def test_limits_stay_within_minus_1_and_1():
    found = survival_difference(kaplan_meier([9, 9], [0, 0]), kaplan_meier([1, 9], [1, 0]), 5)
    assert found.upper.value == 1.0


def test_what_cant_be_estimated_says_why():
    short, long = kaplan_meier([1, 2], [0, 0]), kaplan_meier([5, 9], [1, 0])
    assert "followed as long" in survival_difference(short, long, 4).estimate.reason
    gone = survival_difference(kaplan_meier([1, 2], [1, 1]), long, 4)
    assert gone.estimate.value == -1.0
    assert "come down to 0" in gone.lower.reason
    assert survival_difference(kaplan_meier([], []), long, 1).estimate.reason is not None


def test_curves_of_different_levels_are_refused():
    with pytest.raises(ValueError, match=r"0\.95 and 0\.9"):
        survival_difference(kaplan_meier([1], [1]), kaplan_meier([1], [1], level=0.9), 1)
