"""Points for λz chosen and excluded by hand, partial areas, and the route of dosing."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from csrkit.stats.nca import nca

TIME = np.array([0, 1, 2, 4, 6, 8.0])
CONC = np.array([0, 16, 9, 4, 2.2, 1.0])
LOG2 = math.log(2)


def value(result, name):
    assert result[name].reason is None, f"{name}: {result[name].reason}"
    return result[name].value


def picked(*times):
    return np.isin(TIME, times)


def test_chosen_points_make_the_line_all_of_them_and_no_other():
    result = nca(TIME, CONC, lambda_z_points=picked(2, 4, 8))
    slope = np.polyfit([2, 4, 8], np.log([9, 4, 1.0]), 1)[0]
    assert value(result, "LAMZ") == pytest.approx(-slope)
    assert value(result, "LAMZNPT") == 3
    assert (value(result, "LAMZLL"), value(result, "LAMZUL")) == (2, 8)


def test_the_maximum_can_be_chosen_by_hand():
    assert value(nca(TIME, CONC, lambda_z_points=picked(1, 2, 4)), "LAMZLL") == 1


def test_two_chosen_points_are_too_few():
    reason = nca(TIME, CONC, lambda_z_points=picked(4, 8))["LAMZ"].reason
    assert reason.startswith("Fewer than 3")


def test_chosen_points_that_rise_give_no_rate():
    result = nca(TIME, [0, 1, 2, 4, 8, 16.0], lambda_z_points=picked(2, 4, 8))
    assert "do not fall" in result["LAMZ"].reason


def test_no_chosen_point_leaves_the_choice_to_the_rules():
    assert nca(TIME, CONC, lambda_z_points=np.zeros(6, dtype=bool)) == nca(TIME, CONC)


def test_an_excluded_point_is_out_of_the_line_but_in_the_area():
    spoilt = CONC.copy()
    spoilt[4] = 3.9
    result = nca(TIME, spoilt, lambda_z_exclude=picked(6))
    alone = nca(np.delete(TIME, 4), np.delete(spoilt, 4))
    assert value(result, "LAMZ") == value(alone, "LAMZ")
    assert value(result, "AUCLST") == value(nca(TIME, spoilt), "AUCLST")
    assert value(result, "AUCLST") != value(alone, "AUCLST")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"lambda_z_points": picked(0, 4, 8)}, "need a concentration above 0: 0$"),
        ({"lambda_z_points": picked(4), "lambda_z_exclude": picked(4)}, "not be excluded.*: 4$"),
        ({"lambda_z_points": [True]}, "one True or False each"),
        ({"lambda_z_exclude": [0, 0, 0, 0, 0, 1]}, "one True or False each"),
        ({"intervals": [(4, 4)]}, "later time"),
        ({"intervals": [(-1, 4)]}, "0 or above"),
        ({"route": "oral"}, "intravascular or extravascular; got 'oral'"),
        ({"route": "extravascular", "duration": 1.0}, "no duration; got 1"),
        ({"route": "extravascular", "back_extrapolate": True}, "only a bolus is extrapolated"),
        ({"back_extrapolate": True}, "needs a concentration above 0 at time 0; got 0"),
    ],
)
def test_options_without_meaning_are_refused(options, words):
    with pytest.raises(ValueError, match=words):
        nca(TIME, CONC, **options)


def test_a_partial_area_interpolates_by_the_rule_of_its_segment():
    result = nca(TIME, CONC, intervals=[(0.5, 3)])
    # up from 8 to 16 linear; down from 16 to 9 and to the middle of 9 to 4 (6) by the log rule
    expected = 0.5 * 12 + (16 - 9) / math.log(16 / 9) + (9 - 6) / math.log(9 / 6)
    assert value(result, "AUCINT_0.5_3") == pytest.approx(expected)
    linear = nca(TIME, CONC, auc="linear", intervals=[(0.5, 3)])
    assert value(linear, "AUCINT_0.5_3") == pytest.approx(0.5 * 12 + 12.5 + (9 + 6.5) / 2)


def test_a_partial_area_goes_on_beyond_the_last_concentration_by_the_terminal_rate():
    result = nca(TIME, CONC, intervals=[(0, 8), (6, 12), (10, 12)])
    rate = value(result, "LAMZ")
    assert value(result, "AUCINT_0_8") == pytest.approx(value(result, "AUCLST"), rel=1e-14)

    def tail(begin, end):
        return quad(lambda t: math.exp(-rate * (t - 8)), begin, end)[0]

    inside = 2 * (2.2 - 1) / math.log(2.2)
    assert value(result, "AUCINT_6_12") == pytest.approx(inside + tail(8, 12))
    assert value(result, "AUCINT_10_12") == pytest.approx(tail(10, 12))


def test_a_partial_area_says_why_it_is_missing():
    beyond = nca([0, 1, 2], [0, 4, 2], intervals=[(0, 2), (0, 3)])
    assert beyond["AUCINT_0_2"].reason is None
    assert beyond["AUCINT_0_3"].reason.startswith("The interval ends after the last quantifiable")
    late = nca([1, 2, 3], [4, 2, 1], intervals=[(0, 2), (1, 2)])
    assert "before the start of the interval" in late["AUCINT_0_2"].reason
    assert value(late, "AUCINT_1_2") == pytest.approx(2 / LOG2)
    empty = nca([0, 1], [None, None], intervals=[(0, 1)])
    assert empty["AUCINT_0_1"].reason == "No concentration in the profile"
    assert value(nca([0, 1, 2], [0, 0, 0], intervals=[(0, 9)]), "AUCINT_0_9") == 0


@given(
    st.lists(st.one_of(st.just(0.0), st.floats(1e-6, 50)), min_size=5, max_size=9),
    st.floats(0.05, 0.95),
    st.sampled_from(["lin-up-log-down", "linear", "log"]),
)
def test_the_areas_of_the_parts_add_up_to_that_of_the_whole(concs, share, rule):
    time = np.arange(len(concs)) * 1.5
    concs = np.array([*concs[:-1], 1.0])
    split = float(share * time[-1])
    result = nca(time, concs, auc=rule, intervals=[(0, split), (split, time[-1]), (0, time[-1])])
    first, second, whole = (found.value for name, found in result.items() if "INT" in name)
    assert first + second == pytest.approx(whole, rel=1e-9)
    assert whole == pytest.approx(value(result, "AUCLST"), rel=1e-12)


def test_a_bolus_has_the_residence_time_and_steady_state_volume_of_its_one_compartment():
    time = np.array([0, 1, 2, 4, 8, 24.0])
    result = nca(time, 100 * np.exp(-0.1 * time), dose=50)
    assert value(result, "MRTIBIFO") == pytest.approx(10)
    assert value(result, "VSSO") == pytest.approx(0.5)
    assert "MRTICIFO" not in result


def test_an_infusion_of_one_compartment_has_its_volumes():
    rate, end, volume, dose = 0.1, 2.0, 5.0, 40.0
    time = np.linspace(0, 100, 2001)
    top = dose / end / (rate * volume)
    during = top * (1 - np.exp(-rate * time))
    after = top * (1 - math.exp(-rate * end)) * np.exp(-rate * (time - end))
    result = nca(time, np.where(time <= end, during, after), dose=dose, duration=end)
    assert value(result, "CLO") == pytest.approx(rate * volume, rel=1e-4)
    assert value(result, "VZO") == pytest.approx(volume, rel=1e-4)
    assert value(result, "VSSO") == pytest.approx(volume, rel=1e-4)
    assert value(result, "MRTICIFO") == pytest.approx(1 / rate, rel=1e-4)


def test_after_an_extravascular_dose_clearance_and_volume_are_apparent():
    result = nca(TIME, CONC, dose=10, route="extravascular")
    assert {"CLFO", "VZFO", "MRTEVIFO"} <= set(result)
    assert not {"CLO", "VZO", "VSSO", "MRTIBIFO", "MRTICIFO"} & set(result)
    assert value(result, "CLFO") == value(nca(TIME, CONC, dose=10), "CLO")


def bolus(time, conc, **options):
    return nca(time, conc, back_extrapolate=True, **options)


def test_a_bolus_is_extrapolated_back_along_its_first_two_samples():
    time = np.array([1, 2, 4, 8, 24.0])
    result = bolus(time, 100 * np.exp(-0.1 * time), dose=50)
    assert value(result, "C0") == pytest.approx(100)
    assert value(result, "AUCIFO") == pytest.approx(1000)
    assert value(result, "AUCPBEO") == pytest.approx(100 * (1 - np.exp(-0.1)))
    assert value(result, "VSSO") == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("conc", "c0"), [([4, 8, 2, 1], 4), ([4, 4, 2, 1], 4), ([0, 8, 4, 2], 8), ([8, 0, 4, 2], 8)]
)
def test_where_the_first_two_samples_do_not_fall_the_first_above_0_stands(conc, c0):
    assert value(bolus([1, 2, 3, 4], conc), "C0") == c0


def test_a_concentration_that_is_known_at_the_bolus_is_not_extrapolated():
    time, conc = [0, 1, 2, 4, 5], [20, 8, 4, 1, 0.5]
    sampled, stated = bolus(time, conc), bolus(time[1:], conc[1:], start_conc=20)
    assert value(sampled, "C0") == value(stated, "C0") == 20
    assert value(sampled, "AUCPBEO") == 0
    assert value(sampled, "AUCIFO") == pytest.approx(value(stated, "AUCIFO"))


def test_what_cant_be_extrapolated_back_says_why():
    infused = bolus([1, 2, 3, 4], [8, 4, 2, 1], duration=0.5)
    assert infused["C0"].reason == infused["AUCPBEO"].reason == "Given as an infusion"
    assert "time 0" in infused["AUCLST"].reason
    assert bolus([1, 2], [0, 0])["C0"].reason == "No quantifiable concentration in the profile"
    assert bolus([], [])["C0"].reason == "No concentration in the profile"
    assert value(bolus([1], [3]), "C0") == 3
    assert bolus([1, 2], [3, 4])["AUCPBEO"].reason.startswith("Terminal rate constant")
