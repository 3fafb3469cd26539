import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csrkit.stats.incidence import exposure_adjusted_rate, first_onset, piecewise_exposure
from csrkit.stats.proportions import poisson_rate

subjects = st.lists(
    st.tuples(st.one_of(st.just(0.0), st.floats(0.01, 100)), st.booleans()), min_size=1, max_size=20
)


def test_a_rate_is_subjects_with_the_event_by_time_at_risk():
    found = exposure_adjusted_rate([10, 20, 30, 40], [1, 0, 1, 0], per=100)
    assert (found.events, found.exposure) == (2, 100)
    limits = poisson_rate(2, 1)
    assert (found.rate.value, found.lower.value, found.upper.value) == pytest.approx(limits)


def test_no_exposure_gives_no_rate():
    assert exposure_adjusted_rate([], []).rate.reason == "no exposure"
    with pytest.raises(ValueError, match="exposure of 0"):
        exposure_adjusted_rate([0], [1])


def test_an_event_at_a_cut_belongs_to_the_interval_that_ends_there():
    table = piecewise_exposure([5, 10, 25, 30], [1, 1, 0, 1], [10, 20])
    assert table["n_event"].tolist() == [2, 0, 1]
    assert table["exposure"].tolist() == [35, 20, 15]
    assert table["n_risk"].tolist() == [4, 2, 2]
    assert table["rate"].tolist() == pytest.approx([2 / 35, 0, 1 / 15])


def test_an_interval_that_nobody_reached_says_so():
    table = piecewise_exposure([5, 8], [1, 0], [10])
    assert table["reason"].tolist() == [None, "no exposure"]
    assert table["rate"].isna().tolist() == [False, True]


@given(subjects, st.lists(st.integers(1, 99), unique=True, max_size=4))
def test_the_intervals_add_up_to_the_whole(rows, cuts):
    time, event = (np.array(column) for column in zip(*rows, strict=True))
    table = piecewise_exposure(time, event & (time > 0), sorted(cuts))
    assert table["n_event"].sum() == (event & (time > 0)).sum()
    assert table["exposure"].sum() == pytest.approx(time.sum())


@pytest.mark.parametrize("cuts", [[0, 5], [5, 5], [9, 5], [np.inf]])
def test_cuts_that_do_not_cut_are_refused(cuts):
    with pytest.raises(ValueError, match="ascending and above 0"):
        piecewise_exposure([1], [1], cuts)


def test_a_rate_is_per_something():
    for estimate in (
        lambda: exposure_adjusted_rate([1], [1], per=0),
        lambda: piecewise_exposure([1], [1], [2], per=-1),
    ):
        with pytest.raises(ValueError, match="per must be above 0"):
            estimate()


def test_death_without_an_onset_competes_with_it():
    time, cause = first_onset([3, np.nan, np.nan, 7, 5], [10, 8, 9, 6, 5], [1, 1, 0, 0, 1])
    assert time.tolist() == [3, 8, 9, 6, 5]
    assert cause.tolist() == [1, 2, 0, 0, 1]


def test_onsets_that_cant_be_are_refused():
    with pytest.raises(ValueError, match="found -1"):
        first_onset([-1], [3], [0])
    with pytest.raises(ValueError, match="onset has 2 values"):
        first_onset([1, 2], [3], [0])
