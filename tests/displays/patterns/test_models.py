"""What tables of decisions, comparisons, incidence and models show, from five subjects."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import yaml

from csrkit.displays.make import make_display
from csrkit.index import load_index

SUBJECTS = ["S1", "S2", "S3", "S4", "S5"]
DOSE = [20.0, 20.0, 30.0, 30.0, 30.0]
MONTH = 30.4375


@pytest.fixture
def datasets():
    adsl = pd.DataFrame(
        {
            "USUBJID": SUBJECTS,
            "PHASE": "I",
            "TRT01AN": DOSE,
            "TRT01PN": DOSE,
            "SAFFL": "Y",
            "DLTEVLFL": "Y",
            "PKFL": "Y",
            "RISKDURD": [100.0, 100, 50, 50, 50],
        }
    )
    adae = pd.DataFrame({"USUBJID": ["S3", "S3"], "DLTFL": ["Y", None], "ASTDY": [10.0, 2.0]})
    adtte = pd.DataFrame(
        {
            "USUBJID": SUBJECTS,
            "PARAMCD": "PFS",
            "AVAL": [MONTH * each for each in (1, 6, 2, 3, 4)],
            "CNSR": [0, 1, 0, 0, 1],
            "EVNTDESC": ["Relapse", None, "Relapse", "Death", None],
        }
    )
    adrs = pd.DataFrame(
        {
            "USUBJID": SUBJECTS * 2,
            "PARAMCD": ["CBOR"] * 5 + ["CRSP"] * 5,
            "AVALC": ["PR", "SD", "PR", "PR", "SD", "Y", "N", "Y", "Y", "N"],
        }
    )
    adpp = pd.DataFrame(
        [
            (subject, "NKDNA", "CMAX", number, value, dose)
            for number, values in ((1.0, [10, 20, 15, 30, 30]), (6.0, [20, 40, 30, 60, np.nan]))
            for subject, value, dose in zip(SUBJECTS, values, DOSE, strict=True)
        ],
        columns=["USUBJID", "PARCAT1", "PARAMCD", "INFNUM", "AVAL", "DOSE"],
    ).assign(ANL01FL="Y")
    return {"ADSL": adsl, "ADAE": adae, "ADTTE": adtte, "ADRS": adrs, "ADPP": adpp}


@pytest.fixture
def shown(study, datasets, tmp_path):
    """Make a display and return its rows, label → texts of cells, and its notes as one text."""

    def make(pattern, dataset, settings, population="SAF", columns=("ph1_20", "ph1_30")):
        entry = {
            "pattern": pattern, "number": "14.3.1", "title": "Title", "population": population,
            "datasets": ["ADSL", dataset], "columns": list(columns), "settings": settings,
        }  # fmt: skip
        file = tmp_path / "tlf.yml"
        file.write_text(yaml.safe_dump({"displays": {"one": entry}}), encoding="utf-8")
        display = make_display(load_index(file)["one"], study, datasets)
        rows = {row.label: [cell.text for cell in row.cells] for row in display.rows}
        return rows, " ".join(display.footnotes)

    return make


def test_decisions_stand_side_by_side_with_estimates_and_mtd(shown):
    rows, notes = shown("dose_decision", "ADAE", {"where": "DLTFL == 'Y'"}, "DLT")
    assert rows["DLT-evaluable subjects, n"] == ["2", "3"]
    assert rows["Subjects with a DLT, n (%)"] == ["0", "1 (33.3)"]
    assert rows["3+3 rule"] == ["Stay", "Expand"]
    assert rows["BOIN"] == ["Escalate", "Stay"]
    assert rows["mTPI-2"] == ["Escalate", "Stay"]
    assert rows["Boundaries of BOIN, λe and λd (%)"] == ["23.6, 35.9"] * 2
    assert rows["Isotonic estimate (%)"] == ["2.4", "33.9"]
    assert rows["Maximum tolerated dose by BOIN"] == ["No", "Yes"]
    assert "where no higher dose is planned, escalate means stay" in notes


def test_each_design_has_its_own_decision(shown, datasets):
    """All three at the higher dose have a DLT."""
    datasets["ADAE"] = pd.DataFrame({"USUBJID": ["S3", "S4", "S5"], "DLTFL": "Y", "ASTDY": 2.0})
    rows, _ = shown("dose_decision", "ADAE", {"where": "DLTFL == 'Y'"}, "DLT")
    found = [rows[name][1] for name in ("3+3 rule", "BOIN", "mTPI-2")]
    assert found == ["De-escalate", "Eliminate", "Unacceptable toxicity"]


def test_a_comparison_stands_in_the_compared_column_alone(shown):
    """The likelihood r² / ((2 + 3r)(1 + 3r)(1 + 2r)) is highest at r = 0.97."""
    rows, notes = shown("time_to_event_comparison", "ADTTE", {
        "paramcd": "PFS", "event": "Progression or death", "rate": "Progression-free rate",
        "reference": "ph1_20", "rates_months": [2],
    })  # fmt: skip
    assert rows["Progression or death, n (%)"] == ["1 (50.0)", "2 (66.7)"]
    assert rows["Against Phase I 20×10⁸"] == []
    assert rows["Difference of progression-free rate, percentage points (95% CI)"] == []
    reference, hazard = rows["Hazard ratio (95% CI)"]
    assert reference == ""
    assert hazard.startswith("0.97 (")
    assert rows["p-value (log-rank)"][0] == ""
    assert rows["At 2 months"][1].startswith("16.7 (")
    assert "Each column is compared with Phase I 20×10⁸" in notes
    assert "stratified" not in notes


def test_each_test_of_a_comparison_has_its_own_p_value(shown, datasets):
    """Events at 1 and 3, and at 2, 5 and 6: of the first 2 were seen, 0.983 expected (V 0.650)."""
    datasets["ADTTE"] = datasets["ADTTE"].assign(
        AVAL=[MONTH * each for each in (1, 3, 2, 5, 6)], CNSR=0
    )
    rows, _ = shown("time_to_event_comparison", "ADTTE", {
        "paramcd": "PFS", "event": "Death", "rate": "Rate", "reference": "ph1_20",
    })  # fmt: skip
    assert rows["p-value (log-rank)"] == ["", "0.2072"]
    assert rows["p-value (Wald)"][1] not in ("", "NE", "0.2072")


def test_a_difference_of_responses_follows_the_rate(shown):
    settings = {
        "response": "CBOR", "levels": {"PR": "Partial response"},
        "rates": {"orr": {"paramcd": "CRSP", "label": "ORR"}}, "difference_to": "ph1_20",
    }  # fmt: skip
    rows, _ = shown("response", "ADRS", settings)
    reference, difference = rows["Difference to Phase I 20×10⁸ (95% CI), percentage points"]
    assert reference == ""
    assert difference.startswith("16.7 (")
    plain, _ = shown("response", "ADRS", settings | {"difference_to": ""})
    assert not any(label.startswith("Difference") for label in plain)


def test_incidence_shows_subjects_patient_years_and_rate_and_then_the_periods(shown):
    """At 20 nobody in 200 days; at 30 one in 10 + 50 + 50 days."""
    rows, _ = shown("incidence_rate", "ADAE", {
        "rows": [{"row": "dlt", "label": "DLT", "where": "DLTFL == 'Y'"}], "periods_days": [30],
    })  # fmt: skip
    assert rows["Subjects with event, n"] == ["0", "1"]
    assert rows["Patient-years at risk"] == ["0.55", "0.30"]
    low, high = rows["Rate per 100 patient-years (95% CI)"]
    assert low == "0.0 (0.0, 673.7)"
    assert high.startswith("332.0 (8.4, ")
    assert rows["Rate on days 1 to 30"][1].startswith("521.8 (")
    assert rows["Rate after day 30"][1].startswith("0.0 (0.0, ")


def test_cumulative_incidence_shows_both_kinds_of_events(shown):
    rows, notes = shown("cumulative_incidence", "ADTTE", {
        "paramcd": "PFS", "event": {"label": "Relapse", "where": "EVNTDESC == 'Relapse'"},
        "competing": {"label": "Death", "where": "EVNTDESC == 'Death'"}, "months": [2, 12],
    })  # fmt: skip
    assert rows["Relapse, n (%)"] == ["1 (50.0)", "1 (33.3)"]
    assert rows["Death (competing), n (%)"] == ["0", "1 (33.3)"]
    assert rows["At 2 months"][1].startswith("33.3 (")
    assert rows["At 12 months"] == ["NE", "NE"]
    assert "NE = not estimable: no subject was followed as long." in notes


def test_proportionality_of_one_dose_is_not_estimable(shown):
    rows, notes = shown("dose_proportionality", "ADPP", {
        "analyte": "NKDNA", "parameters": [{"paramcd": "CMAX", "label": "Cmax"}],
    }, "PK")  # fmt: skip
    assert list(rows)[:3] == ["Infusion 1", "Cmax", "Values (subjects), n"]
    assert rows["Values (subjects), n"] == ["2 (2)", "2 (2)"]
    assert rows["Slope (90% CI)"] == ["NE", "NE"]
    assert rows["Conclusion"] == ["NE", "NE"]
    assert "needs at least 2 doses" in notes


def test_proportionality_shows_its_limits_in_order(shown, datasets):
    """1 + ln 0.8 / ln 1.5 and 1 + ln 1.25 / ln 1.5; S5 has a value of the first profile only."""
    datasets["ADPP"] = datasets["ADPP"].dropna()
    rows, _ = shown("dose_proportionality", "ADPP", {
        "analyte": "NKDNA", "parameters": [{"paramcd": "CMAX", "label": "Cmax"}],
        "all_profiles": True,
    }, "PK", ["ph1"])  # fmt: skip
    assert rows["Limits of proportionality"] == ["(0.45, 1.55)"]
    assert rows["Highest by lowest dose"] == ["1.50"]
    assert rows["Conclusion"] == ["Inconclusive"]
    assert rows["Values (subjects), n"] == ["9 (5)"]  # the last block: both profiles together


def test_accumulation_names_the_profiles_in_the_words_of_the_study(shown):
    rows, _ = shown("accumulation", "ADPP", {
        "analyte": "NKDNA", "parameters": [{"paramcd": "CMAX", "label": "Cmax"}],
    }, "PK")  # fmt: skip
    label = "Ratio of geometric means (90% CI), infusion 6 / infusion 1"
    assert rows["Subjects with both, n"] == ["2", "2"]
    assert rows[label] == ["2.00 (2.00, 2.00)", "2.00 (2.00, 2.00)"]
    assert rows["Geometric mean (90% CI)"] == ["NE", "NE"]
