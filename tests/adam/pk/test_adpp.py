"""ADPP: profiles of ADPC analysed from the start of their infusion."""

import math

import pandas as pd
import pytest

from csrkit.adam.pk.adpp import PARAMETERS, derive_adpp
from csrkit.study.assumptions import NcaAcceptance
from csrkit.study.derivations.pk import PkParameters

START = pd.Timestamp("2025-07-01T10:00")
UNIT = "copies/ug DNA"


def profile(times, values, subject="A", infusion=1.0, start=START, **columns):
    """Make the ADPC records of one profile, hours and values for the NCA."""
    rows = pd.DataFrame({"ARRLT": times, "AVALNCA": values}).astype("float64")
    given = {
        "USUBJID": subject, "PARAMCD": "NKDNA", "INFNUM": infusion, "AVALU": UNIT, "NCAXFL": None,
        "LAMZXFL": None, "PCRFTDTM": start, "DOSE": 20.0, "ADOSEDUR": 1.0,
    }  # fmt: skip
    return rows.assign(**given | columns)


@pytest.fixture
def derive(study, subjects):
    def run(*profiles, zero_before=(1,), **changes):
        settings = PkParameters(zero_before=zero_before, include_cmax_in_lambda_z=False)
        values = {"pk_infusions": (1, 6), "pk_times_hours": (0.0, 24.0, 168.0)} | changes
        assumptions = study.assumptions.model_copy(
            update={
                name: getattr(study.assumptions, name).model_copy(update={"value": value})
                for name, value in values.items()
            }
        )
        derivations = study.derivations.model_copy(update={"adpp": settings})
        own = study.model_copy(update={"derivations": derivations, "assumptions": assumptions})
        adam = {"ADSL": subjects(A={}, B={}), "ADPC": pd.concat(profiles)}
        return derive_adpp({}, adam, own)

    return run


def value(found, parameter, **where):
    rows = found[found["PARAMCD"].eq(parameter)]
    for name, wanted in where.items():
        rows = rows[rows[name].eq(wanted)]
    (row,) = rows.to_dict("records")
    return row["PPREASND"] if math.isnan(row["AVAL"]) else row["AVAL"]


FALLING = ([-0.5, 1, 2, 3, 4, 5], [0, 16, 8, 4, 2, 1])


def test_parameters_are_those_of_the_profile(derive):
    found = derive(profile(*FALLING))
    assert value(found, "CMAX") == 16
    assert value(found, "TMAX") == 1
    assert (value(found, "CLST"), value(found, "TLST")) == (1, 5)
    assert value(found, "LAMZ") == pytest.approx(math.log(2))
    assert value(found, "LAMZHL") == pytest.approx(1)
    assert value(found, "LAMZNPT") == 4
    assert value(found, "AUCLST") == pytest.approx(8 + 15 / math.log(2))
    assert value(found, "AUCPEO") == pytest.approx(100 * 1 / (8 * math.log(2) + 16))
    assert value(found, "CMAXDN") == 0.8
    assert value(found, "AUCLSTDN") == pytest.approx((8 + 15 / math.log(2)) / 20)


def test_every_parameter_has_a_record_with_its_unit(derive):
    found = derive(profile(*FALLING))
    units = dict(zip(found["PARAMCD"], found["AVALU"], strict=True))
    assert list(found["PARAMN"].sort_values()) == list(range(1, len(PARAMETERS) + 1))
    assert units["AUCLST"] == "h*copies/ug DNA"
    assert units["LAMZ"] == "/h"
    assert units["LAMZNPT"] is None
    assert units["CMAXDN"] == "copies/ug DNA/(10^8 CELLS)"
    assert "Maximum Concentration (copies/ug DNA)" in set(found["PARAM"])
    assert "Adjusted R Squared of Terminal Rate Constant" in set(found["PARAM"])


def test_only_infusions_with_a_full_profile_are_analysed(derive):
    found = derive(profile(*FALLING), profile(*FALLING, infusion=2.0))
    assert set(found["INFNUM"]) == {1}


def test_infusions_and_subjects_are_analysed_apart(derive):
    time, conc = FALLING
    found = derive(
        profile(time, conc),
        profile(time, [0, 32, 8, 4, 2, 1], infusion=6.0),
        profile(time, [0, 64, 8, 4, 2, 1], subject="B"),
    )
    assert value(found, "CMAX", USUBJID="A", INFNUM=1) == 16
    assert value(found, "CMAX", USUBJID="A", INFNUM=6) == 32
    assert value(found, "CMAX", USUBJID="B", INFNUM=1) == 64


