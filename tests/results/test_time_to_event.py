import numpy as np
import pandas as pd
import pytest

from csrkit.results.ard import Analysis
from csrkit.results.time_to_event import (
    DAYS_PER_MONTH,
    at_risk,
    follow_up,
    quantiles,
    rates,
    steps,
)


@pytest.fixture
def adtte():
    """Months 1, 2, 4 with the event, 5 censored: the curve steps to 75, 50, 25 percent."""
    months = np.array([1.0, 2.0, 4.0, 5.0])
    return pd.DataFrame(
        {
            "USUBJID": ["S1", "S2", "S3", "S4"],
            "AVAL": months * DAYS_PER_MONTH,
            "CNSR": [0, 0, 0, 1],
        }
    )


@pytest.fixture
def times(groups):
    return Analysis("pfs", "ADTTE", groups)


def test_the_median_is_the_middle_of_a_step_that_runs_flat_at_one_half(times, adtte, stat):
    found = quantiles(times, adtte, (0.5,))
    assert stat(found, "quantile.0.5", "all", "estimate", "VALUE") == pytest.approx(3.0)
    assert stat(found, "quantile.0.5", "all", "estimate") == "3.0"


def test_a_quantile_that_is_not_reached_says_so_with_its_reason(times, adtte, stat):
    found = quantiles(times, adtte.assign(CNSR=1), (0.5,))
    assert stat(found, "quantile.0.5", "all", "estimate") == "NR"
    assert stat(found, "quantile.0.5", "all", "estimate", "REASON") == (
        "Too few events: the curve does not come down to it"
    )
    assert stat(found, "quantile.0.5", "all", "conf.high") == "NE"


def test_rates_are_those_of_the_curve_and_not_estimable_beyond_it(times, adtte, stat):
    found = rates(times, adtte, (2, 3, 6))
    assert stat(found, "rate.3", "all", "estimate") == "50.0"
    assert stat(found, "rate.2", "all", "n.risk") == "3"
    assert stat(found, "rate.6", "all", "estimate") == "NE"
    assert stat(found, "rate.6", "all", "estimate", "REASON") == "No subject was followed as long"


def test_follow_up_turns_events_and_censoring_round(times, adtte, stat):
    assert stat(follow_up(times, adtte), "follow_up", "all", "estimate") == "5.0"


def test_the_curve_steps_down_at_each_event_and_marks_the_censored(times, adtte, stat):
    found = steps(times, adtte)
    survival = [stat(found, f"step.{n}", "all", "estimate", "VALUE") for n in range(5)]
    assert survival == pytest.approx([1, 0.75, 0.5, 0.25, 0.25])
    assert stat(found, "step.4", "all", "n.censor") == "1"


def test_at_risk_counts_who_is_still_followed_just_before_the_month(times, adtte, stat):
    found = at_risk(times, adtte, (0, 2, 5))
    counts = [stat(found, f"at_risk.{month}", "all", "n.risk") for month in (0, 2, 5)]
    assert counts == ["4", "3", "1"]


def test_a_column_without_subjects_is_not_estimable(times, adtte, stat):
    found = quantiles(times, adtte[adtte["USUBJID"] != "S1"], (0.5,))
    assert stat(found, "quantile.0.5", "ph1_20", "estimate") == "NE"


@pytest.mark.parametrize(("month", "estimate"), [(0.5, "100.0"), (4.5, "0.0")])
def test_a_rate_of_0_or_100_percent_has_no_interval(times, adtte, stat, month, estimate):
    found = rates(times, adtte[adtte["CNSR"] == 0], (month,))
    assert stat(found, f"rate.{month}", "all", "estimate") == estimate
    assert stat(found, f"rate.{month}", "all", "conf.low") == "NE"
