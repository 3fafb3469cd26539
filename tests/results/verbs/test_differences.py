"""Differences of response rates, against the example of Newcombe (Stat Med 1998; 17: 873)."""

from __future__ import annotations

import pandas as pd
import pytest

from csrkit.errors import StudyError
from csrkit.index.settings.response import Rate, Response
from csrkit.results.trace import trace_results

PAIR = ("ph1_20", "ph1_30")
NAMES = ("estimate", "conf.low", "conf.high")


def responses(at_20, at_30):
    """Make ADSL and ADRS of (subjects, responders) at two doses."""
    rows = [
        (f"{dose}-{number:02}", dose, "Y" if number < responders else "N")
        for dose, (subjects, responders) in ((20.0, at_20), (30.0, at_30))
        for number in range(subjects)
    ]
    subjects, dose, answers = zip(*rows, strict=True)
    adsl = pd.DataFrame(
        {"USUBJID": subjects, "PHASE": "I", "TRT01AN": dose, "TRT01PN": dose, "SAFFL": "Y"}
    )
    adrs = pd.DataFrame({"USUBJID": subjects, "PARAMCD": "CRSP", "AVALC": answers})
    return {"ADSL": adsl, "ADRS": adrs}


@pytest.fixture
def respond(analysed):
    def make(data, *, keys=PAIR, **more):
        settings = Response(
            response="CBOR",
            levels={},
            rates={"orr": Rate(paramcd="CRSP", label="ORR")},
            **{"difference_to": "ph1_20", **more},
        )
        return analysed("response", settings, keys=keys, **data)

    return make


EXAMPLE = responses((80, 48), (70, 56))


@pytest.mark.parametrize(
    ("method", "limits"),
    # Table II, 56/70 and 48/80: method 10, and Miettinen and Nurminen (method 6).
    [("newcombe", (0.0524, 0.3339)), ("miettinen_nurminen", (0.0528, 0.3382))],
)
def test_the_limits_are_those_published(respond, stat, method, limits):
    ard = respond(EXAMPLE, difference_by=method).ard
    found = [stat(ard, "orr.difference", "ph1_30", name, "VALUE") for name in NAMES]
    assert found == pytest.approx([0.2, *limits], abs=5e-5)


def test_the_difference_is_the_column_less_the_reference_and_stands_in_the_column(respond, stat):
    ard = respond(EXAMPLE, difference_to="ph1_30").ard
    assert stat(ard, "orr.difference", "ph1_20", "estimate") == "-20.0"
    assert ard[(ard["ROW"] == "orr.difference") & (ard["COLUMN"] == "ph1_30")].empty


def test_the_interval_is_that_of_the_level_of_the_settings(respond, stat):
    narrow, wide = (respond(EXAMPLE, level=level).ard for level in (0.9, 0.95))
    low = [stat(ard, "orr.difference", "ph1_30", "conf.low", "VALUE") for ard in (narrow, wide)]
    assert low[0] > low[1]
    assert stat(narrow, "orr.difference", "ph1_30", "conf.low", "CONF_LEVEL") == 0.9


def test_an_empty_column_has_no_difference_and_says_why(respond, stat):
    ard = respond(responses((4, 1), (0, 0))).ard
    for name in NAMES:
        assert stat(ard, "orr.difference", "ph1_30", name) == "NE"
        assert stat(ard, "orr.difference", "ph1_30", name, "REASON") == "no subject in a group"


def test_without_the_setting_there_is_no_difference(respond):
    ard = respond(EXAMPLE, difference_to="").ard
    assert not ard["ROW"].str.contains("difference").any()


def test_a_column_that_holds_the_reference_is_refused(respond):
    with pytest.raises(StudyError, match="shares subjects with the reference"):
        respond(EXAMPLE, keys=("ph1_20", "ph1"))


def test_the_set_holds_the_responders_of_both_and_the_denominator_all_of_both(respond, stat):
    results = respond(EXAMPLE)
    ard = results.ard
    assert stat(ard, "orr.difference", "ph1_30", "estimate", "N_SUBJECTS") == 104
    whole = stat(ard, "orr.difference", "ph1_30", "estimate", "DENOM_ID")
    assert results.sets.set_index("SET_ID").loc[whole, "N_SUBJECTS"] == 150
    found = trace_results(EXAMPLE, ard, results.sets, results.subjects)
    assert found.departures == ()
