"""What a planned time point says of an infusion: which one, and whether before or after it."""

from __future__ import annotations

import pandas as pd
import pytest

from csrkit.adam.common.time_points import AFTER, BEFORE, derive_time_points
from csrkit.study.derivations.sources import TimePoints

NAMED = TimePoints(reference=r"INFUSION (\d+)", before=("PRE",))
UNNAMED = TimePoints(reference=r"INFUSION (\d+)")
HEAD = "USUBJID TPT TPTNUM TPTREF ELTM"


@pytest.fixture
def timing(frame):
    """Return TIMING of records in words."""

    def run(rule, *lines):
        found = derive_time_points(frame(HEAD, *lines), rule)["TIMING"]
        return [{BEFORE: "before", AFTER: "after"}.get(value) for value in found]

    return run


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("A|PRE|.|INFUSION 1|.", "before"),
        ("A|PRE|1|INFUSION 1|PT1H", "before"),
        ("A|4 H|4|INFUSION 1|PT4H", "after"),
        ("A|4 H|.|INFUSION 1|.", "after"),
        ("A|-1 H|.|INFUSION 1|-PT1H", "before"),
        ("A|START|.|INFUSION 1|PT0S", "before"),
        ("A|.|.|INFUSION 1|PT30M", "after"),
        ("A|.|3|INFUSION 1|.", None),
        ("A|.|.|INFUSION 1|.", None),
        ("A|PRE|.|.|.", "before"),
        ("A|4 H|.|.|.", "after"),
        ("A|AFTER STANDING FOR 3 MINUTES|817|PATIENT STANDING|PT3M", None),
        ("A|PRE|1|MEAL|-PT5M", None),
    ],
)
def test_a_time_point_is_before_or_after_its_infusion(timing, line, said):
    assert timing(NAMED, line) == [said]


def test_the_number_of_a_time_point_puts_it_before_or_after_known_ones(timing):
    lines = ["A|X|1|INFUSION 1|.", "A|PRE|2|INFUSION 1|.", "A|Y|3|INFUSION 1|."]
    assert timing(NAMED, *lines) == ["before", "before", "after"]
    lines = ["A|X|1|INFUSION 1|-PT1H", "A|Y|0|INFUSION 1|.", "A|Z|3|INFUSION 1|PT1H",
             "A|W|4|INFUSION 1|.", "A|V|2|INFUSION 1|."]  # fmt: skip
    assert timing(UNNAMED, *lines) == ["before", "before", "after", "after", None]


def test_numbers_count_within_a_subject_and_an_infusion(timing):
    lines = ["A|PRE|5|INFUSION 1|.", "B|X|1|INFUSION 1|.", "A|X|1|INFUSION 2|."]
    assert timing(NAMED, *lines) == ["before", "after", "after"]


def test_without_a_rule_nothing_is_said(timing):
    assert timing(TimePoints(), "A|PRE|1|INFUSION 1|-PT1H") == [None]
    assert timing(UNNAMED, "A|PRE|1|INFUSION 1|.") == [None]
    assert timing(TimePoints(before=("PRE",)), "A|PRE|1|DOSE|.", "A|X|2|DOSE|.") == [
        "before",
        "after",
    ]


def test_time_points_are_ordered_by_number_else_by_elapsed_time(frame):
    points = frame(HEAD, "A|PRE|1|INFUSION 2|.", "A|.|.|INFUSION 2|PT90M", "A|X|7|MEAL|.")
    found = derive_time_points(points, NAMED)
    expected = pd.DataFrame(
        {"INFNUM": [2, 2, None], "TIMING": [BEFORE, AFTER, None], "PLACE": [1, 1.5, None]}
    )
    pd.testing.assert_frame_equal(found, expected)
