from __future__ import annotations

import pandas as pd
import pytest

from csrkit.displays.make import make_display
from csrkit.errors import StudyError


def test_the_overview_counts_subjects_and_events_that_are_treatment_emergent(shown, row_of):
    display = shown("teae_overview")
    assert row_of(display, "Any TEAE") == [
        "2 (100) [4]",
        "1 (100) [1]",
        "3 (100) [5]",
        "1 (100) [1]",
        "2 (100) [2]",
        "4 (100) [6]",
    ]
    assert row_of(display, "Related TEAE")[-1] == "3 (75.0) [4]"
    assert row_of(display, "TEAE of grade 3 or higher")[-1] == "1 (25.0) [1]"
    assert row_of(display, "TEAE leading to death") == ["0"] * 6


def test_every_category_of_special_interest_is_shown(shown, row_of, study):
    display = shown("teae_overview")
    for category in study.assumptions.aesi.value:
        assert len(row_of(display, category.name)) == 6
    assert row_of(display, "Cytokine release syndrome")[-1] == "1 (25.0) [1]"
    assert row_of(display, "ICANS")[-1] == "0"


def test_classes_and_terms_are_ordered_by_frequency_in_all_then_by_name(shown):
    display = shown("teae_soc_pt")
    assert [(row.label, row.indent) for row in display.rows] == [
        ("Subjects with any TEAE", 0),
        ("General", 0),
        ("Fever", 1),
        ("Chills", 1),
        ("Gut", 0),
        ("Nausea", 1),
        ("Vomiting", 1),
    ]
    assert [row.cells[-1].text for row in display.rows] == [
        "4 (100)",
        "3 (75.0)",
        "2 (50.0)",
        "1 (25.0)",
        "1 (25.0)",
        "1 (25.0)",
        "1 (25.0)",
    ]


def test_a_term_of_two_classes_stands_in_both(shown, adae):
    moved = adae.assign(AEBODSYS=adae["AEBODSYS"].where(adae["AESEQ"] != 2, "Gut / upper"))
    rows = [(row.label, row.indent) for row in shown("teae_soc_pt", ADAE=moved).rows]
    assert rows.count(("Nausea", 1)) == 2
    assert rows[rows.index(("Gut", 0)) + 1 :][:2] == [("Nausea", 1), ("Vomiting", 1)]


def test_no_adverse_event_leaves_an_empty_table_in_its_place(shown, adae):
    display = shown("teae_soc_pt", ADAE=adae.iloc[:0])
    assert display.rows == ()
    assert "No records meet the criteria" in display._repr_markdown_()


def test_the_dlt_table_shows_rate_interval_decision_and_posterior(shown, row_of):
    display = shown("dlt")
    assert [column.n for column in display.columns] == [2, 1]
    assert row_of(display, "Subjects with a DLT, n (%)") == ["1 (50.0)", "0"]
    assert row_of(display, "95% CI of the DLT rate (%)") == ["(1.3, 98.7)", "(0.0, 97.5)"]
    assert row_of(display, "Decision of the 3+3 rule") == ["Stay", "Stay"]
    # Beta(1.5, 1.5) and Beta(0.5, 1.5): the means are exact.
    assert row_of(display, "Mean (%)") == ["50.0", "25.0"]
    assert row_of(display, "Probability of a rate above 30%") == ["0.748", "0.339"]
    assert row_of(display, "Fever") == ["1 (50.0)", "0"]


def test_a_dlt_outside_its_window_does_not_count(shown, row_of, adae):
    late = adae.assign(DLTWINFL=None)
    assert row_of(shown("dlt", ADAE=late), "Subjects with a DLT, n (%)") == ["0", "0"]


def test_no_dose_is_escalated_from_above_one_that_is_too_toxic(shown, row_of, adae):
    fever = adae[adae["DLTFL"] == "Y"].iloc[:1]
    both = pd.concat([adae, fever.assign(USUBJID="S1")], ignore_index=True)
    display = shown("dlt", ADAE=both)
    assert row_of(display, "Subjects with a DLT, n (%)") == ["2 (100)", "0"]
    assert row_of(display, "Decision of the 3+3 rule") == ["De-escalate", "De-escalate"]
    assert "A lower dose exceeds the maximum tolerated dose." in " ".join(display.footnotes)


def test_without_evaluable_subjects_there_is_no_posterior(index, study, datasets, row_of):
    none = datasets["ADSL"].assign(DLTEVLFL="N")
    display = make_display(index["dlt"], study, {**datasets, "ADSL": none})
    assert row_of(display, "Probability of a rate above 30%") == ["NE", "NE"]
    assert row_of(display, "95% credible interval (%)") == ["NE", "NE"]
    assert "only the prior is known" in " ".join(display.footnotes)


def test_an_unknown_escalation_rule_is_told(index, study, datasets):
    rule = study.assumptions.escalation_rule.model_copy(update={"value": "4+4"})
    assumptions = study.assumptions.model_copy(update={"escalation_rule": rule})
    other = study.model_copy(update={"assumptions": assumptions})
    with pytest.raises(StudyError, match="no such escalation rule") as fault:
        make_display(index["dlt"], other, datasets)
    assert fault.value.found == "4+4"


def test_lab_shifts_cross_baseline_with_the_worst_grade_on_treatment(shown):
    display = shown("lab_grade_shift")
    assert [row.label for row in display.rows] == [
        "Neutrophils (10⁹/L), low",
        "Grade 0",
        "Grade 1",
        "Missing",
    ]
    whole = [place for place, column in enumerate(display.columns) if column.key.startswith("all.")]
    block = [[row.cells[place].text for place in whole] for row in display.rows[1:]]
    assert block == [
        ["0", "0", "0", "1", "0", "1"],  # S1 to grade 3, S4 without a result on treatment
        ["1", "0", "0", "0", "0", "0"],  # S2
        ["0", "0", "1", "0", "0", "0"],  # S3
    ]


def test_a_block_of_lab_shifts_adds_up_to_the_column(shown):
    ard = shown("lab_grade_shift").ard
    ard = ard[ard["ROW"] != "columns"]
    column = ard["COLUMN"].str.partition(".")[0]
    assert ard.groupby(column)["VALUE"].sum().to_dict() == {"all": 4, "ph1_20": 2, "rp2d": 2}


def test_a_laboratory_without_grades_leaves_an_empty_table(shown, adlb):
    assert shown("lab_grade_shift", ADLB=adlb.assign(ATOXGRL=None)).rows == ()


def test_a_subject_without_laboratory_records_is_missing_twice(shown, adlb):
    display = shown("lab_grade_shift", ADLB=adlb[adlb["USUBJID"] != "S1"])
    last = [column.key for column in display.columns].index("all.Missing")
    assert display.rows[-1].cells[last].text == "1"


def test_terms_missing_their_class_stay_in_the_table(shown, adae):
    display = shown("teae_soc_pt", ADAE=adae.assign(AEBODSYS=None))
    assert display.rows[1].label == "Missing"
    assert isinstance(display.ard, pd.DataFrame)
