from __future__ import annotations

import pandas as pd
import pytest

from csrkit.displays.make import make_display
from csrkit.index import IndexEntry
from csrkit.index.settings.findings import ByVisit


@pytest.fixture
def pulses(study, adsl):
    """Pulse of S1 (60, then 66) and S2 (70, then 80), at baseline and week 2."""
    advs = pd.DataFrame(
        [("S1", 0.0, 60.0, None), ("S2", 0.0, 70.0, None), ("S1", 2.0, 66.0, 6.0),
         ("S2", 2.0, 80.0, 10.0)],
        columns=["USUBJID", "AVISITN", "AVAL", "CHG"],
    ).assign(PARAMCD="PULSE", PARAM="Pulse (beats/min)")  # fmt: skip
    advs["AVISIT"] = advs["AVISITN"].map({0.0: "Baseline", 2.0: "Week 2"})
    entry = IndexEntry(
        key="pulse", kind="table", number="14.3.5", title="Pulse", population="SAF",
        datasets=("ADSL", "ADVS"), pattern="by_visit", columns=("ph1_20",),
        settings=ByVisit(dataset="ADVS"),
    )  # fmt: skip
    return make_display(entry, study, {"ADSL": adsl, "ADVS": advs})


def test_value_and_change_stand_below_their_headers(pulses):
    assert [(column.spanner, column.label) for column in pulses.columns] == [
        ("Phase I 20×10⁸ (N=2)", "Value"),
        ("Phase I 20×10⁸ (N=2)", "Change from baseline"),
    ]
    shown = [(row.label, row.indent, [cell.text for cell in row.cells]) for row in pulses.rows]
    assert shown == [
        ("Pulse (beats/min)", 0, []),
        ("Baseline", 1, []),
        ("n", 2, ["2", ""]),
        ("Mean (SD)", 2, ["65.0 (7.07)", ""]),
        ("Median (min, max)", 2, ["65.0 (60, 70)", ""]),
        ("Week 2", 1, []),
        ("n", 2, ["2", "2"]),
        ("Mean (SD)", 2, ["73.0 (9.90)", "8.0 (2.83)"]),
        ("Median (min, max)", 2, ["73.0 (66, 80)", "8.0 (6, 10)"]),
    ]
