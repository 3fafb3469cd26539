import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csrkit.stats.survival import kaplan_meier
from csrkit.stats.survival.competing import cumulative_incidence

subjects = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 2)), min_size=1, max_size=15)


def test_six_subjects_by_hand():
    # At 2: 1/6. At 3 a competing event among 5. At 5 one of 3 has it: free before, 5/6 * 4/5.
    found = cumulative_incidence([2, 3, 3, 5, 5, 8], [1, 2, 0, 1, 2, 0]).table
    assert found["incidence"].tolist() == pytest.approx([0, 1 / 6, 1 / 6, 7 / 18, 7 / 18])
    assert found["n_risk"].tolist() == [6, 6, 5, 3, 1]
    assert found["n_competing"].tolist() == [0, 0, 1, 1, 0]


@given(subjects)
def test_without_competing_events_it_is_the_complement_of_kaplan_meier(rows):
    time, cause = (np.array(column) for column in zip(*rows, strict=True))
    time, event = time[cause < 2] + 1, cause[cause < 2]
    if not time.size:
        return
    found, curve = cumulative_incidence(time, event).table, kaplan_meier(time, event).table
    assert found["incidence"].tolist() == pytest.approx((1 - curve["survival"]).tolist())
    inside = (curve["survival"] > 0).to_numpy()
    errors = curve["std_error"].to_numpy()[inside]
    assert found["std_error"].to_numpy()[inside] == pytest.approx(errors)


@given(subjects)
def test_the_causes_and_those_free_of_any_add_up_to_all(rows):
    time, cause = (np.array(column) for column in zip(*rows, strict=True))
    parts = [cumulative_incidence(time, cause, of).table["incidence"] for of in (1, 2)]
    free = kaplan_meier(time, cause > 0).table
    assert (parts[0] + parts[1]).iloc[-1] == pytest.approx(1 - free["survival"].iloc[-1])
    for part in parts:
        assert (np.diff(part) >= 0).all()
        assert part.between(0, 1).all()


@given(subjects)
def test_without_censoring_it_is_the_share_and_its_error_the_binomial_one(rows):
    time, cause = (np.array(column) for column in zip(*rows, strict=True))
    cause = np.where(cause == 0, 1, cause)
    last = cumulative_incidence(time, cause, 2).table.iloc[-1]
    share = (cause == 2).mean()
    assert last["incidence"] == pytest.approx(share)
    assert last["std_error"] == pytest.approx(np.sqrt(share * (1 - share) / time.size))


def test_estimates_at_times_end_with_the_observation():
    found = cumulative_incidence([1, 2, 3], [1, 0, 0])
    rows = found.at([0, 1, 2.5, 9])
    assert rows["incidence"].tolist() == pytest.approx([0, 1 / 3, 1 / 3, np.nan], nan_ok=True)
    assert rows["n_risk"].tolist() == [3, 3, 1, 0]
    whole = cumulative_incidence([1, 2], [1, 2]).at([9])
    assert whole["incidence"].tolist() == [0.5]


def test_limits_are_zero_before_the_first_event():
    row = cumulative_incidence([1, 2, 3], [2, 1, 0]).table.iloc[1]
    assert (row["incidence"], row["lower"], row["upper"]) == (0, 0, 0)


def test_nobody_has_no_incidence():
    found = cumulative_incidence([], [])
    assert (found.n, len(found.table)) == (0, 0)
    assert found.at([1])["incidence"].isna().all()


@pytest.mark.parametrize(
    ("time", "cause", "of", "level", "words"),
    [
        ([1, 2], [1], 1, 0.95, "2 values and cause has 1"),
        ([1, -2], [1, 0], 1, 0.95, "found -2"),
        ([1, 2], [1, 0.5], 1, 0.95, "found 0.5"),
        ([1, 2], [1, 0], 0, 0.95, "cause must be 1 or more"),
        ([1, 2], [1, 0], 1, 95, "level"),
    ],
)
def test_what_cant_be_is_refused(time, cause, of, level, words):
    with pytest.raises(ValueError, match=words):
        cumulative_incidence(time, cause, of, level)


def test_an_incidence_of_1_has_no_limits():
    last = cumulative_incidence(range(1, 50), [1] * 49).table.iloc[-1]
    assert (last["incidence"], last["std_error"]) == (1, 0)
    assert np.isnan([last["lower"], last["upper"]]).all()
