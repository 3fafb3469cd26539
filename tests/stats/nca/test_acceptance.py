"""Acceptance of a terminal phase: what it rests on is given, and flagged when it isn't accepted."""

import numpy as np
import pytest

from csrkit.stats.nca import Acceptance, nca, nca_many

FIT = "Adjusted R squared below 0.8"
SPAN = "Span below 2 half-lives"
SHARE = "Extrapolated share of AUC above 20 %"
NOISE = ([1, 2, 4, 8, 12], [100, 90, 60, 95, 62])
LINE = ("LAMZ", "LAMZHL")
TO_INFINITY = ("AUCIFO", "AUCIFP", "AUMCIFO", "MRTIBIFO", "CLO", "VZO", "VSSO")
AS_SEEN = ("CMAX", "TMAX", "CLST", "TLST", "AUCLST", "AUMCLST", "CMAXDN", "AUCLSTDN")
TOLD = ("LAMZNPT", "LAMZLL", "LAMZUL", "LAMZSPN", "R2", "R2ADJ", "AUCPEO", "AUCPEP")


def falling(hours, rate=0.1):
    """Concentrations of one rate: a perfect line of hours - 1 between its first and last point."""
    time = np.arange(hours + 1.0)
    return time, 100 * np.exp(-rate * time)


def flags(result, *names):
    return {result[name].flag for name in names}


def test_a_half_life_from_noise_is_given_and_flagged():
    result = nca(*NOISE, dose=1, start_conc=0)
    assert result["LAMZHL"].value == pytest.approx(42.8249, abs=1e-4)
    assert result["LAMZHL"].reason is None
    assert result["R2ADJ"].value == pytest.approx(-0.3676, abs=1e-4)
    assert flags(result, *LINE) == {f"{FIT}; {SPAN}"}
    assert flags(result, *TO_INFINITY) == {f"{FIT}; {SPAN}; {SHARE}"}
    assert flags(result, *AS_SEEN, *TOLD) == {None}


def test_without_a_concentration_at_time_zero_the_half_life_is_flagged_all_the_same():
    result = nca(*NOISE)
    assert flags(result, *LINE) == {f"{FIT}; {SPAN}"}
    assert result["AUCIFO"].flag is None
    assert "time 0" in result["AUCIFO"].reason


def test_a_good_line_is_accepted_with_all_that_rests_on_it():
    result = nca(*falling(40), dose=1)
    assert {each.flag for each in result.values()} == {None}


@pytest.mark.parametrize(("hours", "flag"), [(20, SPAN), (21, None), (22, None)])
def test_two_half_lives_are_just_enough(hours, flag):
    """At ln 2 / 10 per hour, 20 hours between first and last point are two half-lives."""
    result = nca(*falling(hours, np.log(2) / 10), acceptance=Acceptance(None, 2, None))
    assert result["LAMZSPN"].value == pytest.approx((hours - 1) / 10)
    assert flags(result, *LINE, "AUCIFO") == {flag}


@pytest.mark.parametrize(("limit", "flag"), [(24.9, "above 24.9 %"), (25, None), (25.1, None)])
def test_the_highest_share_is_still_accepted(limit, flag):
    """Two half-lives leave a quarter: the share beyond the last concentration is 25 %."""
    result = nca(*falling(20, np.log(2) / 10), dose=1, acceptance=Acceptance(None, None, limit))
    assert result["AUCPEO"].value == pytest.approx(25)
    whole = flag and f"Extrapolated share of AUC {flag}"
    assert flags(result, "AUCIFO", "AUCIFP", "AUMCIFO", "CLO", "VZO", "VSSO") == {whole}
    assert flags(result, *LINE) == {None}


