from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csrkit.stats.rounding import round_half_away, round_significant, rounded


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (2.5, 0, "3"),
        (-2.5, 0, "-3"),
        (0.5, 0, "1"),
        (2.675, 2, "2.68"),
        (1.005, 2, "1.01"),
        (0.125, 2, "0.13"),
        (12.3, 2, "12.30"),
        (-0.04, 1, "0.0"),
        (1e22, 0, "10000000000000000000000"),
        (1e15, 1, "1000000000000000.0"),
        (1e-9, 3, "0.000"),
    ],
)
def test_ties_go_away_from_zero_on_the_decimal_value(value, digits, text):
    assert round_half_away(value, digits) == text


def test_what_arithmetic_leaves_behind_doesnt_turn_a_tie():
    assert 0.285 * 100 < 28.5
    assert round_half_away(0.285 * 100, 0) == "29"
    assert round_half_away(1.1 + 2.2 + 0.05, 1) == "3.4"


def test_the_fuzz_is_that_of_the_sas_documentation():
    assert round_half_away(2.5 - 1e-12, 0) == "3"
    assert round_half_away(2.5 - 1e-11, 0) == "2"


@given(st.decimals(-(10**6), 10**6, places=4), st.integers(0, 4))
def test_decimals_round_as_decimal_arithmetic_does(number, digits):
    exact = number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    text = format(abs(exact) if exact == 0 else exact, "f")
    assert round_half_away(float(number), digits) == text
    assert rounded(float(number), digits) == float(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (123456, "123000"),
        (0.01235, "0.0124"),
        (9.995, "10.0"),
        (999.5, "1000"),
        (1.2, "1.20"),
        (-0.00012345, "-0.000123"),
        (0, "0"),
    ],
)
def test_three_significant_digits_are_kept_without_an_exponent(value, text):
    assert round_significant(value) == text


def test_arrays_keep_shape_and_missing_values():
    result = rounded([[2.675, np.nan], [-0.001, np.inf]], 2)
    np.testing.assert_array_equal(result, [[2.68, np.nan], [0.0, np.inf]])
    assert not np.signbit(result[1, 0])


def test_what_cant_be_rounded_is_refused():
    with pytest.raises(ValueError, match="finite"):
        round_half_away(float("nan"), 1)
    with pytest.raises(ValueError, match="0 or more"):
        round_half_away(1.0, -1)
    with pytest.raises(ValueError, match="1 or more"):
        round_significant(1.0, 0)
