from __future__ import annotations

import pytest

from csrkit.results.templates import COUNT_PERCENT, COUNT_PERCENT_EVENTS, INTERVAL, Shown, fill

COUNTED = {
    "n": Shown("3", 3, 1),
    "p": Shown("8.6", 0.086, 2),
    "n_events": Shown("5", 5, 3),
}
NOBODY = {"n": Shown("0", 0, 1), "p": Shown("0", 0, 2), "n_events": Shown("0", 0, 3)}


def test_a_count_of_nothing_has_no_percentage():
    assert fill(COUNT_PERCENT, COUNTED).text == "3 (8.6)"
    assert fill(COUNT_PERCENT, NOBODY).text == "0"
    assert fill(COUNT_PERCENT_EVENTS, COUNTED).text == "3 (8.6) [5]"
    assert fill(COUNT_PERCENT_EVENTS, NOBODY).text == "0"


def test_a_cell_refers_to_the_results_that_stand_in_it_and_no_others():
    assert fill(COUNT_PERCENT, COUNTED).numbers == (1, 2)
    assert fill(COUNT_PERCENT, NOBODY).numbers == (1,)


def test_a_percentage_that_cannot_be_given_is_left_out():
    assert fill(COUNT_PERCENT, {"n": NOBODY["n"], "p": Shown("NE", float("nan"), 2)}).text == "0"


def test_an_interval_shows_what_is_not_reached():
    bounds = {"conf.low": Shown("2.1", 2.1, 7), "conf.high": Shown("NR", float("nan"), 8)}
    assert fill(INTERVAL, bounds).text == "(2.1, NR)"


def test_statistics_that_are_all_absent_are_said_once():
    nothing = {
        name: Shown("NE", float("nan"), number)
        for number, name in enumerate(("estimate", "conf.low", "conf.high"), start=1)
    }
    template = "{estimate} ({conf.low}, {conf.high})"
    assert fill(template, nothing).text == "NE"
    assert fill(template, nothing).numbers == (1, 2, 3)
    assert (
        fill(template, {**nothing, "estimate": Shown("NR", float("nan"), 1)}).text == "NR (NE, NE)"
    )


def test_an_optional_part_stays_while_anything_in_it_has_a_value():
    part = "{n}< ({p|%}; {n_events})>"
    assert fill(part, {**COUNTED, "p": Shown("NE", float("nan"), 2)}).text == "3 (NE; 5)"
    assert fill(part, NOBODY).text == "0"


def test_a_unit_goes_with_a_value_and_not_with_its_absence():
    assert fill("{n| subjects} ({p|%})", COUNTED).text == "3 subjects (8.6%)"
    assert fill("{p|%} of {n}", {**COUNTED, "p": Shown("NE", float("nan"), 2)}).text == "NE of 3"


def test_a_statistic_that_must_be_there_is_missed():
    with pytest.raises(KeyError, match="median"):
        fill("{median}", COUNTED)


def test_of_several_statistics_the_first_that_is_there_is_shown():
    both = {"n": Shown("3", 3, 1), "n_missing": Shown("5", 5, 2)}
    assert fill("{n,n_missing}", both).text == "3"
    assert fill("{n,n_missing}", {"n_missing": both["n_missing"]}).text == "5"
