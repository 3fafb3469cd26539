"""Before or after the first dose: by times, else by planned time points, else by the day."""

from __future__ import annotations

import pandas as pd
import pytest

from csrkit.adam.common.baseline import (
    derive_baseline_values,
    is_after_first_dose,
    is_on_or_before_first_dose,
)
from csrkit.adam.common.time_points import derive_time_points
from csrkit.study.derivations.sources import TimePoints, ValueSource

RULE = TimePoints(reference=r"INFUSION (\d+)", before=("PRE",))
DAY = "2025-07-01"
# What TRTSDTM and its flag are of a dose at ten, and of one whose time, minute or second is open.
DOSES = {
    "10:00:00": ("2025-07-01T10:00:00", None),
    "10:00": ("2025-07-01T10:00:00", "S"),
    "10": ("2025-07-01T10:00:00", "M"),
    "": ("2025-07-01T00:00:00", "H"),
}


@pytest.fixture
def before(frame):
    """Return whether records of lines of date, time point and reference are before a dose."""

    def run(dose, *lines, rule=is_on_or_before_first_dose):
        rows = [f"A|.|.|{line}" for line in lines]
        records = frame("USUBJID TPTNUM ELTM DTC TPT TPTREF", *rows)
        moment, flag = DOSES[dose]
        first = pd.DataFrame(
            {"TRTSDTM": pd.Timestamp(moment), "TRTSTMF": flag}, index=records.index
        ).astype({"TRTSTMF": object})
        points = derive_time_points(records, RULE)
        return rule(records, "DTC", first, points).tolist()

    return run


@pytest.mark.parametrize(
    ("dose", "date", "point", "is_before"),
    [
        # No time on one side or both: the time point, and without one the day.
        ("10:00:00", DAY, "PRE", True),
        ("10:00:00", DAY, "4 H", False),
        ("10:00:00", DAY, ".", True),
        ("", DAY, "4 H", False),
        ("", DAY, ".", True),
        ("", f"{DAY}T14:00", "4 H", False),
        ("", f"{DAY}T09:00", "PRE", True),
        ("", f"{DAY}T14:00", ".", True),
        # Times that tell which was first.
        ("10:00", f"{DAY}T09:00", "4 H", True),
        ("10:00", f"{DAY}T14:00", "PRE", False),
        ("10:00:00", f"{DAY}T10:00:01", "PRE", False),
        # Times that don't.
        ("10:00", f"{DAY}T10:00", "1 H", False),
        ("10:00", f"{DAY}T10:00", "PRE", True),
        ("10:00:00", f"{DAY}T10:00:00", "1 H", False),
        ("10:00:00", f"{DAY}T10:00:00", ".", True),
        ("10", f"{DAY}T10:40", "PRE", True),
        ("10", f"{DAY}T10:40", ".", False),
        ("10:00", f"{DAY}T10", "1 H", False),
        # Another day, or a day that isn't known.
        ("", "2025-06-30", "4 H", True),
        ("", "2025-07-02", "PRE", False),
        ("10:00", "2025-07", "PRE", False),
        ("10:00", "2025-06", "4 H", True),
    ],
)
def test_times_then_time_points_then_days_decide(before, dose, date, point, is_before):
    line = f"{date}|{point}|INFUSION 1"
    assert before(dose, line) == [is_before]
    assert before(dose, line, rule=is_after_first_dose) == [not is_before]


def test_before_a_second_infusion_of_the_day_is_after_the_first(before):
    lines = [f"{DAY}|PRE|INFUSION 1", f"{DAY}|PRE|INFUSION 2", f"{DAY}|4 H|INFUSION 1"]
    assert before("", *lines) == [True, False, False]
    assert before("", f"{DAY}|PRE|INFUSION 2") == [True]


@pytest.mark.parametrize("order", [1, -1])
def test_the_baseline_in_adsl_is_never_a_value_after_the_dose(frame, subjects, study, order):
    vs = frame(
        "USUBJID VSSEQ VSTESTCD VSSTRESN VSDTC VSTPT VSTPTNUM VSTPTREF",
        f"S1|1|WEIGHT|70|{DAY}|PRE-INFUSION|0|INFUSION 1",
        f"S1|2|WEIGHT|71|{DAY}|1 H POST|1|INFUSION 1",
        "S1|3|WEIGHT|69|2025-06-20|.|.|.",
    ).iloc[::order]
    source = ValueSource(domain="VS", variable="VSSTRESN", date="VSDTC")
    adsl = subjects(S1={})
    assert derive_baseline_values({"VS": vs}, source, adsl, study, "x").tolist() == [70]
