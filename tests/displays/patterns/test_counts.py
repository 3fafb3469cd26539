from __future__ import annotations

import pandas as pd

COLUMNS = ["Phase I 20×10⁸", "Phase I 30×10⁸", "Phase I total", "Phase II RP2D", "All at RP2D"]


def test_columns_of_the_disposition_count_enrolled_subjects(shown):
    display = shown("disposition")
    assert [column.label for column in display.columns] == [*COLUMNS, "All"]
    assert [column.n for column in display.columns] == [2, 1, 3, 2, 3, 5]


def test_subjects_before_enrolment_stand_in_the_column_of_all_only(shown, row_of):
    display = shown("disposition")
    assert row_of(display, "Consented, n") == ["", "", "", "", "", "6"]
    assert row_of(display, "Screen failure") == ["", "", "", "", "", "1"]
    assert row_of(display, "Inclusion 3 not met") == ["", "", "", "", "", "1"]
    assert row_of(display, "Consented, not yet enrolled or failed")[-1] == "0"


def test_disposition_counts_status_and_reasons(shown, row_of):
    display = shown("disposition")
    assert row_of(display, "Treated, n (%)") == [
        "2 (100)",
        "1 (100)",
        "3 (100)",
        "1 (50.0)",
        "2 (66.7)",
        "4 (80.0)",
    ]
    assert row_of(display, "Not treated, n (%)")[-1] == "1 (20.0)"
    assert row_of(display, "Adverse event") == ["1 (50.0)", "0", "1 (33.3)", "0", "0", "1 (20.0)"]
    assert row_of(display, "Withdrawal by subject")[-1] == "1 (20.0)"


def test_reasons_stand_by_frequency_in_the_last_column_not_in_the_first(shown, row_of, adsl):
    """At the lower dose one reason each: death is commoner in all, by the others."""
    reasons = adsl.assign(
        EOTSTT=["DISCONTINUED"] * 4 + [None] * 2,
        DCTREAS=["ADVERSE EVENT", "ADVERSE EVENT", "DEATH", "DEATH", None, None],
    )
    third = reasons.iloc[[3]].assign(USUBJID="S7")
    display = shown("disposition", ADSL=pd.concat([reasons, third], ignore_index=True))
    labels = [row.label for row in display.rows]
    event, death = row_of(display, "Adverse event"), row_of(display, "Death")
    assert (event[0], death[0]) == ("2 (100)", "0")
    assert (event[-1], death[-1]) == ("2 (33.3)", "3 (50.0)")
    assert labels.index("Death") < labels.index("Adverse event")


def test_a_status_that_nobody_has_is_shown(shown, row_of):
    display = shown("disposition")
    study = [row.label for row in display.rows].index("Study, n (%)")
    assert display.rows[study + 1].label == "Completed"
    assert [cell.text for cell in display.rows[study + 1].cells] == ["0"] * 6


def test_each_analysis_set_says_who_is_excluded_and_why(shown, row_of):
    display = shown("analysis_sets")
    assert row_of(display, "Enrolled set, n (%)")[-1] == "5 (100)"
    assert row_of(display, "DLT-evaluable set, n (%)")[-1] == "3 (60.0)"
    labels = [row.label for row in display.rows]
    dlt = labels.index("DLT-evaluable set, n (%)")
    assert labels[dlt + 1 : dlt + 4] == ["Excluded, n (%)", "Not in phase I", "Not treated"]
    assert display.rows[dlt + 2].indent == 2


def test_demographics_summarise_numbers_and_count_categories(shown, row_of):
    display = shown("demographics")
    assert [column.n for column in display.columns] == [2, 1, 3, 1, 2, 4]
    assert row_of(display, "Mean (SD)")[0] == "65.5 (7.78)"
    assert row_of(display, "Min, max")[-1] == "55, 80"
    assert row_of(display, "≥ 75 years") == ["0", "0", "0", "1 (100)", "1 (50.0)", "1 (25.0)"]
    assert row_of(display, "Female")[-1] == "3 (75.0)"


def test_missing_values_are_counted_where_there_are_any(shown, row_of):
    display = shown("demographics")
    labels = [row.label for row in display.rows]
    weight = labels.index("Weight (kg)")
    missing = display.rows[weight + 5]
    assert (missing.label, [cell.text for cell in missing.cells]) == (
        "Missing",
        ["0", "1", "1", "0", "1", "1"],
    )
    tumour = labels.index("Primary tumour, n (%)")
    block = labels[tumour + 1 : tumour + 4]
    assert block == ["Gastric cancer", "Ovarian cancer", "Missing"]
    assert labels.count("Missing") == 3  # weight, BMI and tumour, and nothing else


def test_what_cannot_be_estimated_is_explained_below(shown):
    notes = shown("demographics").footnotes
    assert "NE = not estimable: needs at least 2 values; no value." in notes


def test_exposure_summarises_parameters_and_counts_delays_by_reason(shown, row_of):
    display = shown("exposure")
    labels = [row.label for row in display.rows]
    dose = labels.index("Cumulative dose (10⁸ cells)")
    assert display.rows[dose + 2].cells[0].text == "50.0 (14.14)"
    assert row_of(display, "Subjects with a delayed infusion, n (%)")[-1] == "2 (50.0)"
    assert row_of(display, "Adverse event")[-1] == "2 (50.0)"
    assert row_of(display, "Scheduling") == ["0", "0", "0", "1 (100)", "1 (50.0)", "1 (25.0)"]
    assert row_of(display, "Subjects with a missed infusion, n (%)")[0] == "1 (50.0)"
