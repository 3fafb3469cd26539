"""Rules of the non-compartmental analysis, on profiles worked by hand."""

import math

import numpy as np
import pytest

from csrkit.stats.nca import nca

LOG2 = math.log(2)


def value(result, name):
    assert result[name].reason is None, f"{name}: {result[name].reason}"
    return result[name].value


def missing(result, name):
    assert math.isnan(result[name].value)
    return result[name].reason


def test_a_bolus_that_falls_by_one_rate_gives_the_exact_area_and_rate():
    time = np.array([0, 1, 2, 4, 8, 24.0])
    result = nca(time, 100 * np.exp(-0.1 * time), dose=50)
    to_last = 100 / 0.1 * (1 - math.exp(-2.4))
    assert value(result, "AUCLST") == pytest.approx(to_last, rel=1e-12)
    assert value(result, "LAMZ") == pytest.approx(0.1, rel=1e-12)
    assert value(result, "LAMZHL") == pytest.approx(10 * LOG2, rel=1e-12)
    assert value(result, "AUCIFO") == pytest.approx(1000, rel=1e-12)
    assert value(result, "AUCIFP") == pytest.approx(1000, rel=1e-12)
    assert value(result, "AUCPEO") == pytest.approx(100 * math.exp(-2.4), rel=1e-12)
    assert value(result, "AUMCIFO") == pytest.approx(10_000, rel=1e-12)
    assert value(result, "CLO") == pytest.approx(0.05, rel=1e-12)
    assert value(result, "VZO") == pytest.approx(0.5, rel=1e-12)
    assert value(result, "LAMZNPT") == 5
    assert (value(result, "LAMZLL"), value(result, "LAMZUL")) == (1, 24)


def test_the_area_agrees_with_numerical_integration_of_a_bi_exponential_curve():
    time = np.linspace(0, 168, 3001)
    fast, slow = 0.3, 0.02
    result = nca(time, 80 * np.exp(-fast * time) + 20 * np.exp(-slow * time))
    exact = 80 / fast * (1 - math.exp(-fast * 168)) + 20 / slow * (1 - math.exp(-slow * 168))
    assert value(result, "AUCLST") == pytest.approx(exact, rel=1e-5)


def test_linear_up_log_down_uses_each_rule_where_it_belongs():
    result = nca([0, 1, 2, 3, 4, 5], [0, 2, 0, 1, 2, 1])
    # up 1; down to zero linear 1; up 0.5; up 1.5; down by the log rule 1 / ln 2
    assert value(result, "AUCLST") == pytest.approx(1 + 1 + 0.5 + 1.5 + 1 / LOG2)


def test_the_linear_rule_is_linear_everywhere():
    assert value(nca([0, 1, 3], [0, 4, 1], auc="linear"), "AUCLST") == pytest.approx(2 + 5)


def test_the_log_rule_is_used_on_the_way_up_too():
    result = nca([0, 1, 2, 4], [0, 1, 2, 1], auc="log")
    assert value(result, "AUCLST") == pytest.approx(0.5 + 1 / LOG2 + 2 / LOG2)


def test_equal_concentrations_are_a_rectangle_by_every_rule():
    for rule in ("lin-up-log-down", "linear", "log"):
        assert value(nca([0, 2, 4], [3, 3, 3], auc=rule), "AUCLST") == pytest.approx(12)


def test_concentrations_that_hardly_differ_lose_no_digits_by_the_log_rule():
    result = nca([0, 1, 2], [1, 1 - 1e-15, 1 - 2e-15])
    assert value(result, "AUCLST") == pytest.approx(2, rel=1e-14)
    assert value(result, "AUMCLST") == pytest.approx(2, rel=1e-14)


def test_the_area_stops_at_the_last_concentration_above_zero():
    result = nca([0, 1, 2, 3, 4], [0, 4, 2, 0, 0], auc="linear")
    assert value(result, "AUCLST") == pytest.approx(2 + 3)
    assert (value(result, "CLST"), value(result, "TLST")) == (2, 2)


