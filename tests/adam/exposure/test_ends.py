"""What a dose without an end means, by setting `missing_end`."""

from __future__ import annotations

import pandas as pd
import pytest

from csrkit.adam.exposure.doses import select_valid_doses
from csrkit.adam.exposure.ends import add_ends, find_subjects_on_treatment
from csrkit.conditions import parse
from csrkit.errors import DataError

ENDED = "20|2025-07-01|2025-07-10|A"
RUNNING = "30|2025-07-11|.|B"
CUT = "2026-03-31 23:59:59"


@pytest.fixture
def ends(records, exposed):
    """Return the last moment, whether it runs, and the amount of each daily dose."""

    def run(*lines, missing_end, on_treatment=("S1",), **columns):
        study = exposed(missing_end=missing_end, each_day=parse("EXDOSE > 0"))
        doses = select_valid_doses({"EX": records(*lines, **columns)}, study)
        found = add_ends(doses, on_treatment, study)
        return [
            tuple(None if pd.isna(v) else str(v) if isinstance(v, pd.Timestamp) else v for v in row)
            for row in found[["LASTDTM", "RUNNING", "AMOUNT"]].itertuples(index=False)
        ]

    return run


FIRST_PERIOD = ("2025-07-10 23:59:59", False, 200)


@pytest.mark.parametrize(
    ("missing_end", "last"),
    [
        ("start", ("2025-07-11 23:59:59", False, 30)),
        ("cut", (CUT, True, 30 * 264)),
        ("ignore", (None, False, None)),
    ],
)
def test_a_dose_without_an_end_ends_as_the_setting_says(ends, missing_end, last):
    assert ends(ENDED, RUNNING, missing_end=missing_end) == [FIRST_PERIOD, last]


def test_a_dose_without_an_end_is_an_error_by_setting(ends):
    with pytest.raises(DataError, match=r"USUBJID=S1, EXSEQ=2"):
        ends(ENDED, RUNNING, missing_end="error")
    assert ends(ENDED, missing_end="error") == [FIRST_PERIOD]


def test_no_dose_runs_of_a_subject_whose_treatment_has_ended(ends):
    found = ends(ENDED, RUNNING, missing_end="cut", on_treatment=())
    assert found[1] == (None, False, None)


def test_only_the_last_dose_of_a_treatment_can_run(ends):
    found = ends(ENDED.replace("2025-07-10", "."), RUNNING, missing_end="cut")
    assert [row[1] for row in found] == [False, True]
    two = ends(ENDED.replace("2025-07-10", "."), RUNNING, missing_end="cut", EXTRT=["X", "Y"])
    assert [row[1] for row in two] == [True, True]


def test_a_partial_end_is_an_end(ends):
    found = ends(ENDED, RUNNING.replace(".", "2025-09"), missing_end="cut")
    assert found[1] == (None, False, None)


def test_an_end_before_the_start_leaves_the_days_open(ends):
    found = ends("20|2025-07-01|2025-06-10|A", missing_end="ignore")
    assert found == [("2025-07-01 23:59:59", False, None)]


def test_a_dose_in_parts_lasts_at_least_to_the_start_of_its_last_part(records, study):
    ex = records("12|2025-07-01T10:00|2025-07-01T10:20|INF01", "8|2025-07-01T11:00|.|INF01")
    doses = add_ends(select_valid_doses({"EX": ex}, study), ["S1"], study)
    assert doses["LASTDTM"].astype(str).tolist() == ["2025-07-01 11:00:59"]


DM = "USUBJID DTHFL DTHDTC"
DS = "USUBJID DSSEQ DSCAT DSSCAT DSDECOD DSSTDTC"
END = "|1|DISPOSITION EVENT|{}|{}|."


def test_on_treatment_are_those_alive_without_an_end_of_treatment_or_study(study, frame):
    dm = frame(DM, "A|.|.", "B|Y|.", "C|.|2025-08", "D|.|.", "E|.|.", "F|.|.")
    ds = frame(
        DS,
        "D" + END.format("END OF TREATMENT", "COMPLETED"),
        "E" + END.format("END OF STUDY", "LOST TO FOLLOW-UP"),
        "F" + END.format("END OF STUDY", "SCREEN FAILURE"),
    )
    assert find_subjects_on_treatment({"DM": dm, "DS": ds}, study) == {"A", "F"}
    assert find_subjects_on_treatment({"DM": dm}, study) == {"A", "D", "E", "F"}
