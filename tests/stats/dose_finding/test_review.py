"""The 3+3 rule over the doses of a trial."""

import pytest

from csrkit.stats.dose_finding.review import MTD, review_doses
from csrkit.stats.dose_finding.rules import (
    DE_ESCALATE,
    ESCALATE,
    EXPAND,
    HIGHEST_TOLERATED,
    NO_DECISION,
    STAY,
    three_plus_three,
)


def decided(*doses):
    found = review_doses([n for n, _ in doses], [x for _, x in doses])
    return found.table["decision"].tolist(), found.mtd, found.reason


def test_a_trial_that_meets_no_toxicity_goes_up_to_its_highest_dose():
    decisions, mtd, reason = decided((3, 0), (6, 1), (3, 0))
    assert decisions == [ESCALATE, ESCALATE, HIGHEST_TOLERATED]
    assert mtd is None
    assert reason == "no dose given exceeds the maximum tolerated dose"


def test_below_a_toxic_dose_6_subjects_are_treated_before_it_is_the_mtd():
    assert decided((3, 0), (3, 0), (3, 2)) == (
        [ESCALATE, EXPAND, DE_ESCALATE],
        None,
        "the dose below one that exceeds it has fewer than 6 evaluable subjects",
    )
    assert decided((3, 0), (6, 1), (3, 2)) == ([ESCALATE, MTD, DE_ESCALATE], 1, None)


def test_a_dose_that_proves_toxic_when_it_is_filled_up_hands_down_to_the_one_below():
    assert decided((3, 0), (6, 2), (3, 2)) == (
        [EXPAND, DE_ESCALATE, DE_ESCALATE],
        None,
        "the dose below one that exceeds it has fewer than 6 evaluable subjects",
    )
    assert decided((6, 0), (6, 2), (3, 2))[:2] == ([MTD, DE_ESCALATE, DE_ESCALATE], 0)


def test_no_dose_is_given_above_a_toxic_one():
    decisions, _, reason = decided((4, 2), (0, 0))
    assert decisions == [DE_ESCALATE, DE_ESCALATE]
    assert reason == "the lowest dose exceeds the maximum tolerated dose"


def test_a_cohort_that_is_not_complete_is_completed_first():
    assert decided((2, 0), (3, 2))[0] == [STAY, DE_ESCALATE]
    assert decided((5, 1), (3, 2))[0] == [STAY, DE_ESCALATE]
    assert decided((0, 0), (0, 0))[0] == [NO_DECISION, NO_DECISION]


def test_the_rule_says_nothing_of_more_than_6_subjects():
    decisions, mtd, reason = decided((9, 1), (3, 2))
    assert decisions == [NO_DECISION, DE_ESCALATE]
    assert mtd is None
    assert "more than 6" in reason


def test_one_dose_alone_is_decided_as_the_rule_does():
    for n in range(8):
        for x in range(n + 1):
            expected = three_plus_three(n, x, highest=True).decision
            assert decided((n, x))[0] == [expected]


def test_numbers_that_cant_be_are_refused():
    with pytest.raises(ValueError, match="one number a dose"):
        review_doses([3, 3], [0])
    with pytest.raises(ValueError, match="found 4 of 3"):
        review_doses([3], [4])
