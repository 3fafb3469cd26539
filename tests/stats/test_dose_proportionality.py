import numpy as np
import pytest
from scipy.stats import linregress
from scipy.stats import t as student
from statsmodels.regression.mixed_linear_model import MixedLM

from csrkit.stats.dose_proportionality import power_model, proportionality_limits


def simulated(seed, within=False, between=0.5):
    rng = np.random.default_rng(seed)
    subject = np.repeat(np.arange(9), 3)[:-2]
    dose = rng.choice([20.0, 30.0, 60.0], subject.size) if within else 20.0 + 10 * (subject % 3)
    noise = rng.normal(0, between, 9)[subject] + rng.normal(0, 0.2, subject.size)
    return dose, np.exp(1 + 0.9 * np.log(dose) + noise), subject


# Distance (mm) from the pituitary to the pterygomaxillary fissure of 27 children at 8, 10, 12, 14
# years: Potthoff RF, Roy SN. Biometrika 1964;51:313-326.
GROWTH = """
26 25 29 31, 21.5 22.5 23 26.5, 23 22.5 24 27.5
25.5 27.5 26.5 27, 20 23.5 22.5 26, 24.5 25.5 27 28.5
22 22 24.5 26.5, 24 21.5 24.5 25.5, 23 20.5 31 26
27.5 28 31 31.5, 23 23 23.5 25, 21.5 23.5 24 28
17 24.5 26 29.5, 22.5 25.5 25.5 26, 23 24.5 26 30
22 21.5 23.5 25, 21 20 21.5 23, 21 21.5 24 25.5
20.5 24 24.5 26, 23.5 24.5 25 26.5, 21.5 23 22.5 23.5
20 21 21 22.5, 21.5 22.5 23 25, 23 23 23.5 24
20 21 22 21.5, 16.5 19 19 19.5, 24.5 25 28 28
"""
# What nlme says of distance on age with a random intercept of the child, as published: intercept,
# slope, its standard error, degrees of freedom. Pinheiro JC, Bates DM. Mixed-Effects Models in S
# and S-PLUS, chapter 4 (data Orthodont).
OF_NLME = [16.761111, 0.660185, 0.0616059, 80]


def growth():
    """Return the mixed model of the growth data: intercept, slope, standard error, df."""
    children = [child.split() for line in GROWTH.strip().splitlines() for child in line.split(",")]
    distance = np.array(children, dtype=float)
    age = np.tile([8.0, 10, 12, 14], len(distance))
    child = np.repeat(np.arange(len(distance)), 4)
    fit = power_model(np.exp(age), np.exp(distance.ravel()), child, level=0.95)
    half = fit.upper.value - fit.slope.value
    error = half / student.ppf(0.975, fit.df.value)
    return [fit.intercept.value, fit.slope.value, error, fit.df.value]


def test_the_mixed_model_is_that_which_nlme_publishes_for_the_growth_of_children():
    assert growth() == pytest.approx(OF_NLME, rel=1e-6)


def test_values_on_a_power_curve_give_its_exponent():
    dose = np.array([10, 20, 40, 80.0])
    found = power_model(dose, 3 * dose**1.25)
    assert found.slope.value == pytest.approx(1.25)
    assert np.exp(found.intercept.value) == pytest.approx(3)
    assert (found.lower.value, found.upper.value) == pytest.approx((1.25, 1.25))


def test_one_value_a_subject_is_least_squares_and_says_so():
    dose, value, _ = simulated(1)
    found = power_model(dose, value)
    line = linregress(np.log(dose), np.log(value))
    assert (found.model, found.why_fixed) == ("fixed", "no subject has more than one value")
    half = student.ppf(0.95, dose.size - 2) * line.stderr
    assert (found.lower.value, found.upper.value) == pytest.approx(
        (line.slope - half, line.slope + half)
    )


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("within", [False, True])
def test_the_mixed_model_finds_the_line_of_statsmodels(seed, within):
    dose, value, subject = simulated(seed, within)
    found = power_model(dose, value, subject)
    design = np.column_stack([np.ones_like(dose), np.log(dose)])
    theirs = MixedLM(np.log(value), design, groups=subject).fit(reml=True, method=["bfgs"])
    assert found.model == "mixed"
    assert found.slope.value == pytest.approx(theirs.fe_params[1], abs=1e-5)
    # Generalised least squares with statsmodels' variances.
    same = subject[:, None] == subject
    covariance = theirs.scale * np.eye(dose.size) + theirs.cov_re[0, 0] * same
    error = np.sqrt(np.linalg.inv(design.T @ np.linalg.solve(covariance, design))[1, 1])
    df = dose.size - 9 - 1 if within else 9 - 2
    assert found.df.value == df
    half = (found.upper.value - found.lower.value) / 2
    assert half == pytest.approx(student.ppf(0.95, df) * error, rel=1e-4)


def test_balanced_values_at_one_dose_a_subject_give_the_regression_of_subject_means():
    subject = np.repeat(np.arange(6), 3)
    dose = np.repeat([20.0, 20, 20, 30, 30, 60], 3)
    rng = np.random.default_rng(8)
    logs = rng.normal(0, 0.6, 6)[subject] + rng.normal(0, 0.2, 18)
    found = power_model(dose, np.exp(logs), subject, level=0.95)
    line = linregress(np.log(dose[::3]), logs.reshape(6, 3).mean(axis=1))
    half = student.ppf(0.975, 4) * line.stderr
    assert found.slope.value == pytest.approx(line.slope, abs=1e-9)
    assert found.upper.value - found.slope.value == pytest.approx(half, rel=1e-6)


def test_no_variance_between_subjects_gives_the_fixed_model_with_its_reason():
    dose = np.tile([20.0, 30, 60], 4)
    value = dose * np.exp([0.3, -0.3, 0, -0.3, 0.3, 0, 0.2, 0.1, -0.3, -0.2, -0.1, 0.3])
    found = power_model(dose, value, np.repeat(np.arange(4), 3))
    assert (found.model, found.df.value) == ("fixed", 10)
    assert "no variance between subjects" in found.why_fixed


def test_what_cant_be_estimated_says_why():
    assert power_model([20, 20], [1, 2]).slope.reason == "needs at least 2 doses"
    assert power_model([20, 30], [1, 0]).slope.reason == "needs values above 0 throughout"
    assert power_model([20, 30], [np.nan, np.nan]).slope.reason == "no value"
    two = power_model([20, 30], [1, 2])
    assert two.slope.estimable
    assert two.lower.reason == "no degree of freedom is left for the spread"
    one = power_model([20, 30, 60], [1, 2, 3], ["A", "A", "A"])
    assert (one.model, one.why_fixed) == ("fixed", "all values are of one subject")


def test_smiths_limits_depend_on_the_ratio_of_doses():
    # A dose ratio of e: 1 + ln 0.8 and 1 + ln 1.25.
    assert proportionality_limits(np.e) == pytest.approx((0.776856, 1.223144), abs=5e-7)
    with pytest.raises(ValueError, match="above 1"):
        proportionality_limits(1)
    with pytest.raises(ValueError, match="between low and high"):
        proportionality_limits(2, 1.1, 1.25)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (([0, 30], [1, 2]), "doses must be above 0"),
        (([20, 30], [1]), "same length"),
        (([20, 30], [1, np.inf]), "finite"),
        (([20, 30], [1, 2], ["A", None]), "label of its subject"),
        (([20, 30], [1, 2], None, 90), "level"),
    ],
)
def test_what_cant_be_is_refused(given, words):
    with pytest.raises(ValueError, match=words):
        power_model(*given)
