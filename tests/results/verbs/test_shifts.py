from __future__ import annotations

import pandas as pd
import pytest

from csrkit.errors import StudyError
from csrkit.index.settings.findings import Direction, Shift
from csrkit.results.trace import trace_results

DIRECTION = Direction(name="low", value="ATOXGRL", baseline="BTOXGRL", flag="WGRLFL")
SETTINGS = Shift(
    dataset="ADLB",
    where="ONTRTFL == 'Y' or ABLFL == 'Y'",
    levels={"0": "Grade 0", "1": "Grade 1", "3": "Grade 3"},
    directions=(DIRECTION,),
    stub="",
)
CELLS = ("0", "1", "3", "Missing")


@pytest.fixture
def adlb():
    """S1 from 0 to 3 (of two results), S2 from 1 to 0, S3 from nothing to 1, S4 from 0 to none."""
    return pd.DataFrame(
        [
            ("S1", None, "0", "0", "Y", None),
            ("S1", "Y", "1", "0", None, None),
            ("S1", "Y", "3", "0", None, "Y"),
            ("S2", "Y", "0", "1", None, "Y"),
            ("S3", "Y", "1", None, None, "Y"),
            ("S4", None, "0", "0", "Y", None),
        ],
        columns=["USUBJID", "ONTRTFL", "ATOXGRL", "BTOXGRL", "ABLFL", "WGRLFL"],
    ).assign(PARAMCD="NEUT", PARAM="Neutrophils", PARCAT1="HEMATOLOGY")


def block(ard, column="all"):
    """Return the counts by value at baseline, then by worst value."""
    own = ard[ard["COLUMN"].str.startswith(f"{column}.")]
    counts = dict(zip(zip(own["ROW"], own["COLUMN"], strict=True), own["VALUE"], strict=True))
    return {
        base: [int(counts[f"NEUT.low.{base}", f"{column}.{cell}"]) for cell in CELLS]
        for base in CELLS
    }


def test_each_subject_stands_once_by_value_at_baseline_and_the_flagged_one(analysed, adlb):
    assert block(analysed("shift", SETTINGS, ADLB=adlb).ard) == {
        "0": [0, 0, 1, 1],
        "1": [1, 0, 0, 0],
        "3": [0, 0, 0, 0],
        "Missing": [0, 1, 0, 0],
    }


def test_the_record_that_counts_may_be_marked_by_another_value_than_y(analysed, adlb):
    derived = adlb.assign(DTYPE=adlb["WGRLFL"].map({"Y": "MAXIMUM"}).fillna("LOV"), WGRLFL="N")
    direction = DIRECTION.model_copy(update={"flag": "DTYPE", "mark": "MAXIMUM"})
    settings = SETTINGS.model_copy(update={"directions": (direction,)})
    assert block(analysed("shift", settings, ADLB=derived).ard) == block(
        analysed("shift", SETTINGS, ADLB=adlb).ard
    )


def test_a_shift_of_numbers_counts_them_by_their_whole_levels(analysed):
    """ECOG of S1 from 0 to 2, of S2 from 1 to 1; S3 has a value at baseline alone, S4 none."""
    rows = [("S1", None, 0.0, 0.0, "Y"), ("S1", "MAXIMUM", 2.0, 0.0, None),
            ("S2", None, 1.0, 1.0, "Y"), ("S2", "MAXIMUM", 1.0, 1.0, None),
            ("S3", None, 1.0, 1.0, "Y")]  # fmt: skip
    adqs = pd.DataFrame(rows, columns=["USUBJID", "DTYPE", "AVAL", "BASE", "ABLFL"])
    direction = Direction(name="worst", value="AVAL", baseline="BASE", flag="DTYPE", mark="MAXIMUM")
    settings = Shift(
        dataset="ADQS", levels={0: "0", 1: "1", 2: "2"}, directions=(direction,), stub=""
    )
    results = analysed("shift", settings, ADQS=adqs.assign(PARAMCD="ECOG", PARAM="ECOG"))
    ard = results.ard[results.ard["COLUMN"].str.startswith("all.") & results.ard["VALUE"].gt(0)]
    assert sorted(zip(ard["ROW"], ard["COLUMN"], ard["VALUE"], strict=True)) == [
        ("ECOG.worst.0", "all.2", 1.0),
        ("ECOG.worst.1", "all.1", 1.0),
        ("ECOG.worst.1", "all.Missing", 1.0),
        ("ECOG.worst.Missing", "all.Missing", 1.0),
    ]


def test_a_subject_without_any_record_is_missing_twice(analysed, adlb):
    found = block(analysed("shift", SETTINGS, ADLB=adlb[adlb["USUBJID"] != "S2"]).ard)
    assert found["Missing"] == [0, 1, 0, 1]
    assert found["1"] == [0, 0, 0, 0]


def test_those_without_a_flagged_value_are_counted_by_what_two_sets_leave(analysed, adlb):
    results = analysed("shift", SETTINGS, ADLB=adlb)
    cell = results.ard[
        (results.ard["ROW"] == "NEUT.low.0") & (results.ard["COLUMN"] == "all.Missing")
    ]
    assert cell["STAT"].tolist() == ["n_missing"]
    members = results.subjects.groupby("SET_ID")["USUBJID"].agg(list)
    assert members[cell["DENOM_ID"].iloc[0]] == ["S1", "S4"]
    assert members[cell["SET_ID"].iloc[0]] == ["S1"]


def test_cells_with_a_value_count_the_subjects_of_their_set(analysed, adlb):
    ard = analysed("shift", SETTINGS, ADLB=adlb).ard
    counts = ard[ard["STAT"] == "n"]
    assert counts["VALUE"].tolist() == counts["N_SUBJECTS"].tolist()
    assert counts["VALUE"].sum() > 0
    assert not ard["COLUMN"].str.endswith(".Missing").loc[counts.index].any()


def test_every_set_of_a_shift_is_found_again_in_its_dataset(analysed, adlb, adsl):
    found = analysed("shift", SETTINGS, ADLB=adlb)
    traced = trace_results({"ADSL": adsl, "ADLB": adlb}, found.ard, found.sets, found.subjects)
    assert traced.departures == ()
    assert traced.sets > 20


def test_a_direction_without_values_is_left_out(analysed, adlb):
    nothing = adlb.assign(ATOXGRL=None)
    assert set(analysed("shift", SETTINGS, ADLB=nothing).ard["ROW"]) == {"columns"}


def test_only_records_of_the_display_are_counted(analysed, adlb):
    late = adlb.assign(ONTRTFL=None)
    found = block(analysed("shift", SETTINGS, ADLB=late).ard)
    assert found["0"] == [0, 0, 0, 2]


@pytest.mark.parametrize(
    ("change", "what", "found"),
    [
        ({"WGRLFL": "Y"}, "doesn't mark one record", "WGRLFL, subjects S1"),
        ({"ATOXGRL": "4"}, "isn't among its levels", "ATOXGRL: 4"),
    ],
)
def test_a_shift_that_would_not_add_up_is_refused(analysed, adlb, change, what, found):
    with pytest.raises(StudyError, match=what) as fault:
        analysed("shift", SETTINGS, ADLB=adlb.assign(**change))
    assert fault.value.found == found


def test_a_variable_that_is_not_there_is_told(analysed, adlb):
    with pytest.raises(StudyError, match="names a variable") as fault:
        analysed("shift", SETTINGS, ADLB=adlb.drop(columns="WGRLFL"))
    assert fault.value.found == "WGRLFL"
