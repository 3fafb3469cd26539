import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.stats import norm
from statsmodels.duration.hazard_regression import PHReg

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


def test_tied_events_are_treated_as_by_efron():
    # The likelihood r² / ((1 + r)(2 + 3r)(1 + 2r)(1 + 3r)): at time 5 there are 2 events.
    row = cox(TIME, EVENT, {"g": GROUP}).table.loc["g"]
    assert row["hazard_ratio"] == pytest.approx(1 / np.sqrt(3), rel=1e-12)
    r = 1 / np.sqrt(3)
    information = sum(c * r / (a + c * r) ** 2 * a for a, c in ((1, 1), (2, 3), (1, 2), (1, 3)))
    assert row["std_error"] == pytest.approx(information**-0.5, rel=1e-12)


def test_a_higher_hazard_has_a_higher_coefficient():
    found = cox([1, 2, 3, 4, 5, 6], [1] * 6, {"early": [1, 1, 0, 1, 0, 0]}).table.loc["early"]
    assert found["coef"] > 0
    assert found["hazard_ratio"] > 1


@pytest.mark.parametrize(("factor", "shift"), [(1e-4, 0), (1e5, 0), (1, 1e6)])
def test_the_unit_of_a_covariate_changes_its_coefficient_alone(factor, shift):
    age = np.array([61.0, 54, 70, 48, 66, 57])
    one, other = (cox(TIME, EVENT, {"age": each}) for each in (age, age * factor + shift))
    assert other.table.loc["age", "coef"] * factor == pytest.approx(one.table.loc["age", "coef"])
    assert other.table.loc["age", "z"] == pytest.approx(one.table.loc["age", "z"])
    assert other.likelihood_ratio.value == pytest.approx(one.likelihood_ratio.value)


@pytest.mark.parametrize(
    ("x", "end"), [([100, 0, 0, 1, 1, 5, 5], 1), ([30000, 3, 50, 0, 3, 5], 0.0235)]
)
def test_a_skew_covariate_has_its_maximum_where_whole_newton_steps_run_past_it(x, end):
    time, event, x = np.arange(1.0, len(x) + 1), np.ones(len(x), dtype=bool), np.array(x, float)
    with np.errstate(all="ignore"):
        whole = PHReg(time, x[:, None], event, ties="efron").fit(warn_convergence=False)
    assert not np.isfinite(whole.params).any()
    ends = minimize_scalar(
        lambda beta: -efron(beta, time, event, x), bounds=(-end, end), method="bounded"
    ).x
    assert cox(time, event, {"x": x}).table.loc["x", "coef"] == pytest.approx(ends, abs=1e-5)


def test_limits_and_p_value_are_walds():
    row = cox(TIME, EVENT, {"g": GROUP}, level=0.9).table.loc["g"]
    assert row["z"] == pytest.approx(row["coef"] / row["std_error"])
    assert row["p_value"] == pytest.approx(2 * norm.sf(abs(row["z"])))
    assert row["hazard_ratio"] == pytest.approx(np.exp(row["coef"]))
    assert row["upper"] / row["hazard_ratio"] == pytest.approx(np.exp(1.6448536 * row["std_error"]))
    assert row["lower"] * row["upper"] == pytest.approx(row["hazard_ratio"] ** 2)


@pytest.mark.parametrize(
    ("event", "covariates", "stratum", "reason"),
    [
        ([0] * 6, {"g": GROUP}, None, "no event"),
        (EVENT, {"g": [1] * 6}, None, "do not differ"),
        (EVENT, {"g": [0.1] * 6}, None, "do not differ"),
        (EVENT, {"g": [0.1, 0.7] * 3}, GROUP, "do not differ"),
        ([0, 0, 0, 0, 0, 1], {"g": GROUP}, None, "do not differ"),
        (EVENT, {"g": GROUP, "h": [2 * g for g in GROUP]}, None, "follow from each other"),
        (EVENT, {"g": GROUP, "h": [1e-8, 1, 0, 1, 0, 1]}, None, "follow from each other"),
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


def test_a_hazard_ratio_that_runs_off_is_told_where_software_prints_numbers():
    one_event = (np.array([1, 2, 3, 4]), np.array([1, 0, 0, 0]), np.array([1.0, 0, 1, 0]))
    in_order = (np.arange(6), np.ones(6), np.arange(6.0, 0, -1))
    for time, event, x in (one_event, in_order):
        theirs = PHReg(time, x[:, None], event, ties="efron").fit(warn_convergence=False)
        assert np.isfinite([*theirs.params, *theirs.bse]).all()
        assert abs(theirs.model.score(theirs.params)) < 1e-9
        found = cox(time, event, {"x": x})
        assert "0 or infinite" in found.reason
        assert found.table.isna().all(axis=None)


@pytest.mark.parametrize(("event", "reason"), [([1], "do not differ"), ([0], "no event")])
def test_one_subject_has_no_estimate(event, reason):
    found = cox([5], event, {"g": [1]})
    assert reason in found.reason
    assert (found.n, found.n_event) == (1, event[0])


def test_nobody_has_no_event():
    assert cox([], [], {"g": []}).reason == "no event"


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