def test_the_first_of_equal_maxima_is_tmax():
    result = nca([0, 1, 2, 3, 4], [0, 5, 5, 2, 1])
    assert (value(result, "CMAX"), value(result, "TMAX")) == (5, 1)


def test_missing_concentrations_are_left_out_before_anything_else():
    whole = nca([0, 1, 3, 5, 7], [0, 8, 4, 2, 1])
    gaps = nca([0, 1, 2, 3, 5, 6, 7, 7], [0, 8, None, 4, 2, math.nan, math.nan, 1])
    assert gaps == whole


def test_the_maximum_is_no_point_of_the_terminal_phase():
    result = nca([0, 1, 2, 3, 4], [0, 9, 4, 2, 1])
    assert value(result, "LAMZNPT") == 3
    assert value(result, "LAMZ") == pytest.approx(LOG2)


def test_the_maximum_is_one_when_asked_for():
    result = nca([0, 1, 2, 3], [0, 8, 4, 2], include_cmax_in_lambda_z=True)
    assert value(result, "LAMZNPT") == 3
    assert "found 2" in missing(nca([0, 1, 2, 3], [0, 8, 4, 2]), "LAMZ")


def test_terminal_points_of_an_infusion_come_after_its_end():
    time, conc = [1, 2, 3, 4, 5, 6], [0.5, 1.0, 0.5, 0.12, 0.25, 0.05]
    assert value(nca(time, conc, duration=2, start_conc=0), "LAMZLL") == 3
    assert value(nca(time, conc, duration=3, start_conc=0), "LAMZLL") == 4


def test_a_sample_at_the_end_of_the_infusion_is_no_terminal_point():
    result = nca([0, 1, 2, 3, 4, 5], [9, 8, 4, 2, 1, 0.5], duration=2)
    assert value(result, "LAMZLL") == 3


def test_a_fit_within_the_tolerance_of_the_best_wins_by_its_points():
    time = np.array([0, 1, 2, 3, 4, 5.0])
    conc = np.exp(-0.5 * time)
    conc[1] *= 1.004
    result = nca(time, conc)
    assert value(result, "LAMZNPT") == 5
    assert value(result, "R2ADJ") > 1 - 1e-4


def test_a_fit_beyond_the_tolerance_loses_in_spite_of_its_points():
    time = np.array([0, 1, 2, 3, 4, 5.0])
    conc = np.exp(-0.5 * time)
    conc[1] *= 0.9
    result = nca(time, conc)
    assert value(result, "LAMZNPT") == 4
    assert value(result, "LAMZ") == pytest.approx(0.5)


def test_adjusted_r_squared_is_that_of_two_fitted_coefficients():
    result = nca([0, 1, 2, 3], [9, 4, 1.5, 1])
    x, y = np.array([1, 2, 3]), np.log([4, 1.5, 1])
    r2 = np.corrcoef(x, y)[0, 1] ** 2
    assert value(result, "R2") == pytest.approx(r2)
    assert value(result, "R2ADJ") == pytest.approx(1 - (1 - r2) * 2 / 1)


def test_zeros_are_no_terminal_points():
    result = nca([0, 1, 2, 3, 4, 5, 6], [0, 16, 8, 0, 2, 1, 0])
    assert value(result, "LAMZNPT") == 3
    assert value(result, "LAMZ") == pytest.approx(LOG2)


def test_a_rising_tail_that_fits_best_gives_no_terminal_phase():
    result = nca([0, 1, 2, 3, 4, 5, 6], [0, 20, 10, 5, 2, 2.2, 2.42])
    assert "do not fall" in missing(result, "LAMZ")
    assert missing(result, "LAMZHL") == missing(result, "LAMZ")
    assert missing(result, "AUCIFO").startswith(
        "Terminal rate constant not estimable. No terminal phase"
    )
    assert value(result, "AUCLST") > 0


def test_a_flat_tail_gives_no_terminal_phase():
    assert "all equal" in missing(nca([0, 1, 2, 3, 4], [0, 2, 1, 1, 1]), "LAMZ")


