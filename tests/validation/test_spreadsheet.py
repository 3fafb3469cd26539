import pandas as pd
import pytest

from csrkit.validation.spreadsheet import guard, guard_frame


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "=cmd|' /C calc'!A0",
        "+1+cmd|' /C calc'!A0",
        "-2+3+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1:A9)",
        "\t=1+1",
        "\r=1+1",
        "  =1+1",
        "-fever",
        "- fever",
        '=HYPERLINK("x")',
    ],
)
def test_a_text_that_a_spreadsheet_would_compute_is_made_plain(text):
    assert guard(text) == "'" + text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Fever",
        "-",
        "12.3",
        "-12.3",
        "+4",
        "-1.2e-05",
        "-12.3%",
        "-12.3 (-20.1, 4.5)",
        "-12.3 (NE, NR)",
        "12 (34.3)",
        "2025-06-09",
        "a=b",
    ],
)
def test_numbers_and_plain_text_stay_as_they_are(text):
    assert guard(text) == text


def test_a_table_is_guarded_in_its_text_and_its_names():
    frame = pd.DataFrame({"=A": ["=1", None], "N": [-1.0, 2.0]})
    guarded = guard_frame(frame)
    assert list(guarded) == ["'=A", "N"]
    assert guarded["'=A"].tolist() == ["'=1", None]
    assert guarded["N"].tolist() == [-1.0, 2.0]
