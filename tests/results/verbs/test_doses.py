from __future__ import annotations

import pandas as pd
import pytest

from csrkit.conditions import equal
from csrkit.results.methods import BETA_BINOMIAL, ESCALATION
from csrkit.results.verbs.doses import NOBODY, infer_rate, review_columns

DLT = equal("DLTFL", "Y")


@pytest.fixture
def asked(bench, adae):
    """Ask a verb of doses: S2 of the higher dose had two DLTs, S3 none; S1 of the lower none."""

    def ask(verb, method, records=("S2", "S2"), **more):
        dlts = pd.DataFrame({"USUBJID": list(records), "DLTFL": "Y"})
        made = bench("dlt", columns=("ph1_20", "ph1_30"), datasets={"ADAE": dlts, **more})
        verb(made, made.declare("doses", dataset="ADAE", method=method, level=0.95), DLT)
        return made.finish().ard

    return ask


def test_the_posterior_counts_subjects_with_a_dlt_and_not_their_events(asked, stat):
    """Beta(0.5, 0.5) with 1 of 2: Beta(1.5, 1.5); with 0 of 1: Beta(0.5, 1.5)."""
    found = asked(infer_rate, BETA_BINOMIAL)
    assert stat(found, "posterior", "ph1_30", "mean") == "50.0"
    assert stat(found, "posterior", "ph1_20", "mean") == "25.0"


def test_a_dose_without_subjects_has_no_posterior_and_says_why(asked, adsl, stat):
    found = asked(infer_rate, BETA_BINOMIAL, ADSL=adsl.iloc[1:])
    assert stat(found, "posterior", "ph1_20", "mean") == "NE"
    assert stat(found, "posterior", "ph1_20", "mean", "REASON") == NOBODY


def test_a_dose_is_reviewed_in_view_of_the_one_below(asked, adsl, stat):
    """Two of three with a DLT at the lower dose: no dose above it may be given."""
    low = adsl.assign(
        TRT01AN=[20.0, 20.0, 20.0, 30.0, 30.0], PHASE="I", SAFFL="Y"
    )  # fmt: skip
    found = asked(review_columns, ESCALATION, ("S1", "S2"), ADSL=low)
    decisions = [stat(found, "rule", key, "decision") for key in ("ph1_20", "ph1_30")]
    assert decisions == ["De-escalate", "De-escalate"]
