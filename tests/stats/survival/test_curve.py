from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csrkit.stats.survival import kaplan_meier, reverse_kaplan_meier
from csrkit.stats.survival.intervals import TRANSFORMATIONS

subjects = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=25)
types = pytest.mark.parametrize("ci", TRANSFORMATIONS)


def estimate(data, **options):
    time, event = zip(*data, strict=True)
    return kaplan_meier(time, event, **options)


def product(data, t):
    """The product-limit estimate, one distinct event time after the other."""
    survival = 1.0
    for at in sorted({time for time, event in data if event and time <= t}):
        n = sum(time >= at for time, _ in data)
        survival *= 1 - sum(event and time == at for time, event in data) / n
    return survival


@settings(deadline=None)  # the first example imports lifelines
@given(subjects)
def test_the_curve_is_the_product_over_event_times(data):
    table = estimate(data).table
    assert table["survival"].to_numpy() == pytest.approx(
        [product(data, t) for t in table["time"]], abs=1e-12
    )


@given(subjects, st.sampled_from(list(TRANSFORMATIONS)), st.sampled_from([0.8, 0.95]))
def test_the_curve_falls_from_1_between_its_limits(data, ci, level):
    table = estimate(data, ci=ci, level=level).table
    assert table["time"].iloc[0] == 0
    assert table["time"].is_monotonic_increasing
    survival = table["survival"].to_numpy()
    assert (np.diff(np.concatenate([[1.0], survival])) <= 1e-15).all()
    known = ~np.isnan(table["lower"].to_numpy())
    assert (known == (survival > 0)).all()
    lower, upper = table["lower"].to_numpy()[known], table["upper"].to_numpy()[known]
    assert (lower >= 0).all()
    assert (upper <= 1).all()
    assert (lower <= survival[known] + 1e-12).all()
    assert (survival[known] <= upper + 1e-12).all()


@given(subjects)
def test_the_subjects_are_all_accounted_for(data):
    curve = estimate(data)
    table = curve.table
    assert table["n_event"].sum() + table["n_censor"].sum() == curve.n == len(data)
    assert table["n_event"].sum() == curve.n_event
    expected = [sum(time >= t for time, _ in data) for t in table["time"]]
    assert table["n_risk"].tolist() == expected
    assert curve.at(table["time"])["n_risk"].tolist() == expected


@given(subjects, st.floats(0, 12))
def test_the_restricted_mean_is_the_area_under_the_curve(data, tau):
    area, error = estimate(data).rmst(tau)
    last = max(time for time, _ in data)
    if tau > last and product(data, last) > 1e-12:
        assert np.isnan([area, error]).all()
        return
    steps = sorted({0.0, tau, *(float(time) for time, _ in data if time < tau)})
    expected = sum(product(data, a) * (b - a) for a, b in pairwise(steps))
    assert area == pytest.approx(expected, abs=1e-12)
    assert error >= 0


@given(st.lists(st.integers(0, 12), min_size=1, max_size=25), st.floats(0, 12))
def test_without_censoring_the_restricted_mean_is_the_mean_of_times_cut_at_tau(times, tau):
    area, error = estimate([(t, True) for t in times]).rmst(tau)
    cut = np.minimum(times, tau)
    assert area == pytest.approx(cut.mean(), abs=1e-12)
    # Greenwood's variance is then the variance of the mean with divisor n.
    assert error == pytest.approx(cut.std() / np.sqrt(len(times)), abs=1e-9)


@given(subjects, st.floats(0.01, 1))
def test_survival_has_fallen_to_1_minus_p_at_the_quantile_and_not_before(data, p):
    time, _, _ = estimate(data).quantile(p)
    last = max(t for t, _ in data)
    if np.isnan(time):
        assert product(data, last) > 1 - p
        return
    assert product(data, time) <= 1 - p + 1e-7
    before = [t for t, _ in data if t < time]
    if before and time > min(before):
        assert product(data, min(before)) >= product(data, time)


def test_the_median_of_a_step_at_exactly_one_half_is_its_middle():
    assert estimate([(1, 1), (2, 1), (3, 1), (4, 1)]).quantile(0.5)[0] == 2.5
    # 10 of 20, reached as a product of fractions that don't add up to 0.5 in binary
    data = [(t, 1) for t in range(1, 11)] + [(20, 1)] * 10
    assert estimate(data).quantile(0.5)[0] == 15