def test_samples_that_the_nca_leaves_out_are_not_used(derive):
    found = derive(profile(*FALLING, NCAXFL=[None, "Y", None, None, None, None]))
    assert value(found, "CMAX") == 8


def test_the_last_sample_before_the_infusion_stands_at_time_zero(derive):
    found = derive(profile([-20, -1, 1, 2], [9, 3, 5, 1], infusion=6.0), nca_auc_method="linear")
    assert value(found, "AUCLST") == pytest.approx(4 + 3)


def test_before_a_first_infusion_a_missing_sample_is_zero(derive):
    without = profile([1, 2, 3, 4, 5], [16, 8, 4, 2, 1])
    assert value(derive(without), "AUCLST") == pytest.approx(8 + 15 / math.log(2))


def test_before_a_later_infusion_a_missing_sample_leaves_the_area_missing(derive):
    without = profile([1, 2, 3, 4, 5], [16, 8, 4, 2, 1], infusion=6.0)
    found = derive(without)
    assert "time 0" in value(found, "AUCLST")
    assert "time 0" in value(found, "AUCLSTDN")
    assert value(found, "LAMZHL") == pytest.approx(1)
    assert value(derive(without, zero_before=(1, 6)), "AUCLST") == pytest.approx(
        8 + 15 / math.log(2)
    )


def test_missing_values_are_no_points_of_the_profile(derive):
    time, conc = FALLING
    gap = derive(profile([*time, 6, 7], [*conc, None, None]))
    assert value(gap, "TLST") == 5


ENDED = "Profile not complete at the data cut-off"


@pytest.fixture
def cut_short(derive, study):
    """Derive a profile whose last planned sample falls after the data cut."""
    last_moment = pd.Timestamp(study.data_cut) + pd.Timedelta(hours=23, minutes=59)

    def run(time, conc, hours=167, **columns):
        start = last_moment - pd.Timedelta(hours=hours)
        return derive(profile(time, conc, start=start, **columns))

    return run


def test_a_profile_that_the_data_cut_ends_keeps_its_maximum_alone(cut_short):
    assert value(cut_short(*FALLING, hours=168), "AUCLST") > 0
    found = cut_short(*FALLING)
    assert (value(found, "CMAX"), value(found, "TMAX"), value(found, "CMAXDN")) == (16, 1, 0.8)
    others = found[~found["PARAMCD"].isin(["CMAX", "TMAX", "CMAXDN"])]
    assert set(others["PPREASND"]) == {ENDED}
    assert others[["AVAL", "EXCLREAS", "ANL01FL", "CRIT1FL"]].isna().all(axis=None)


def test_a_maximum_that_is_the_last_sample_before_the_data_cut_may_be_none(cut_short):
    found = cut_short([-0.5, 1, 2], [0, 8, 16])
    assert value(found, "CMAX") == value(found, "TMAX") == f"{ENDED}, the maximum may come later"
    assert value(found, "AUCLST") == ENDED


def test_a_result_below_quantification_after_it_shows_that_the_maximum_is_passed(cut_short):
    assert value(cut_short([-0.5, 1, 2], [0, 8, None]), "CMAX") == 8
    left_out = cut_short([-0.5, 1, 2], [0, 8, None], NCAXFL=[None, None, "Y"])
    assert "may come later" in value(left_out, "CMAX")


def test_a_sole_sample_before_the_infusion_is_no_exposure(derive):
    found = derive(profile([-0.5], [0]))
    assert value(found, "AUCLST") == "Only one concentration in the profile"
    assert value(found, "CMAX") == "No concentration after the start of dosing"
    assert found["AVAL"].isna().all()


# Points 90, 60, 95 and 62 after the maximum: any line through them is noise.
NOISE = ([0, 1, 2, 4, 8, 12], [0, 100, 90, 60, 95, 62])


def rows(found):
    return found.set_index("PARAMCD")


