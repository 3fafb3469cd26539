import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import CensoredData, logrank
from statsmodels.duration.survfunc import survdiff

from csrkit.stats.survival.log_rank import log_rank

# Freireich EJ, et al. Blood 1963;21:699-716: weeks in remission, 6-MP and placebo.
MERCAPTOPURINE = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
TIME = MERCAPTOPURINE + PLACEBO
EVENT = [1] * 9 + [0] * 12 + [1] * 21
GROUP = ["6-MP"] * 21 + ["placebo"] * 21


def test_the_remission_trial_gives_the_published_chi_square():
    # Kalbfleisch and Prentice: 16.79; expected events 19.3 and 10.7.
    found = log_rank(TIME, EVENT, GROUP)
    assert found.chi_square.value == pytest.approx(16.79, abs=0.005)
    assert found.df == 1
    assert found.table["observed"].to_dict() == {"6-MP": 9, "placebo": 21}
    assert found.table["expected"].round(1).to_dict() == {"6-MP": 19.3, "placebo": 10.7}


subjects = st.lists(
    st.tuples(st.integers(1, 6), st.booleans(), st.integers(0, 1), st.integers(0, 1)),
    min_size=2,
    max_size=12,
)


@settings(max_examples=80, deadline=None)
@given(subjects)
def test_small_samples_agree_with_statsmodels_and_expect_what_they_observe(rows):
    time, event, group, stratum = (np.array(column) for column in zip(*rows, strict=True))
    for strata in (None, stratum):
        found = log_rank(time, event, group, strata)
        table = found.table
        assert table["expected"].sum() == pytest.approx(table["observed"].sum())
        if not found.chi_square.estimable:
            assert found.p_value.reason == found.chi_square.reason
            continue
        expected = survdiff(time, event.astype(int), group, strata=strata)[0]
        assert found.chi_square.value == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_the_statistic_is_that_of_scipy():
    def censored(times, events):
        events = np.array(events, dtype=bool)
        return CensoredData(uncensored=np.array(times)[events], right=np.array(times)[~events])

    theirs = logrank(censored(TIME[:21], EVENT[:21]), censored(TIME[21:], EVENT[21:]))
    found = log_rank(TIME, EVENT, GROUP)
    assert found.chi_square.value == pytest.approx(theirs.statistic**2)
    assert found.p_value.value == pytest.approx(theirs.pvalue)


def test_one_stratum_is_no_stratum():
    one = log_rank(TIME, EVENT, GROUP, ["a"] * 42)
    assert one.chi_square == log_rank(TIME, EVENT, GROUP).chi_square


@pytest.mark.parametrize(
    ("event", "group", "stratum", "reason"),
    [
        ([0, 0, 0, 0], [1, 1, 2, 2], None, "no event"),
        ([1, 1, 1, 0], [1, 1, 1, 1], None, "fewer than 2 groups"),
        ([1, 1, 1, 1], [1, 1, 2, 2], [1, 1, 2, 2], "different groups are at risk"),
        ([0, 0, 0, 1], [1, 1, 2, 2], None, "fewer than 2 groups"),
    ],
)
def test_a_test_that_cant_be_made_says_why(event, group, stratum, reason):
    found = log_rank([1, 2, 3, 4], event, group, stratum)
    assert reason in found.chi_square.reason


def test_a_group_that_was_never_at_risk_at_an_event_takes_no_degree_of_freedom():
    found = log_rank([1, 5, 5, 6, 6], [0, 1, 0, 1, 0], ["a", "b", "b", "c", "c"])
    assert found.df == 1
    assert found.table.loc["a", "expected"] == 0


def test_labels_that_are_missing_are_refused():
    with pytest.raises(ValueError, match="label of group"):
        log_rank([1, 2], [1, 1], ["a", None])
    with pytest.raises(ValueError, match="one label for each of the 2"):
        log_rank([1, 2], [1, 1], ["a"])
