"""Days in which an adverse event is treatment-emergent: RISKDURD of ADSL."""

import pandas as pd
import pytest

from csrkit.adam.adsl.treatment import add_days_at_risk

# First dose on 1 June, last on 10 June; the window of 30 days ends on 10 July, day 40.
OPEN = {"TRTSDT": "2025-06-01", "TRTEDT": "2025-06-10", "LSTALVDT": "2025-12-31"}


@pytest.mark.parametrize(
    ("dates", "days"),
    [
        ({}, 40),
        ({"EOSDT": "2025-07-01"}, 31),
        ({"DTHDT": "2025-06-20", "LSTALVDT": "2025-06-15"}, 20),
        ({"DTHDT": "2025-08-20"}, 40),
        ({"LSTALVDT": "2025-06-15"}, 15),
        ({"EOSDT": "2025-06-05"}, 10),
        ({"TRTEDT": None}, 214),
        ({"TRTSDT": None, "TRTEDT": None}, None),
    ],
    ids=[
        "through the window after the last dose",
        "through the end of study",
        "through death, not the last day seen alive",
        "not through a death after the window",
        "through the last day known alive",
        "not before the last dose",
        "without a last dose through the last day known alive",
        "none without treatment",
    ],
)
def test_the_days_at_risk_go(study, dates, days):
    record = {"EOSDT": None, "DTHDT": None, **OPEN, **dates}
    adsl = pd.DataFrame([record]).apply(pd.to_datetime)
    found = add_days_at_risk(adsl, study)["RISKDURD"].iloc[0]
    assert pd.isna(found) if days is None else found == days
