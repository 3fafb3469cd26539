"""Incidence rates by exposure, worked out by hand, with Garwood's published limits of a count."""

from __future__ import annotations

import pandas as pd
import pytest

from csrkit.conditions import parse
from csrkit.errors import StudyError
from csrkit.index.settings.incidence import IncidenceRate, IncidenceRow
from csrkit.results.trace import trace_results

KEYS = ("ph1_20", "ph1_30")
# Garwood, Biometrika 1936; 28: 437: 95% limits of a Poisson mean by the number observed.
LIMITS = {0: (0, 3.6889), 2: (0.2422, 7.2247)}
# At 20: day 10, none, and one begun before day 1: 10 + 100 + 1 days. At 30: none, on 73 days.
YEARS, YEARS_30 = 111 / 365.25, 73 / 365.25


@pytest.fixture
def data():
    """Three subjects at 20, of whom two have events, and one at 30 without."""
    dose = [20.0, 20.0, 20.0, 30.0]
    adsl = pd.DataFrame(
        {
            "USUBJID": ["S1", "S2", "S3", "S4"],
            "PHASE": "I",
            "TRT01AN": dose,
            "TRT01PN": dose,
            "SAFFL": "Y",
            "RISKDURD": [50.0, 100.0, 80.0, 73.0],
        }
    )
    adae = pd.DataFrame(
        [
            ("S1", 30.0, "Y"),
            ("S1", 10.0, "Y"),
            ("S1", 3.0, "N"),
            ("S2", 5.0, "N"),
            ("S3", -3.0, "Y"),
        ],
        columns=["USUBJID", "ASTDY", "AESER"],
    )
    return {"ADSL": adsl, "ADAE": adae}


@pytest.fixture
def rates(analysed, data):
    def make(changes=None, **more):
        rows = (IncidenceRow(row="sae", label="SAE", where=parse("AESER == 'Y'")),)
        settings = IncidenceRate(rows=rows, **more)
        return analysed("incidence_rate", settings, keys=KEYS, **{**data, **(changes or {})})

    return make


def values(stat, ard, column="ph1_20", row="sae", names=("estimate", "conf.low", "conf.high")):
    return [stat(ard, row, column, name, "VALUE") for name in names]


def test_the_time_at_risk_ends_with_the_first_such_event(rates, stat):
    ard = rates().ard
    assert values(stat, ard, names=("n", "N", "exposure")) == pytest.approx([2, 3, YEARS])
    assert values(stat, ard, "ph1_30", names=("n", "N", "exposure")) == pytest.approx(
        [0, 1, YEARS_30]
    )


def test_the_rate_is_given_for_100_patient_years_with_garwoods_limits(rates, stat):
    ard = rates().ard
    low, high = LIMITS[2]
    expected = [100 * count / YEARS for count in (2, low, high)]
    assert values(stat, ard) == pytest.approx(expected, rel=5e-4)
    assert stat(ard, "sae", "ph1_20", "estimate") == "658.1"


def test_a_column_without_an_event_has_a_rate_of_0_and_an_upper_limit(rates, stat):
    found = values(stat, rates().ard, "ph1_30")
    assert found == pytest.approx([0, 0, 100 * LIMITS[0][1] / YEARS_30], rel=5e-4)


def test_the_rate_may_be_given_for_other_patient_years(rates, stat):
    per_100, per_1 = (values(stat, rates(per_years=per).ard) for per in (100, 1))
    assert per_100 == pytest.approx([100 * each for each in per_1])


def test_the_interval_is_that_of_the_level_of_the_settings(rates, stat):
    """90% limits of 2: 0.3554 and 6.2958."""
    ard = rates(level=0.9).ard
    expected = [100 * count / YEARS for count in (0.3554, 6.2958)]
    assert values(stat, ard)[1:] == pytest.approx(expected, rel=5e-4)
    assert stat(ard, "sae", "ph1_20", "conf.low", "CONF_LEVEL") == 0.9


@pytest.mark.parametrize("day", [None, 60.0])
def test_an_event_without_a_day_or_after_the_end_counts_at_the_end(rates, data, stat, day):
    """S1 is at risk for 50 days."""
    adae = data["ADAE"].assign(ASTDY=[day, day, 3.0, 5.0, -3.0])
    found = values(stat, rates({"ADAE": adae}).ard, names=("n", "exposure"))
    assert found == pytest.approx([2, (50 + 100 + 1) / 365.25])


def test_a_column_without_subjects_has_no_rate_and_says_why(rates, data, stat):
    ard = rates({"ADSL": data["ADSL"].iloc[:3]}).ard
    assert stat(ard, "sae", "ph1_30", "estimate") == "NE"
    assert stat(ard, "sae", "ph1_30", "estimate", "REASON") == "The column has no subjects"


def test_a_subject_without_time_at_risk_is_told(rates, data):
    adsl = data["ADSL"].assign(RISKDURD=[50.0, None, 80.0, 73.0])
    with pytest.raises(StudyError, match="A subject has no time at risk") as fault:
        rates({"ADSL": adsl})
    assert "S2" in str(fault.value)


def test_periods_share_out_events_and_time_at_risk(rates, stat):
    """Cut at day 10: the event of day 10 belongs to the first period; S2 goes on for 90 days."""
    ard = rates(periods_days=(10,)).ard
    names = ("n.risk", "n.event", "exposure")
    first, later = (values(stat, ard, row=f"sae.after.{day}", names=names) for day in (0, 10))
    assert first == pytest.approx([3, 2, (10 + 10 + 1) / 365.25])
    assert later == pytest.approx([1, 0, 90 / 365.25])


def test_periods_that_do_not_ascend_are_refused():
    with pytest.raises(ValueError, match="periods_days must be above 0 and ascending"):
        IncidenceRate(rows=(IncidenceRow(row="any", label="Any"),), periods_days=(90, 30))


def test_each_set_is_found_again_and_a_changed_count_departs(rates, data):
    results = rates(periods_days=(10,))
    ard = results.ard
    assert trace_results(data, ard, results.sets, results.subjects).departures == ()
    chosen = (ard["ROW"] == "sae") & (ard["STAT"] == "n") & (ard["COLUMN"] == "ph1_20")
    wrong = ard.assign(VALUE=ard["VALUE"].mask(chosen, 3.0))  # records, not subjects
    (departure,) = trace_results(data, wrong, results.sets, results.subjects).departures
    assert "row sae, column ph1_20" in departure.where
