from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from csrkit.results.methods import AT_RISK, KAPLAN_MEIER, REVERSE_KAPLAN_MEIER
from csrkit.results.verbs.times import (
    DAYS_PER_MONTH,
    count_at_risk,
    estimate_follow_up,
    estimate_quantiles,
    estimate_rates,
    last_month,
    trace_curve,
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
def times(bench, adtte):
    """Ask one verb of the times; return the ARD."""

    def ask(verb, *arguments, records=None, method=KAPLAN_MEIER, level=0.95):
        made = bench("pfs", datasets={"ADTTE": adtte if records is None else records})
        declared = made.declare(
            "time", dataset="ADTTE", method=method, level=level, variable="AVAL"
        )
        verb(made, declared, *arguments)
        return made.finish().ard

    return ask


def test_the_median_is_the_middle_of_a_step_that_runs_flat_at_one_half(times, stat):
    found = times(estimate_quantiles, (0.5,))
    assert stat(found, "quantile.0.5", "all", "estimate", "VALUE") == pytest.approx(3.0)
    assert stat(found, "quantile.0.5", "all", "estimate") == "3.0"


def test_a_quantile_that_is_not_reached_says_so_with_its_reason(times, adtte, stat):
    found = times(estimate_quantiles, (0.5,), records=adtte.assign(CNSR=1))
    assert stat(found, "quantile.0.5", "all", "estimate") == "NR"
    assert stat(found, "quantile.0.5", "all", "estimate", "REASON") == (
        "Too few events: the curve does not come down to it"
    )
    assert stat(found, "quantile.0.5", "all", "conf.high") == "NE"


def test_rates_are_those_of_the_curve_and_not_estimable_beyond_it(times, stat):
    found = times(estimate_rates, (2, 3, 6))
    assert stat(found, "rate.3", "all", "estimate") == "50.0"
    assert stat(found, "rate.2", "all", "n.risk") == "3"
    assert stat(found, "rate.6", "all", "estimate") == "NE"
    assert stat(found, "rate.6", "all", "estimate", "REASON") == "No subject was followed as long"


def test_an_interval_is_that_of_the_level_of_the_analysis(times, stat):
    wide, narrow = (times(estimate_rates, (2,), level=level) for level in (0.95, 0.5))

    def width(found):
        low, high = (
            stat(found, "rate.2", "all", f"conf.{end}", "VALUE") for end in ("low", "high")
        )
        return high - low

    assert 0 < width(narrow) < width(wide)


def test_follow_up_turns_events_and_censoring_round(times, stat):
    found = times(estimate_follow_up, method=REVERSE_KAPLAN_MEIER)
    assert stat(found, "follow_up", "all", "estimate") == "5.0"


def test_the_curve_steps_down_at_each_event_and_marks_the_censored(times, stat):
    found = times(trace_curve)
    survival = [stat(found, f"step.{n}", "all", "estimate", "VALUE") for n in range(5)]
    assert survival == pytest.approx([1, 0.75, 0.5, 0.25, 0.25])
    assert stat(found, "step.4", "all", "n.censor") == "1"


def test_the_limits_of_the_curve_lie_on_both_sides_of_it(times, stat):
    """Log-log limits of 3/4 (se of Greenwood): 12.79 and 96.05 percent."""
    found = times(trace_curve)
    low, middle, high = (
        stat(found, "step.1", "all", name, "VALUE")
        for name in ("conf.low", "estimate", "conf.high")
    )
    assert (low, middle, high) == pytest.approx((0.1279, 0.75, 0.9605), abs=1e-4)


def test_at_risk_counts_who_is_still_followed_just_before_the_month(times, stat):
    found = times(count_at_risk, (0, 2, 5), method=AT_RISK)
    counts = [stat(found, f"at_risk.{month}", "all", "n.risk") for month in (0, 2, 5)]
    assert counts == ["4", "3", "1"]
    assert stat(found, "at_risk.2", "all", "n.risk", "VARLEVEL") == "2"


def test_a_column_without_subjects_is_not_estimable(times, adtte, stat):
    found = times(estimate_quantiles, (0.5,), records=adtte[adtte["USUBJID"] != "S1"])
    assert stat(found, "quantile.0.5", "ph1_20", "estimate") == "NE"


@pytest.mark.parametrize(("month", "estimate"), [(0.5, "100.0"), (4.5, "0.0")])
def test_a_rate_of_0_or_100_percent_has_no_interval(times, adtte, stat, month, estimate):
    found = times(estimate_rates, (month,), records=adtte[adtte["CNSR"] == 0])
    assert stat(found, f"rate.{month}", "all", "estimate") == estimate
    assert stat(found, f"rate.{month}", "all", "conf.low") == "NE"


def test_every_estimate_names_the_records_that_it_was_fitted_on(times):
    found = times(estimate_quantiles, (0.5,))
    sizes = found.drop_duplicates("COLUMN").set_index("COLUMN")["N_RECORDS"].to_dict()
    assert sizes == {"ph1_20": 1, "ph1_30": 2, "all": 4}
    assert set(found["WHERE_TEXT"]) == {
        "Safety set; Phase I 20×10⁸",
        "Safety set; Phase I 30×10⁸",
        "Safety set",
    }


@pytest.mark.parametrize(("rows", "month"), [(4, 5.0), (0, 0.0)])
def test_the_last_month_is_that_of_the_longest_time(bench, adtte, rows, month):
    made = bench("pfs", datasets={"ADTTE": adtte.iloc[:rows]})
    declared = made.declare("time", dataset="ADTTE")
    assert last_month(made, declared) == pytest.approx(month)


def test_a_year_of_365_and_a_quarter_days_has_12_months(times, adtte, stat):
    """All have the event after half a year."""
    found = times(estimate_quantiles, (0.5,), records=adtte.assign(AVAL=182.625, CNSR=0))
    assert stat(found, "quantile.0.5", "all", "estimate", "VALUE") == pytest.approx(6.0)
