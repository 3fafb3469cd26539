"""The report's displays of laboratory values, vital signs, ECG and performance status.

S1 and S2 had the lower dose, S3 and S4 the higher one; the last column is that of all four.
"""

from __future__ import annotations

import pandas as pd
import pytest


def frame(names, rows, **more):
    return pd.DataFrame(rows, columns=names.split()).assign(**more)


@pytest.fixture
def last():
    """Return the text of the column of all subjects, by the labels of its rows in order."""

    def read(display):
        return [(row.label, row.cells[-1].text) for row in display.rows if row.cells]

    return read


def test_a_vital_sign_is_markedly_abnormal_by_its_values_on_treatment_alone(shown, last):
    advs = frame(
        "USUBJID ONTRTFL DTYPE AVAL ANRIND",
        [
            ("S1", "Y", None, 39.5, "HIGH HIGH"),
            ("S1", "Y", None, 39.2, "HIGH HIGH"),
            ("S1", "Y", "MAXIMUM", 39.5, "HIGH HIGH"),
            ("S2", None, None, 39.9, "HIGH HIGH"),
            ("S2", "Y", None, 38.5, "HIGH"),
            ("S3", "Y", None, 34.5, "LOW LOW"),
            ("S4", "Y", None, None, None),
        ],
        PARAMCD="TEMP",
    )
    rows = last(shown("vital_signs_abnormal", ADVS=advs))
    start = [label for label, _ in rows].index("Temperature (°C): subjects with a value")
    assert rows[start : start + 3] == [
        ("Temperature (°C): subjects with a value", "3 (75.0) [4]"),
        ("Markedly low", "1 (25.0) [1]"),
        ("Markedly high", "1 (25.0) [2]"),
    ]


def test_the_limits_of_markedly_abnormal_are_those_of_the_study(shown):
    advs = frame("USUBJID ONTRTFL DTYPE AVAL ANRIND PARAMCD", [])
    notes = " ".join(shown("vital_signs_abnormal", ADVS=advs).footnotes)
    assert "systolic blood pressure 80, 180 mmHg" in notes
    assert "oxygen saturation below 90%" in notes


def test_qtcf_counts_each_subject_by_the_highest_value_and_its_change(shown, last):
    adeg = frame(
        "USUBJID DTYPE ABLFL AVAL CHG AVALCAT1 CHGCAT1",
        [
            ("S1", None, "Y", 440.0, None, "<= 450 msec", None),
            ("S1", None, None, 505.0, 65.0, "> 500 msec", "> 60 msec"),
            ("S1", None, None, 470.0, 30.0, "> 450 to 480 msec", "<= 30 msec"),
            ("S1", "MAXIMUM", None, 505.0, 65.0, "> 500 msec", "> 60 msec"),
            ("S1", "MINIMUM", None, 470.0, 30.0, "> 450 to 480 msec", "<= 30 msec"),
            ("S3", "MAXIMUM", None, 450.0, None, "<= 450 msec", None),
        ],
        PARAMCD="QTCF",
    )
    assert last(shown("qtcf_categories", ADEG=adeg)) == [
        ("At baseline", "1 (25.0)"),
        ("≤ 450 msec", "1 (25.0)"),
        ("> 450 to 480 msec", "0"),
        ("> 480 to 500 msec", "0"),
        ("> 500 msec", "0"),
        ("Highest on treatment", "2 (50.0)"),
        ("≤ 450 msec", "1 (25.0)"),
        ("> 450 to 480 msec", "0"),
        ("> 480 to 500 msec", "0"),
        ("> 500 msec", "1 (25.0)"),
        ("Largest increase from baseline", "1 (25.0)"),
        ("≤ 30 msec", "0"),
        ("> 30 to 60 msec", "0"),
        ("> 60 msec", "1 (25.0)"),
    ]


def test_liver_tests_are_counted_at_or_above_their_multiple_on_treatment(shown, last):
    adlb = frame(
        "USUBJID PARAMCD ONTRTFL DTYPE R2ANRHI AVALC",
        [
            ("S1", "ALT", "Y", None, 3.0, None),
            ("S1", "BILI", "Y", None, 2.0, None),
            ("S1", "HYLAW", None, None, None, "Y"),
            ("S2", "AST", "Y", None, 2.99, None),
            ("S2", "ALT", None, None, 12.0, None),
            ("S2", "HYLAW", None, None, None, "N"),
            ("S3", "AST", "Y", None, 10.5, None),
            ("S3", "ALP", "Y", None, 1.9, None),
        ],
    )
    assert last(shown("hys_law", ADLB=adlb)) == [
        ("Subjects with ALT or AST, and bilirubin, n (%)", "2 (50.0)"),
        ("ALT or AST ≥ 3 × ULN", "2 (50.0)"),
        ("ALT or AST ≥ 5 × ULN", "1 (25.0)"),
        ("ALT or AST ≥ 10 × ULN", "1 (25.0)"),
        ("ALT or AST ≥ 20 × ULN", "0"),
        ("Bilirubin ≥ 2 × ULN", "1 (25.0)"),
        ("ALP ≥ 2 × ULN", "0"),
        ("Potential case of Hy's law, n (%)", "1 (25.0)"),
    ]


