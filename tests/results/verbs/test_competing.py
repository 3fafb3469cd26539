"""Cumulative incidence with a competing event, worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from csrkit.conditions import parse
from csrkit.errors import StudyError
from csrkit.index.settings.incidence import CompetingEvent, CumulativeIncidence, TimedEvent
from csrkit.results.trace import trace_results
from csrkit.results.verbs.times import DAYS_PER_MONTH

# Months 1 relapse, 2 death, 3 relapse, 4 censored.
ADSL = pd.DataFrame(
    {
        "USUBJID": ["S1", "S2", "S3", "S4"],
        "PHASE": "I",
        "TRT01AN": 20.0,
        "TRT01PN": 20.0,
        "SAFFL": "Y",
    }
)
ADTTE = pd.DataFrame(
    {
        "USUBJID": ["S1", "S2", "S3", "S4"],
        "PARAMCD": "PFS",
        "AVAL": [month * DAYS_PER_MONTH for month in (1, 2, 3, 4)],
        "CNSR": [0, 0, 0, 1],
        "EVNTDESC": ["Relapse", "Death", "Relapse", None],
    }
)
DATA = {"ADSL": ADSL, "ADTTE": ADTTE}


def settings(competing="EVNTDESC == 'Death'", event="EVNTDESC == 'Relapse'"):
    return CumulativeIncidence(
        paramcd="PFS",
        event=TimedEvent(label="Relapse", where=parse(event)),
        competing=CompetingEvent(label="Death", where=parse(competing)),
        months=(1, 2.5, 3, 5),
    )


@pytest.fixture
def results(analysed):
    return analysed("cumulative_incidence", settings(), keys=("ph1_20", "ph1_30"), **DATA)


def test_a_competing_event_takes_its_share_and_is_not_censored(results, stat):
    """1/4; after the death 1/2 is left, of whom the half has a relapse at month 3: 1/2 in all.

    With the death censored it would be 1 - 3/4 · 1/2 = 0.625.
    """
    found = [
        stat(results.ard, f"incidence.{month}", "ph1_20", "estimate", "VALUE")
        for month in ("1", "2.5", "3")
    ]
    assert found == pytest.approx([0.25, 0.25, 0.5])
    assert stat(results.ard, "incidence.3", "ph1_20", "n.risk") == "2"


def test_events_of_both_kinds_are_counted(results, stat):
    assert stat(results.ard, "events", "ph1_20", "n") == "2"
    assert stat(results.ard, "competing", "ph1_20", "n") == "1"


def test_after_the_last_time_and_without_subjects_it_is_missing_with_the_reason(results, stat):
    for row, column, why in (
        ("incidence.5", "ph1_20", "no subject was followed as long"),
        ("incidence.1", "ph1_30", "no subject"),
    ):
        assert stat(results.ard, row, column, "estimate") == "NE"
        assert stat(results.ard, row, column, "estimate", "REASON") == why


def test_an_event_that_competes_with_itself_is_refused(analysed):
    with pytest.raises(StudyError, match="An event competes with itself"):
        analysed(
            "cumulative_incidence", settings(event="CNSR == 0"), keys=("ph1_20",), **DATA
        )  # fmt: skip


def test_each_set_is_found_again_in_sql(results):
    assert trace_results(DATA, results.ard, results.sets, results.subjects).departures == ()


def test_the_limits_lie_on_both_sides_of_the_incidence(results, stat):
    """1/4 of four: variance 3/64; 0.25 to the power of exp(±1.96 · 0.2165 / 0.3466)."""
    low, high = (
        stat(results.ard, "incidence.1", "ph1_20", name, "VALUE")
        for name in ("conf.low", "conf.high")
    )
    assert (low, high) == pytest.approx((0.00895, 0.66533), abs=1e-5)
