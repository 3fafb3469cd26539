"""Groups that open too early, and doses of another group's level."""

import pandas as pd
import pytest

from csrkit.study.derivations.sources import DateSource
from csrkit.study.design import Arm
from csrkit.validation.rules.conduct import Conduct
from csrkit.validation.rules.escalation import find_dose_not_planned, find_escalated_early

ARMS = {
    "LOW": Arm(label="Low", phase="I", dose=20),
    "HIGH": Arm(label="High", phase="I", dose=30),
    "TWO": Arm(label="Phase II", phase="II", dose=30),
}
CONDUCT = Conduct(
    arms=ARMS,
    dlt_phases=("I",),
    window_days=28,
    end_of_study=DateSource(domain="DS", variable="DSSTDTC", where="DSSCAT == 'END OF STUDY'"),
    levels=frozenset({20.0, 30.0}),
    dose_unit="CELLS",
    infusion="EXLNKID",
)


def dm(**arms):
    return pd.DataFrame({"USUBJID": list(arms), "ARMCD": list(arms.values()), "DTHDTC": None})


def ex(**first):
    return pd.DataFrame({"USUBJID": list(first), "EXDOSE": 20.0, "EXSTDTC": list(first.values())})


def early(subjects, doses, conduct=CONDUCT, **domains):
    found = find_escalated_early(subjects, conduct, {"EX": doses, **domains})
    told = dict(zip(subjects["USUBJID"], found, strict=True))
    return {subject: why for subject, why in told.items() if pd.notna(why)}


def test_a_group_opens_the_day_after_the_last_window_below_it():
    subjects = dm(A="LOW", B="LOW", C="HIGH")
    first = {"A": "2025-06-01T09:00", "B": "2025-06-10T09:00"}
    assert early(subjects, ex(**first, C="2025-07-07T09:00")) == {"C": "B (LOW) to 2025-07-07"}
    assert early(subjects, ex(**first, C="2025-07-08T09:00")) == {}


def test_every_subject_dosed_before_the_last_window_is_over_is_named():
    subjects = dm(A="LOW", C="HIGH", D="HIGH", E="HIGH")
    doses = ex(A="2025-06-10", C="2025-07-01", D="2025-07-07", E="2025-07-08")
    assert list(early(subjects, doses)) == ["C", "D"]


def test_phase_two_waits_for_all_of_phase_one_but_not_the_reverse():
    subjects = dm(A="LOW", B="HIGH", C="TWO")
    doses = ex(A="2025-01-01", B="2025-06-10", C="2025-07-01")
    assert early(subjects, doses) == {"C": "B (HIGH) to 2025-07-07"}
    assert early(subjects, ex(A="2025-07-01", B="2026-06-10", C="2025-01-01")) == {}


def test_who_came_to_a_lower_group_after_the_next_had_opened_is_not_waited_for():
    subjects = dm(A="LOW", B="HIGH", C="LOW", D="HIGH")
    doses = ex(A="2025-01-01", B="2025-06-10", C="2025-06-11", D="2025-06-20")
    assert early(subjects, doses) == {}


def test_a_window_ends_with_death_or_with_the_end_of_study():
    subjects, doses = dm(A="LOW", C="HIGH"), ex(A="2025-06-10", C="2025-06-20")
    assert list(early(subjects, doses)) == ["C"]
    dead = subjects.assign(DTHDTC=["2025-06-19", None])
    assert early(dead, doses) == {}
    assert early(subjects.assign(DTHDTC=["2025-06-20", None]), doses) == {
        "C": "A (LOW) to 2025-06-20"
    }
    ended = pd.DataFrame(
        {"USUBJID": ["A", "A"], "DSSCAT": ["OTHER", "END OF STUDY"]}
        | {"DSSTDTC": ["2025-06-11", "2025-06-19"]}
    )
    assert early(subjects, doses, DS=ended) == {}
    assert list(early(subjects, doses, DS=ended.iloc[:1])) == ["C"]


def test_of_a_partial_date_the_reading_counts_that_accuses_nobody():
    subjects = dm(A="LOW", C="HIGH")
    assert early(subjects, ex(A="2025-06-10", C="2025-07")) == {}
    assert early(subjects, ex(A="2025-06", C="2025-06-28")) == {"C": "A (LOW) to 2025-06-28"}
    assert early(subjects, ex(A="2025-06", C="2025-06-29")) == {}


def test_screen_failures_and_subjects_without_a_dose_are_passed_over():
    subjects = dm(A="LOW", B=None, C="HIGH", D="LOW")
    assert early(subjects, ex(A="2025-01-01", B="2025-06-01", C="2025-06-10")) == {}


@pytest.mark.parametrize(
    "conduct",
    [
        Conduct(arms=ARMS, dlt_phases=("I",)),
        Conduct(arms=ARMS, window_days=28),
        Conduct(window_days=28, dlt_phases=("I",)),
    ],
)
def test_a_study_without_window_or_escalation_has_nothing_to_check(conduct):
    subjects, doses = dm(A="LOW"), ex(A="2025-06-10")
    assert find_escalated_early(subjects, conduct, {"EX": doses}) is None
    assert find_escalated_early(subjects, CONDUCT, {}) is None
    assert find_escalated_early(subjects[["USUBJID"]], CONDUCT, {"EX": doses}) is None


def given(*rows, unit="CELLS"):
    """Records of EX: subject, infusion, dose."""
    return pd.DataFrame(
        {
            "USUBJID": [row[0] for row in rows],
            "EXLNKID": [row[1] for row in rows],
            "EXDOSE": [row[2] for row in rows],
            "EXDOSU": unit,
            "EXSTDTC": [f"2025-06-{row[1]}" for row in rows],
        }
    )


def planned(frame, conduct=CONDUCT):
    subjects = dm(A="LOW", B="HIGH", C="TWO", D=None)
    found = find_dose_not_planned(frame, conduct, {"DM": subjects})
    return [None if pd.isna(one) else one for one in found]


def test_another_level_than_that_of_the_arm_is_found_in_a_phase_of_escalation():
    frame = given(("A", "01", 20.0), ("A", "02", 30.0), ("B", "01", 20.0), ("C", "01", 20.0))
    assert planned(frame) == [None, "20 in LOW", "30 in HIGH", None]


def test_a_part_of_a_dose_and_none_are_no_level():
    frame = given(("B", "01", 12.5), ("B", "02", 0.0), ("B", "03", None), ("D", "01", 20.0))
    assert planned(frame) == [None] * 4
    assert planned(given(("A", "01", 30.0), unit="mg")) == [None]


def test_records_of_one_infusion_are_one_dose():
    frame = given(("B", "01", 20.0), ("B", "01", 10.0), ("A", "01", 20.0), ("A", "01", 10.0))
    assert planned(frame) == [None, None, "20 in LOW", "20 in LOW"]
    by_day = Conduct(arms=ARMS, dlt_phases=("I",), levels=CONDUCT.levels, dose_unit="CELLS")
    assert planned(frame.drop(columns="EXLNKID"), by_day) == [None, None, "20 in LOW", "20 in LOW"]


def test_without_arms_or_escalation_no_dose_is_checked():
    frame = given(("A", "01", 30.0))
    assert find_dose_not_planned(frame, CONDUCT, {}) is None
    assert find_dose_not_planned(frame, Conduct(arms=ARMS), {"DM": dm(A="LOW")}) is None
    assert find_dose_not_planned(frame[["USUBJID"]], CONDUCT, {"DM": dm(A="LOW")}) is None