def crossed(display):
    """Return the counts of the column of all subjects by the label of the row, headings too."""
    keys = [column.key for column in display.columns]
    own = [place for place, key in enumerate(keys) if key.startswith("all.")]
    return [(row.label, [row.cells[place].text for place in own if row.cells])
            for row in display.rows]  # fmt: skip


def test_a_shift_of_range_takes_the_lowest_and_the_highest_value_on_treatment(shown):
    adlb = frame(
        "USUBJID DTYPE ABLFL ANRIND BNRIND",
        [
            ("S1", None, "Y", "NORMAL", "NORMAL"),
            ("S1", "MINIMUM", None, "LOW", "NORMAL"),
            ("S1", "MAXIMUM", None, "HIGH", "NORMAL"),
            ("S2", None, None, "HIGH", "LOW"),
            ("S2", None, "Y", "LOW", "LOW"),
            ("S3", "MINIMUM", None, "NORMAL", None),
            ("S3", "MAXIMUM", None, "NORMAL", None),
        ],
        PARAMCD="K", PARAM="Potassium (mmol/L)", PARCAT1="CHEMISTRY",
    )  # fmt: skip
    display = shown("lab_range_shift", ADLB=adlb)
    assert [column.label for column in display.columns[-4:]] == ["Low", "Normal", "High", "Missing"]
    assert crossed(display) == [
        ("Potassium (mmol/L), lowest", []),
        ("Low", ["0", "0", "0", "1"]),
        ("Normal", ["1", "0", "0", "0"]),
        ("Missing", ["0", "1", "0", "1"]),
        ("Potassium (mmol/L), highest", []),
        ("Low", ["0", "0", "0", "1"]),
        ("Normal", ["0", "0", "1", "0"]),
        ("Missing", ["0", "1", "0", "1"]),
    ]


def test_performance_status_shifts_to_the_worst_on_treatment(shown):
    adqs = frame(
        "USUBJID DTYPE ABLFL AVAL BASE",
        [
            ("S1", None, "Y", 0.0, 0.0),
            ("S1", "MAXIMUM", None, 2.0, 0.0),
            ("S1", "LOV", None, 1.0, 0.0),
            ("S3", None, "Y", 1.0, 1.0),
            ("S4", "MAXIMUM", None, 1.0, None),
        ],
        PARAMCD="ECOG101", PARAM="ECOG Performance Status", PARCAT1="ECOG",
    )  # fmt: skip
    assert crossed(shown("ecog_shift", ADQS=adqs))[1:] == [
        ("0", ["0", "0", "1", "0", "0", "0", "0"]),
        ("1", ["0", "0", "0", "0", "0", "0", "1"]),
        ("Missing", ["0", "1", "0", "0", "0", "0", "1"]),
    ]


def test_the_listing_holds_grades_3_and_4_of_either_direction_but_no_derived_record(shown):
    names = "USUBJID DTYPE AVAL BASE ATOXGRL ATOXGRH ATOXGR ONTRTFL"
    rows = [
        ("S1", None, 0.8, 4.0, "3", "0", "-3", "Y"),
        ("S1", "MINIMUM", 0.8, 4.0, "3", "0", "-3", "Y"),
        ("S1", None, 1.2, 4.0, "2", "0", "-2", "Y"),
        ("S2", None, 300.0, 20.0, None, "4", "4", None),
        ("S5", None, 300.0, 20.0, None, "4", "4", None),
    ]
    day = pd.Timestamp("2025-07-02")
    adlb = frame(
        names, rows, PARAMCD="X", PARAM="Test (unit)", AVISIT="Infusion 1", ATPT="4 H POST",
        ADT=day, ADTM=day, ADY=2.0, ASEQ=[1.0, 2.0, 3.0, 1.0, 1.0], ANRLO=2.0, ANRHI=40.0,
    )  # fmt: skip
    rows = [
        [cell.text for cell in row.cells]
        for row in shown("lab_grade_listing", ADLB=adlb).rows
        if row.cells
    ]
    start = ["Test (unit)", "Infusion 1, 4 h post", "2025-07-02 (2)"]
    assert rows == [
        [*start, "0.8", "from 2 to 40", "4", "-3", "Y"],
        [*start, "300", "from 2 to 40", "20", "4", ""],
    ]