def test_a_last_step_at_exactly_one_half_ends_with_the_last_time():
    assert estimate([(1, 1), (2, 1), (3, 0), (4, 0)]).quantile(0.5) == (
        3.0,
        1.0,
        pytest.approx(np.nan, nan_ok=True),
    )


def test_a_median_is_missing_when_the_curve_stays_above_one_half():
    median, lower, upper = estimate([(1, 1), (2, 0), (3, 0)]).quantile(0.5)
    assert np.isnan([median, upper]).all()
    assert lower == 1  # the lower limit of survival has passed 0.5 by then


def test_no_subject_gives_a_usable_object():
    curve = kaplan_meier([], [])
    assert (curve.n, curve.n_event, len(curve.table)) == (0, 0, 0)
    assert np.isnan(curve.quantile(0.5)).all()
    assert np.isnan(curve.rmst(6)).all()
    assert curve.at([0, 6])["n_risk"].tolist() == [0, 0]
    assert curve.at([0, 6])["survival"].isna().all()


@pytest.mark.parametrize(
    ("data", "median"),
    [
        ([(5, 1)], 5.0),
        ([(5, 0)], np.nan),
        ([(0, 1)], 0.0),
        ([(0, 0), (0, 0)], np.nan),
        ([(5, 1), (5, 1), (5, 1)], 5.0),
        ([(5, 1), (5, 0)], 5.0),
    ],
)
def test_the_smallest_samples_have_the_median_one_expects(data, median):
    assert estimate(data).quantile(0.5)[0] == pytest.approx(median, nan_ok=True)


def test_events_come_before_censorings_of_the_same_time():
    table = estimate([(3, 0), (3, 1), (5, 1)]).table
    assert table["survival"].tolist() == pytest.approx([1, 2 / 3, 0])


def test_after_the_last_time_survival_is_0_or_undefined():
    assert estimate([(1, 0), (2, 1)]).at([3])["survival"].tolist() == [0.0]
    row = estimate([(1, 1), (2, 0)]).at([3]).iloc[0]
    assert row["n_risk"] == 0
    assert row[["survival", "lower", "upper"]].isna().all()


def test_times_may_be_asked_in_any_order():
    result = estimate([(1, 1), (2, 0), (4, 1)]).at([3, 0, 1])
    assert list(result.columns) == ["time", "n_risk", "survival", "lower", "upper", "reason"]
    assert result["survival"].tolist() == pytest.approx([2 / 3, 1, 2 / 3])
    assert result["n_risk"].tolist() == [1, 3, 3]


def test_follow_up_turns_event_and_censoring_around():
    data = [(1, 1), (2, 0), (3, 0), (4, 1)]
    time, event = zip(*data, strict=True)
    reverse = reverse_kaplan_meier(time, event)
    assert reverse.n_event == 2
    assert reverse.quantile(0.5)[0] == 3
    assert reverse.at([2])["survival"].tolist() == pytest.approx([2 / 3])


@types
def test_a_wider_level_gives_wider_limits(ci):
    data = [(t, t % 3 > 0) for t in range(1, 20)]
    narrow, wide = (estimate(data, ci=ci, level=level).at([9]) for level in (0.8, 0.99))
    assert wide["lower"].item() < narrow["lower"].item() < narrow["survival"].item()
    assert wide["upper"].item() > narrow["upper"].item() > narrow["survival"].item()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (([1, 2], [1]), "2 values and event has 1"),
        (([-1], [1]), "0 or more, found -1"),
        (([np.nan], [1]), "found nan"),
        (([1], [2]), "0 or 1 throughout, found 2"),
        (([1], [np.nan]), "0 or 1 throughout, found nan"),
        (([1], [1], 95), "level"),
        (([1], [1], 0.95, "loglog"), "ci must be one of log-log, plain"),
    ],
)
def test_what_cant_be_estimated_is_refused(arguments, complaint):
    with pytest.raises(ValueError, match=complaint):
        kaplan_meier(*arguments)


def test_what_cant_be_asked_is_refused():
    curve = estimate([(1, 1)])
    with pytest.raises(ValueError, match="p must be"):
        curve.quantile(50)
    with pytest.raises(ValueError, match="times must be"):
        curve.at([-1])
    with pytest.raises(ValueError, match="tau must be"):
        curve.rmst(float("nan"))
