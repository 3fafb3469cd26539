from __future__ import annotations

import pandas as pd
import pytest

from csrkit.index.settings.figures import SurvivalCurve
from csrkit.index.settings.response import Rate, Response, TimeToEvent
from csrkit.results.trace import trace_results

MONTH = 30.4375
SETTINGS = Response(
    response="CBOR",
    levels={"PR": "Partial response", "SD": "Stable disease"},
    rates={
        "orr": Rate(paramcd="CRSP", label="ORR"),
        "orr_evaluable": Rate(paramcd="CRSP", label="ORR", population="EFF"),
    },
)


@pytest.fixture
def adrs():
    """S1 and S3 respond, S2 and S4 don't; S1 and S2 alone are efficacy-evaluable."""
    best = {"S1": "PR", "S2": "SD", "S3": "PR", "S4": "SD"}
    rows = [(who, "CBOR", level) for who, level in best.items()]
    rows += [(who, "CRSP", "Y" if level == "PR" else "N") for who, level in best.items()]
    return pd.DataFrame(rows, columns=["USUBJID", "PARAMCD", "AVALC"])


@pytest.fixture
def adtte():
    return pd.DataFrame(
        {
            "USUBJID": ["S1", "S2", "S3", "S4"],
            "PARAMCD": "PFS",
            "AVAL": [1 * MONTH, 2 * MONTH, 4 * MONTH, 5 * MONTH],
            "CNSR": [0, 0, 0, 1],
            "EVNTDESC": ["Progression", "Death", "Progression", None],
            "CNSDTDSC": [None, None, None, "Last assessment"],
        }
    )


def counts(ard, row):
    chosen = ard[(ard["ROW"] == row) & (ard["COLUMN"] == "all")].set_index("STAT")["VALUE"]
    return chosen[["n", "N"]].tolist()


def test_a_rate_in_another_set_counts_that_sets_subjects_alone(analysed, adrs):
    ard = analysed("response", SETTINGS, ADRS=adrs).ard
    assert counts(ard, "orr") == [2, 4]
    assert counts(ard, "orr_evaluable") == [1, 2]
    own = ard[ard["ROW"] == "orr_evaluable"]
    assert set(own["ANALYSIS_SET"]) == {"EFF"}
    assert all(text.startswith("\"EFFFL\" = 'Y'") for text in own["WHERE_SQL"])


def test_best_responses_that_nobody_had_are_counted_and_others_follow(analysed, adrs):
    other = adrs.replace({"AVALC": {"SD": "PD"}})
    ard = analysed("response", SETTINGS, ADRS=other).ard
    rows = [row for row in dict.fromkeys(ard["ROW"]) if row.startswith("bor.")]
    assert rows == ["bor.PR", "bor.SD", "bor.PD"]
    assert counts(ard, "bor.SD") == [0, 4]


def test_events_and_censored_add_up_and_have_their_reasons(analysed, adtte):
    settings = TimeToEvent(paramcd="PFS", event="E", rate="R", rates_months=(3,))
    ard = analysed("time_to_event", settings, ADTTE=adtte).ard
    assert counts(ard, "events") == [3, 4]
    assert counts(ard, "censored") == [1, 4]
    assert counts(ard, "event.Progression") == [2, 4]
    assert counts(ard, "censored.Last assessment") == [1, 4]


def test_ticks_of_the_numbers_at_risk_reach_the_last_time(analysed, adtte):
    settings = SurvivalCurve(paramcd="PFS", axis="", time_axis="", every_months=2)
    ard = analysed("survival_curve", settings, ADTTE=adtte).ard
    months = list(dict.fromkeys(ard.loc[ard["STAT"].eq("n.risk"), "VARLEVEL"]))
    assert months == ["0", "2", "4", "6"]


@pytest.mark.parametrize("rows", [4, 0])
def test_results_of_times_are_found_again(analysed, adsl, adtte, rows):
    settings = SurvivalCurve(paramcd="PFS", axis="", time_axis="", every_months=2)
    adtte = adtte.iloc[:rows]
    found = analysed("survival_curve", settings, ADTTE=adtte)
    traced = trace_results({"ADSL": adsl, "ADTTE": adtte}, found.ard, found.sets, found.subjects)
    assert traced.departures == ()