def test_what_rests_on_a_line_that_is_not_accepted_is_flagged_and_given(derive):
    found = rows(derive(profile(*NOISE)))
    for code in ("LAMZ", "LAMZHL", "AUCIFO"):
        assert found.loc[code, "AVAL"] > 0
        assert found.loc[code, "ANL01FL"] is None
        assert (found.loc[code, "CRIT1FL"], found.loc[code, "CRIT2FL"]) == ("N", "N")
    line = "Adjusted R squared below 0.8; Span below 2 half-lives"
    assert found.loc["LAMZHL", "EXCLREAS"] == line
    assert found.loc["LAMZHL", "CRIT3"] is None
    assert found.loc["AUCIFO", "EXCLREAS"] == f"{line}; Extrapolated share of AUC above 20 %"
    assert found.loc["AUCIFO", "CRIT3FL"] == "N"
    assert found.loc["AUCIFO", "CRIT3"] == "Extrapolated share of AUC at most 20 %"
    for code in ("CMAX", "TMAX", "AUCLST", "R2ADJ", "LAMZSPN", "AUCPEO"):
        assert found.loc[code, "ANL01FL"] == "Y"
        assert found.loc[code, ["CRIT1", "CRIT1FL", "EXCLREAS"]].isna().all()


def test_what_rests_on_an_accepted_line_is_used(derive):
    found = rows(derive(profile(*FALLING)))
    assert found["ANL01FL"].eq("Y").all()
    assert found["EXCLREAS"].isna().all()
    assert found.loc["LAMZHL", ["CRIT1FL", "CRIT2FL"]].tolist() == ["Y", "Y"]
    assert found.loc["LAMZSPN", "AVAL"] == pytest.approx(3)
    assert found.loc[["LAMZLL", "LAMZUL"], "AVAL"].tolist() == [2, 5]


def test_the_study_sets_its_own_criteria_and_may_leave_one_out(derive):
    own = NcaAcceptance(r2adj_min=None, span_min=0.1, extrapolated_max_percent=50)
    found = rows(derive(profile(*NOISE), nca_acceptance=own))
    assert found.loc["LAMZHL", "ANL01FL"] == "Y"
    assert found.loc["LAMZHL", ["CRIT1", "CRIT1FL"]].isna().all()
    assert found.loc["LAMZHL", "CRIT2"] == "Span at least 0.1 half-lives"
    assert found.loc["AUCIFO", "EXCLREAS"] == "Extrapolated share of AUC above 50 %"


def test_a_sample_excluded_from_the_terminal_phase_is_still_in_the_area(derive):
    time, conc = FALLING
    without = derive(profile(time, conc, LAMZXFL=[None, None, "Y", None, None, None]))
    assert value(without, "LAMZNPT") == 3
    assert value(without, "LAMZLL") == 3
    assert value(without, "AUCLST") == value(derive(profile(time, conc)), "AUCLST")


def test_terminal_points_come_after_the_end_of_the_infusion(derive):
    time, conc = [-0.5, 0.5, 1, 2, 3, 4, 5], [0, 20, 16, 8, 4, 2, 1]
    assert value(derive(profile(time, conc, ADOSEDUR=1.0)), "LAMZNPT") == 4
    assert value(derive(profile(time, conc, ADOSEDUR=2.0)), "LAMZNPT") == 3
    assert value(derive(profile(time, conc, ADOSEDUR=float("nan"))), "LAMZNPT") > 4


def test_an_unknown_dose_leaves_what_needs_it_missing(derive):
    found = derive(profile(*FALLING, DOSE=float("nan")))
    assert value(found, "CMAXDN") == "Dose not known"
    assert value(found, "CMAX") == 16


def test_what_is_missing_has_a_reason_and_nothing_else_has_one(derive):
    found = derive(profile([-0.5, 1, 2], [0, 0, 0]), profile(*FALLING, infusion=6.0))
    assert (found["AVAL"].isna() == found["PPREASND"].notna()).all()
    assert value(found, "LAMZHL", INFNUM=1) == "No quantifiable concentration in the profile"


def test_a_study_without_profiles_has_an_empty_dataset(derive):
    found = derive(profile([], []))
    assert found.empty
    assert "AVAL" in found


def test_a_subject_s_records_do_not_depend_on_other_subjects(derive):
    one, other = profile(*FALLING), profile([-0.5, 1, 2], [0, 5, 0], subject="B")
    apart = pd.concat([derive(one), derive(other)], ignore_index=True)
    pd.testing.assert_frame_equal(derive(one, other), apart)
