import numpy as np
import pytest

from csrkit.stats.nca.blq import FOR_NCA, BlqRule, replace_blq

PROFILE = ["A"] * 6 + ["B"] * 2
TIME = [0, 1, 2, 3, 4, 5, 0, 1]
CONC = [0, 30, 4, 20, 0, np.nan, 0, 2]


def replaced(rule, lloq=10.0):
    return replace_blq(PROFILE, TIME, CONC, lloq, rule)


def test_the_usual_rule_is_zero_before_the_first_and_missing_afterwards():
    expected = [0, 30, np.nan, 20, np.nan, np.nan, 0, 0]
    np.testing.assert_array_equal(replaced(FOR_NCA), expected)


def test_each_place_has_its_own_replacement():
    expected = [10, 30, 5, 20, 0, np.nan, 10, 10]
    np.testing.assert_array_equal(replaced(BlqRule("lloq", "half_lloq", "zero")), expected)


def test_samples_may_have_limits_of_their_own():
    limits = [10, 10, 3, 10, 10, 10, 1, 1]
    expected = [0, 30, 4, 20, np.nan, np.nan, 0, 2]
    np.testing.assert_array_equal(replaced(FOR_NCA, limits), expected)


def test_a_concentration_at_the_limit_is_quantifiable():
    assert replace_blq(["A"], [1], [10.0], 10.0)[0] == 10


def test_the_order_of_samples_does_not_matter():
    order = np.random.default_rng(1).permutation(8)
    mixed = replace_blq(
        np.array(PROFILE)[order], np.array(TIME)[order], np.array(CONC)[order], 10.0
    )
    np.testing.assert_array_equal(mixed, replaced(FOR_NCA)[order])


def test_what_is_no_rule_or_no_limit_is_refused():
    with pytest.raises(ValueError, match="zero, half_lloq, lloq, missing; got 'none'"):
        BlqRule("zero", "none", "zero")
    with pytest.raises(ValueError, match="above 0; got 0"):
        replaced(FOR_NCA, 0.0)
    with pytest.raises(ValueError, match="same length"):
        replace_blq(["A"], [1, 2], [1, 2], 1.0)
