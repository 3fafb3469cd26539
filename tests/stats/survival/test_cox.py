import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from csrkit.stats.survival.cox import cox

TIME = [2, 3, 3, 5, 5, 8]
EVENT = [1, 1, 0, 1, 1, 0]
GROUP = [0, 1, 0, 1, 0, 1]


def efron(beta, time, event, x):
    """Return Efron's log partial likelihood, written out subject by subject."""
    total = 0.0
    for moment in sorted(set(time[event])):
        died, at_risk = (time == moment) & event, time >= moment
        risk, tied = np.exp(beta * x[at_risk]).sum(), np.exp(beta * x[died]).sum()
        total += beta * x[died].sum()
        total -= sum(np.log(risk - k / died.sum() * tied) for k in range(died.sum()))
    return total


def arrays(rows):
    time, event, x = (np.array(column) for column in zip(*rows, strict=True))
    return time, event.astype(bool), x.astype(float)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 6), st.booleans(), st.integers(0, 2)), min_size=2, max_size=10
    )
)
def test_a_fit_is_the_maximum_of_efrons_likelihood_and_a_missing_one_has_none(rows):
    time, event, x = arrays(rows)
    found = cox(time, event, {"x": x})
    if found.reason == "no event":
        assert not event.any()
        return
    ends = minimize_scalar(
        lambda beta: -efron(beta, time, event, x), bounds=(-30, 30), method="bounded"
    ).x
    if found.reason is None:
        assert found.table.loc["x", "coef"] == pytest.approx(ends, abs=1e-4)
        assert found.likelihood_ratio.value == pytest.approx(
            2 * (efron(ends, time, event, x) - efron(0, time, event, x)), abs=1e-6
        )
    elif "0 or infinite" in found.reason:
        assert abs(ends) > 12
    else:
        assert efron(3.0, time, event, x) == pytest.approx(efron(-3.0, time, event, x))


def test_limits_and_p_value_are_walds():
    row = cox(TIME, EVENT, {"g": GROUP}, level=0.9).table.loc["g"]
    assert row["hazard_ratio"] == pytest.approx(np.exp(row["coef"]))
    assert row["upper"] / row["hazard_ratio"] == pytest.approx(np.exp(1.6448536 * row["std_error"]))
    assert row["lower"] * row["upper"] == pytest.approx(row["hazard_ratio"] ** 2)


@pytest.mark.parametrize(
    ("event", "covariates", "stratum", "reason"),
    [
        ([0] * 6, {"g": GROUP}, None, "no event"),
        (EVENT, {"g": [1] * 6}, None, "do not differ"),
        (EVENT, {"g": GROUP, "h": [2 * g for g in GROUP]}, None, "follow from each other"),
        (EVENT, {"g": GROUP}, GROUP, "do not differ"),
        ([1, 0, 0, 0, 1, 0], {"g": GROUP}, None, "0 or infinite"),
        (EVENT, {"x": [9, 7, 1, 4, 4, 0]}, None, "0 or infinite"),
        (EVENT, {"g": GROUP, "rare": [0, 0, 0, 0, 0, 1]}, None, "0 or infinite"),
    ],
)
def test_a_model_that_has_no_estimate_says_why(event, covariates, stratum, reason):
    found = cox(TIME, event, covariates, stratum)
    assert reason in found.reason
    assert found.table.isna().all(axis=None)
    assert found.likelihood_ratio.reason == found.reason


def test_strata_that_hold_one_group_each_add_nothing():
    time, event = [*TIME, 1, 4], [*EVENT, 1, 1]
    alone = cox(TIME, EVENT, {"g": GROUP}, ["a"] * 6)
    more = cox(time, event, {"g": [*GROUP, 1, 1]}, ["a"] * 6 + ["b"] * 2)
    assert more.table.loc["g", "coef"] == pytest.approx(alone.table.loc["g", "coef"])


def test_what_is_no_covariate_is_refused():
    with pytest.raises(ValueError, match="at least one covariate"):
        cox(TIME, EVENT, {})
    with pytest.raises(ValueError, match="covariate age must have a number"):
        cox(TIME, EVENT, {"age": [1, 2, 3, 4, 5, np.nan]})
    with pytest.raises(ValueError, match="level"):
        cox(TIME, EVENT, {"g": GROUP}, level=95)