def test_each_area_to_infinity_goes_by_its_own_share():
    time, conc = [0, 1, 2, 3, 4, 6], [0, 8, 4, 2, 1, 0.9]
    result = nca(time, conc, include_cmax_in_lambda_z=True)
    observed, predicted = result["AUCPEO"].value, result["AUCPEP"].value
    between = Acceptance(None, None, (observed + predicted) / 2)
    result = nca(time, conc, include_cmax_in_lambda_z=True, acceptance=between)
    assert observed > predicted
    assert result["AUCIFO"].flag is not None
    assert result["AUCIFP"].flag is None


def test_the_fit_is_judged_by_its_adjusted_r_squared():
    time, conc = [0, 1, 2, 3, 4], [9, 6, 2, 2.5, 0.5]
    fit = nca(time, conc)["R2ADJ"].value
    for limit, flag in ((fit - 1e-6, None), (fit, None), (fit + 1e-6, True)):
        found = nca(time, conc, acceptance=Acceptance(limit, None, None))["LAMZ"].flag
        assert bool(found) == bool(flag)


def test_a_partial_area_rests_on_the_line_only_beyond_the_last_concentration():
    result = nca(*NOISE, start_conc=0, intervals=[(0, 12), (0, 24), (8, 12.1)])
    assert result["AUCINT_0_12"].flag is None
    assert flags(result, "AUCINT_0_24", "AUCINT_8_12.1") == {f"{FIT}; {SPAN}"}


def test_an_extravascular_dose_has_its_clearance_and_volume_flagged():
    result = nca(*NOISE, dose=1, start_conc=0, route="extravascular")
    assert None not in flags(result, "CLFO", "VZFO", "MRTEVIFO")


def test_points_chosen_by_hand_have_to_be_accepted_too():
    time, conc = np.array([0, 1, 2, 4, 8.0]), np.array([0, 9, 8, 7.2, 5.832])
    result = nca(time, conc, lambda_z_points=time > 1)
    assert result["LAMZHL"].flag == SPAN


def test_a_criterion_left_out_accepts_everything():
    result = nca(*NOISE, dose=1, start_conc=0, acceptance=Acceptance(None, None, None))
    assert {each.flag for each in result.values()} == {None}


def test_what_is_missing_has_a_reason_and_no_flag():
    for profile in (([], []), ([0, 1], [0, 0]), ([0, 1, 2, 3, 4], [0, 1, 2, 4, 8])):
        result = nca(*profile, dose=1)
        assert not [name for name, each in result.items() if each.reason and each.flag]
        assert result["LAMZHL"].reason


def test_many_profiles_have_the_flags_of_each_alone():
    time, conc = falling(40)
    labels = ["good"] * len(time) + ["noise"] * 5
    many = nca_many(labels, [*time, *NOISE[0]], [*conc, *NOISE[1]], dose=2, start_conc=0)
    for label, profile in (("good", (time, conc)), ("noise", NOISE)):
        alone = nca(*profile, dose=2, start_conc=0)
        assert many.flags.loc[label].to_dict() == {name: one.flag for name, one in alone.items()}


@pytest.mark.parametrize("conc", [0, 7.5])
def test_a_sole_sample_at_the_start_of_dosing_is_no_maximum_and_no_area(conc):
    result = nca([0], [conc], dose=1)
    for name in ("CMAX", "TMAX", "CLST", "TLST", "CMAXDN"):
        assert result[name].reason == "No concentration after the start of dosing"
    for name in ("AUCLST", "AUMCLST", "AUCIFO", "AUCLSTDN"):
        assert result[name].reason == "Only one concentration in the profile"


def test_one_sample_after_the_start_is_a_maximum_and_no_area():
    for start in (None, 0):
        result = nca([4], [5], start_conc=start, intervals=[(0, 4)])
        assert (result["CMAX"].value, result["TMAX"].value) == (5, 4)
        for name in ("AUCLST", "AUCINT_0_4"):
            assert result[name].reason == "Only one concentration in the profile"


def test_two_samples_of_zero_have_an_area_of_zero():
    result = nca([0, 2], [0, 0])
    assert (result["CMAX"].value, result["AUCLST"].value) == (0, 0)
