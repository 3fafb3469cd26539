"""BOIN, mTPI-2 and the isotonic estimate, against the published tables for a target of 0.3."""

from __future__ import annotations

import pandas as pd
import pytest

from csrkit.conditions import parse
from csrkit.errors import StudyError
from csrkit.index.settings.doses import DoseDecision
from csrkit.results.trace import trace_results

SETTINGS = DoseDecision(where=parse("DLTFL == 'Y'"), words="DLT")
DOSES = ("ph1_20", "ph1_30")


def escalation(at_20, at_30):
    """Make ADSL and ADAE of (evaluable, with DLT) at two doses; each DLT is told in two events."""
    rows = [
        (f"{dose}-{number}", dose, number < dlts)
        for dose, (evaluable, dlts) in ((20.0, at_20), (30.0, at_30))
        for number in range(evaluable)
    ]
    adsl = pd.DataFrame(
        {
            "USUBJID": [subject for subject, _, _ in rows],
            "PHASE": "I",
            "TRT01AN": [dose for _, dose, _ in rows],
            "TRT01PN": [dose for _, dose, _ in rows],
            "SAFFL": "Y",
        }
    )
    hit = [subject for subject, _, dlt in rows if dlt]
    adae = pd.DataFrame({"USUBJID": [*hit, *hit, "20.0-0"], "DLTFL": ["Y"] * 2 * len(hit) + [None]})
    return {"ADSL": adsl, "ADAE": adae}


@pytest.fixture
def decide(analysed):
    def make(at_20, at_30, keys=DOSES):
        return analysed("dose_decision", SETTINGS, keys=keys, **escalation(at_20, at_30))

    return make


@pytest.mark.parametrize(
    ("evaluable", "dlts", "boin", "mtpi2"),
    # BOIN: Yan et al., J Stat Softw 2020; 94 (13), boundaries of 3, 6 and 9 subjects. mTPI-2: Guo
    # et al., Contemp Clin Trials 2017; 58: 23, with an equivalence interval of 0.25 to 0.35.
    [
        (3, 0, "Escalate", "Escalate"),
        (3, 1, "Stay", "Stay"),
        (3, 2, "De-escalate", "De-escalate"),
        (3, 3, "Eliminate", "Unacceptable toxicity"),
        (6, 1, "Escalate", "Escalate"),
        (6, 2, "Stay", "Stay"),
        (6, 3, "De-escalate", "De-escalate"),
        (6, 4, "Eliminate", "Unacceptable toxicity"),
        (9, 2, "Escalate", "Escalate"),
        (9, 3, "Stay", "Stay"),
        (9, 4, "De-escalate", "De-escalate"),
        (9, 5, "Eliminate", "Unacceptable toxicity"),
    ],
)
def test_the_decisions_are_those_of_the_published_tables(
    decide, stat, evaluable, dlts, boin, mtpi2
):
    ard = decide((3, 0), (evaluable, dlts)).ard
    assert stat(ard, "boin", "ph1_30", "decision") == boin
    assert stat(ard, "mtpi2", "ph1_30", "decision") == mtpi2


def test_the_boundaries_are_those_published_for_the_target_of_the_study(decide, stat):
    """Yuan et al., Clin Cancer Res 2016; 22: 4291: 0.236 and 0.358 (cut off) for 0.3."""
    ard = decide((3, 0), (6, 1)).ard
    for name, published in (("boundary.low", 0.2365), ("boundary.high", 0.3585)):
        assert stat(ard, "boin", "ph1_20", name, "VALUE") == pytest.approx(published, abs=5e-5)


def test_rates_that_ascend_are_those_observed_and_the_nearest_to_the_target_is_the_mtd(
    decide, stat
):
    ard = decide((3, 0), (6, 2)).ard
    assert stat(ard, "isotonic", "ph1_20", "estimate", "VALUE") == pytest.approx(0.05 / 3.1)
    assert stat(ard, "isotonic", "ph1_30", "estimate", "VALUE") == pytest.approx(2.05 / 6.1)
    assert [stat(ard, "mtd", key, "mtd") for key in DOSES] == ["No", "Yes"]


def test_rates_that_descend_are_pooled_by_the_inverse_of_their_variance(decide, stat):
    """1/3 and 1/6: (18.305 · 0.33871 + 49.823 · 0.17213) / 68.128."""
    ard = decide((3, 1), (6, 1)).ard
    found = [stat(ard, "isotonic", key, "estimate", "VALUE") for key in DOSES]
    assert found == pytest.approx([0.21689, 0.21689], abs=5e-6)


def test_columns_in_another_order_have_the_same_rates_and_mtd(decide, stat):
    """1 of 3 at 20 and 3 of 6 at 30 ascend with the dose, not with the columns."""
    ard = decide((3, 1), (6, 3), keys=DOSES[::-1]).ard
    found = [stat(ard, "isotonic", key, "estimate", "VALUE") for key in DOSES]
    assert found == pytest.approx([1.05 / 3.1, 3.05 / 6.1])
    assert [stat(ard, "mtd", key, "mtd") for key in DOSES] == ["Yes", "No"]


def test_without_a_tolerable_dose_there_is_no_mtd_and_the_reason_stands(decide, stat):
    ard = decide((3, 3), (3, 0)).ard
    assert stat(ard, "mtd", "ph1_20", "mtd") == "NE"
    assert stat(ard, "mtd", "ph1_20", "mtd", "REASON") == "the lowest dose is too toxic"


def test_a_dose_without_a_subject_has_no_decision_and_no_rate(decide, stat):
    ard = decide((3, 0), (0, 0)).ard
    for row, name in (("boin", "decision"), ("mtpi2", "decision"), ("isotonic", "estimate")):
        assert stat(ard, row, "ph1_30", name) == "NE"
        assert stat(ard, row, "ph1_30", name, "REASON") == "no subject was treated at the dose"


def test_the_elimination_is_that_of_the_study(study, entry, stat):
    """3 of 6: the posterior probability of a rate above 0.3 is 0.874 under a uniform prior."""
    from csrkit.results.analyse import analyse_display

    assumed = study.assumptions
    early = assumed.dose_elimination.model_copy(update={"value": 0.8})
    bold = study.model_copy(
        update={"assumptions": assumed.model_copy(update={"dose_elimination": early})}
    )
    made = entry("one", pattern="dose_decision", settings=SETTINGS, columns=DOSES)
    ard = analyse_display(made, bold, escalation((3, 0), (6, 3))).ard
    assert stat(ard, "boin", "ph1_30", "decision") == "Eliminate"
    assert stat(ard, "mtpi2", "ph1_30", "decision") == "Unacceptable toxicity"


def test_two_columns_of_one_dose_are_refused(decide):
    with pytest.raises(StudyError, match="columns of one dose each, all different") as fault:
        decide((3, 0), (6, 1), keys=(*DOSES, "rp2d"))
    assert "ph1_30, rp2d" in str(fault.value)


def test_each_set_is_found_again_in_sql(decide):
    results = decide((5, 0), (6, 2))
    data = escalation((5, 0), (6, 2))
    found = trace_results(data, results.ard, results.sets, results.subjects)
    assert found.departures == ()
    fitted = results.ard[results.ard["ROW"] == "isotonic"]
    assert set(fitted["N_SUBJECTS"]) == {2}
    assert set(fitted["N_RECORDS"]) == {4}
