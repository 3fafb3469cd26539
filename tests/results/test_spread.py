from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from csrkit.results.columns import columns_of
from csrkit.results.spread import NOTHING, Spread, Tally, tally_of


@pytest.fixture
def columns(study, adsl):
    return columns_of(study, adsl, "SAF", ("ph1_30", "all"))


@pytest.fixture
def spread(columns, adae):
    return Spread.over(adae, columns)


def test_a_record_stands_once_in_every_column_of_its_subject(columns):
    records = pd.DataFrame({"USUBJID": ["S2", "S2", "S5"], "AESEQ": [1, 2, 1]})
    frames = Spread.over(records, columns).frames()
    assert {key: list(frame["AESEQ"]) for key, frame in frames.items()} == {
        "ph1_30": [1, 2],
        "all": [1, 2],
    }


def test_subjects_are_counted_once_and_in_order_and_records_each(spread):
    assert spread.tally() == {
        "ph1_30": Tally(2, ("S2", "S3")),
        "all": Tally(5, ("S1", "S2", "S3", "S4")),
    }


def test_a_choice_of_records_counts_those_alone(spread, adae):
    chosen = (adae["AEDECOD"] == "Nausea").to_numpy()
    assert spread.tally(chosen) == {"ph1_30": NOTHING, "all": Tally(3, ("S1", "S4"))}


def test_levels_are_counted_in_combination_and_a_missing_one_is_none(spread):
    found = spread.by(["AEBODSYS", "ATOXGRN"])
    assert found["all", "Gut", 1.0] == Tally(2, ("S1", "S4"))
    assert found["all", None, 1.0] == Tally(1, ("S3",))
    assert ("ph1_30", "Gut", 1.0) not in found
    assert sum(tally.records for key, tally in found.items() if key[0] == "all") == 5


def test_levels_found_are_those_of_the_columns_with_the_missing_one_last(spread, adae):
    assert spread.levels_of("AEBODSYS") == ["Gut", None]
    graded = (adae["ATOXGRN"] > 1).to_numpy()
    assert spread.levels_of("ATOXGRN", graded) == [2.0, 3.0]


def test_places_name_records_of_the_frame_whatever_its_index(columns, adae):
    moved = adae.set_index(np.array([9, 8, 7, 6, 5, 4]))
    places = Spread.over(moved, columns).places(["AEDECOD"])["all", "Nausea"]
    assert moved["USUBJID"].to_numpy()[places].tolist() == ["S1", "S1", "S4"]


def test_records_of_nobody_give_nothing(columns, adae):
    empty = Spread.over(adae.iloc[:0], columns)
    assert empty.tally() == {"ph1_30": NOTHING, "all": NOTHING}
    assert empty.by(["AEDECOD"]) == {}
    assert empty.levels_of("AEDECOD") == []


def test_a_frame_is_counted_by_itself(adae):
    assert tally_of(adae[adae["AEDECOD"] == "Nausea"]) == Tally(4, ("S1", "S4", "S5"))


def test_each_column_has_the_records_of_its_own_subjects(columns):
    records = pd.DataFrame({"USUBJID": ["S1", "S2", "S4"], "AESEQ": [1, 2, 3]})
    frames = Spread.over(records, columns).frames()
    assert {key: list(frame["AESEQ"]) for key, frame in frames.items()} == {
        "ph1_30": [2],
        "all": [1, 2, 3],
    }


def test_a_record_of_two_columns_stands_once_in_both_together(columns):
    records = pd.DataFrame({"USUBJID": ["S1", "S2", "S5"]})
    spread = Spread.over(records, columns)
    assert spread.together(["ph1_30", "all"]).tolist() == [0, 1]
    assert spread.together(["ph1_30"]).tolist() == [1]