def test_reasons_are_ascii_text_as_transport_files_need():
    profiles = [
        ([], []),
        ([0], [5]),
        ([1, 2], [5, 4]),
        ([0, 1], [0, 0]),
        ([0, 1, 2, 3], [2, 1, 1, 1]),
    ]
    reasons = [found.reason for each in profiles for found in nca(*each, dose=1).values()]
    assert any(reasons)
    assert all(reason.isascii() for reason in reasons if reason)


def test_a_profile_of_zeros_has_no_time_of_maximum():
    result = nca([0, 1, 2], [0, 0, 0], dose=2, duration=0.5)
    assert (value(result, "CMAX"), value(result, "AUCLST")) == (0, 0)
    for name in ("TMAX", "CLST", "TLST", "LAMZ", "LAMZHL", "LAMZNPT", "R2ADJ"):
        assert missing(result, name) == "No quantifiable concentration in the profile"
    for name in ("AUCIFO", "AUCPEO", "MRTICIFO", "CLO", "VZO"):
        assert "No quantifiable concentration" in missing(result, name)


def test_a_profile_without_samples_gives_a_reason_for_every_parameter():
    for result in (nca([], []), nca([0, 1], [None, None], dose=1, duration=1)):
        assert {found.reason for found in result.values()} == {"No concentration in the profile"}


def test_one_sample_makes_no_area():
    assert missing(nca([0], [5]), "AUCLST") == "Only one concentration in the profile"


def test_areas_need_a_concentration_at_time_zero():
    result = nca([1, 2, 3, 4], [8, 4, 2, 1])
    assert "time 0" in missing(result, "AUCLST")
    assert "time 0" in missing(result, "AUCIFO")
    assert value(result, "LAMZ") == pytest.approx(LOG2)


def test_a_start_concentration_stands_in_for_the_sample_at_time_zero():
    with_start = nca([1, 2, 3, 4], [8, 4, 2, 1], start_conc=0)
    assert with_start == nca([0, 1, 2, 3, 4], [0, 8, 4, 2, 1])


def test_a_start_concentration_never_replaces_a_sample():
    assert nca([0, 1, 2], [1, 4, 2], start_conc=0) == nca([0, 1, 2], [1, 4, 2])


def test_dose_normalised_values_are_divided_by_the_dose():
    result = nca([0, 1, 3], [0, 4, 1], dose=2, auc="linear")
    assert value(result, "CMAXDN") == 2
    assert value(result, "AUCLSTDN") == 3.5


def test_without_a_dose_there_are_no_parameters_that_need_one():
    assert not {"CMAXDN", "AUCLSTDN", "CLO", "VZO"} & set(nca([0, 1], [1, 2]))


@pytest.mark.parametrize(
    ("time", "conc", "words"),
    [
        ([0, 4, 2], [1, 2, 3], "must increase.*: 2$"),
        ([0, 2, 2], [1, 2, 3], "duplicate: 2$"),
        ([0, 1, 2], [1, -2, 3], "must not be negative: -2$"),
        ([-1, 1, 2], [1, 2, 3], r"must not be negative .*: -1$"),
        ([0, math.nan, 2], [1, 2, 3], "must be numbers: nan$"),
        ([0, 1, 2], [1, math.inf, 3], "finite: inf$"),
        ([0, 1], [1, 2, 3], "same length"),
    ],
)
def test_what_is_no_profile_is_refused_and_named(time, conc, words):
    with pytest.raises(ValueError, match=words):
        nca(time, conc)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"auc": "trapezoid"}, "lin-up-log-down, linear, log; got 'trapezoid'"),
        ({"dose": 0}, "dose must be above 0; got 0"),
        ({"duration": -1}, "duration must be 0 or above; got -1"),
        ({"start_conc": -1}, "start_conc must be 0 or above; got -1"),
    ],
)
def test_settings_without_meaning_are_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        nca([0, 1], [1, 2], **settings)
