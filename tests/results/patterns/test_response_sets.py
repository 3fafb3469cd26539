from __future__ import annotations

import pandas as pd
import pytest

from csrkit.index.settings.figures import SurvivalCurve
from csrkit.index.settings.response import Rate, Response
from csrkit.results.verbs.times import DAYS_PER_MONTH


@pytest.fixture
def rates(analysed):
    """S1 and S3 respond, S2 and S4 don't; S1 and S2 alone are efficacy-evaluable."""
    subjects, best = ["S1", "S2", "S3", "S4"], ["PR", "SD", "PR", "SD"]
    adrs = pd.DataFrame(
        {
            "USUBJID": subjects * 2,
            "PARAMCD": ["CBOR"] * 4 + ["CRSP"] * 4,
            "AVALC": [*best, "Y", "N", "Y", "N"],
        }
    )
    settings = Response(
        response="CBOR",
        levels={"PR": "Partial response"},
        rates={
            "orr": Rate(paramcd="CRSP", label="ORR"),
            "orr_evaluable": Rate(paramcd="CRSP", label="ORR, evaluable", population="EFF"),
        },
    )
    return analysed("response", settings, ADRS=adrs).ard


def test_a_rate_of_another_analysis_set_leaves_out_its_other_subjects(rates, stat):
    assert [stat(rates, "orr", "all", name) for name in ("n", "N", "p")] == ["2", "4", "50.0"]
    assert [stat(rates, "orr_evaluable", "all", name) for name in ("n", "N")] == ["1", "2"]
    assert stat(rates, "orr_evaluable", "ph1_30", "N") == "1"


def test_a_rate_counts_a_yes_and_not_every_record_of_its_parameter(rates, stat):
    assert stat(rates, "orr", "ph1_30", "n") == "1"
    assert stat(rates, "orr", "ph1_30", "N") == "2"


def test_numbers_at_risk_go_on_to_a_tick_beyond_the_curve(analysed, stat):
    """The curve ends at month 5; ticks stand every third month."""
    adtte = pd.DataFrame(
        {
            "USUBJID": ["S1", "S2", "S3", "S4"],
            "PARAMCD": "PFS",
            "AVAL": [month * DAYS_PER_MONTH for month in (1, 2, 4, 5)],
            "CNSR": [0, 0, 0, 1],
        }
    )
    settings = SurvivalCurve(paramcd="PFS", axis="", time_axis="", every_months=3)
    ard = analysed("survival_curve", settings, ADTTE=adtte).ard
    found = {month: stat(ard, f"at_risk.{month}", "all", "n.risk") for month in (0, 3, 6)}
    assert found == {0: "4", 3: "2", 6: "0"}
    assert ard["ROW"].str.startswith("at_risk.").sum() == 3 * 3
