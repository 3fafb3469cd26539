from __future__ import annotations

import pandas as pd
import pytest

from csrkit.index.settings.findings import ByVisit


@pytest.fixture
def advs():
    """Pulse of S1 and S2 at baseline and weeks 2 and 10, in units; temperature in hundredths."""
    visits = {"Baseline": 0.0, "Week 10": 10.0, "Week 2": 2.0}
    values = {
        "Baseline": [(60.0, None), (70.0, None)],
        "Week 10": [(66.0, 6.0), (80.0, 10.0)],
        "Week 2": [(62.0, 2.0), (71.0, 1.0)],
    }
    rows = [
        (subject, "PULSE", "Pulse", visit, number, *values[visit][place])
        for visit, number in visits.items()
        for place, subject in enumerate(["S1", "S2"])
    ]
    rows.append(("S1", "TEMP", "Temperature", "Baseline", 0.0, 36.55, None))
    names = ["USUBJID", "PARAMCD", "PARAM", "AVISIT", "AVISITN", "AVAL", "CHG"]
    return pd.DataFrame(rows, columns=names).astype({"CHG": "float64"})


@pytest.fixture
def ard(analysed, advs):
    return analysed("by_visit", ByVisit(dataset="ADVS"), ADVS=advs).ard


def test_visits_stand_in_the_order_of_their_numbers(ard):
    rows = [row for row in dict.fromkeys(ard["ROW"]) if row.startswith("PULSE")]
    assert rows == ["PULSE.0", "PULSE.2", "PULSE.10"]


def test_value_and_change_are_summarised_side_by_side_and_a_baseline_has_no_change(ard, stat):
    assert stat(ard, "PULSE.10", "all.value", "mean") == "73.0"
    assert stat(ard, "PULSE.10", "all.change", "mean") == "8.0"
    assert stat(ard, "PULSE.2", "all.change", "max") == "2"
    assert ard[(ard["ROW"] == "PULSE.0") & (ard["COLUMN"] == "all.change")].empty


def test_a_parameter_is_written_with_the_decimals_of_its_own_values(ard, stat):
    assert stat(ard, "PULSE.0", "all.value", "mean") == "65.0"
    assert stat(ard, "TEMP.0", "all.value", "mean") == "36.550"
