"""A data cut-off: a day, or a day and a time."""

import datetime as dt

import pytest
from pydantic import ValidationError

from csrkit.study.data_cut import day_of, folder_name_of, moment_of, parse_data_cut, text_of
from csrkit.study.design import Cuts

NOON = dt.datetime(2026, 3, 31, 12)


@pytest.mark.parametrize(
    ("text", "cut", "moment", "name"),
    [
        ("2026-03-31", dt.date(2026, 3, 31), dt.datetime(2026, 3, 31, 23, 59, 59), "2026-03-31"),
        ("2026-03-31T12:00", NOON, NOON, "2026-03-31T1200"),
        ("2026-03-31T1200", NOON, NOON, "2026-03-31T1200"),
    ],
)
def test_a_cut_off_is_a_day_or_a_moment(text, cut, moment, name):
    found = parse_data_cut(text)
    assert found == cut
    assert type(found) is type(cut)
    assert (moment_of(found), day_of(found)) == (moment, moment.date())
    assert folder_name_of(found) == name
    assert ":" not in folder_name_of(found)
    assert parse_data_cut(text_of(found)) == parse_data_cut(folder_name_of(found)) == cut


@pytest.mark.parametrize(
    "text",
    ["2026-02-30", "2026-3-31", "20260331", "2026-W05", "2026-03-31T24:00", "2026-03-31T12",
     "2026-03-31 12:00", "2026-03-31T12:00:30", "2026-03-31T12:00Z", ""],
)  # fmt: skip
def test_another_text_is_none(text):
    with pytest.raises(ValueError, match=r"data cut-off|out of range|must be in"):
        parse_data_cut(text)


def test_a_study_may_have_cuts_with_times_and_they_stand_in_order():
    cuts = Cuts.model_validate({"interim": "2026-03-31T12:00", "final": dt.date(2026, 3, 31)})
    assert (cuts.interim, cuts.final) == (NOON, dt.date(2026, 3, 31))
    assert type(cuts.final) is dt.date
    with pytest.raises(ValidationError, match="must not be after"):
        Cuts.model_validate({"interim": dt.date(2026, 3, 31), "final": "2026-03-31T12:00"})
    with pytest.raises(ValidationError, match="no data cut-off"):
        Cuts.model_validate({"interim": dt.datetime(2026, 3, 31, 12, 0, 30), "final": "2026-04-01"})


def test_a_run_with_a_time_is_named_and_told_with_it(study):
    there = study.covering("interim", NOON)
    assert (there.cut_text, there.cut_name) == ("2026-03-31T12:00", "2026-03-31T1200")
    assert (there.cut_moment, there.cut_day) == (NOON, dt.date(2026, 3, 31))
