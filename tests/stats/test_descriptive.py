import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csrkit.stats.descriptive import percentile, summarise
from csrkit.stats.estimate import Estimate, missing


def values(summary):
    return {name: estimate.value for name, estimate in summary.items()}


def test_the_statistics_of_a_small_sample_are_those_done_by_hand():
    found = values(summarise([1.0, 2.0, 4.0, np.nan]))
    assert found == pytest.approx(
        {
            "n": 3,
            "n_missing": 1,
            "mean": 7 / 3,
            "sd": math.sqrt(7 / 3),
            "se": math.sqrt(7 / 9),
            "cv": 100 * math.sqrt(7 / 3) / (7 / 3),
            "median": 2,
            "p25": 1,
            "p75": 4,
            "min": 1,
            "max": 4,
            "geom_mean": 2,
            "geom_sd": 2,
            "geom_cv": 100 * math.sqrt(math.exp(math.log(2) ** 2) - 1),
        }
    )


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0, 10), (0.1, 10), (0.25, 15), (0.5, 25), (0.6, 30), (0.75, 35), (1, 40)],
)
def test_percentiles_follow_definition_5_of_sas(share, expected):
    assert percentile([40, 10, 30, 20], share).value == expected


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=30), st.integers(1, 99))
def test_percentiles_follow_the_definition_on_any_numbers(numbers, percent):
    ordered, n = sorted(numbers), len(numbers)
    j, fraction = divmod(n * percent, 100)
    expected = ordered[j] if fraction else (ordered[j - 1] + ordered[j]) / 2
    assert percentile(numbers, percent / 100).value == expected


def test_one_value_has_a_mean_but_no_spread():
    summary = summarise([5.0])
    assert summary["mean"] == Estimate(5.0)
    assert summary["sd"].reason == "needs at least 2 values"
    assert summary["geom_cv"].reason == "needs at least 2 values"
    assert math.isnan(summary["cv"].value)


def test_no_value_gives_a_reason_for_everything_but_the_counts():
    summary = summarise([np.nan])
    assert values({name: summary[name] for name in ("n", "n_missing")}) == {"n": 0, "n_missing": 1}
    assert {e.reason for name, e in summary.items() if not name.startswith("n")} == {"no value"}


def test_a_zero_makes_geometric_statistics_not_estimable():
    summary = summarise([0.0, 1.0, 2.0])
    assert summary["geom_mean"].reason == "needs values above 0 throughout"
    assert summary["mean"].value == 1


def test_a_mean_of_0_has_no_coefficient_of_variation():
    assert summarise([-1.0, 1.0])["cv"].reason == "the mean is 0"


def test_equal_values_have_a_spread_of_exactly_0():
    assert summarise([0.1] * 7)["sd"].value == 0


def test_infinite_values_and_impossible_shares_are_refused():
    with pytest.raises(ValueError, match="infinite"):
        summarise([1.0, np.inf])
    with pytest.raises(ValueError, match="share"):
        percentile([1.0], 25)


def test_an_estimate_has_either_a_value_or_a_reason():
    assert not missing("no value").estimable
    with pytest.raises(ValueError, match="reason"):
        Estimate(math.nan)
    with pytest.raises(ValueError, match="reason"):
        Estimate(1.0, "no value")
