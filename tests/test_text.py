"""Text of the data is read as it stands: nothing hidden, nothing computed."""

import pandas as pd
import pytest

from csrkit.text import escape_formula, escape_formulas, show_hidden


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
    assert escape_formula(text) == "'" + text


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
    assert escape_formula(text) == text


def test_a_table_is_guarded_in_its_text_and_its_names():
    frame = pd.DataFrame({"=A": ["=1", None], "N": [-1.0, 2.0]})
    guarded = escape_formulas(frame)
    assert list(guarded) == ["'=A", "N"]
    assert guarded["'=A"].tolist() == ["'=1", None]
    assert guarded["N"].tolist() == [-1.0, 2.0]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("fever\x07", "fever‹U+0007›"),
        ("\x9bred", "‹U+009B›red"),
        ("fever\u202egnp.exe", "fever‹U+202E›gnp.exe"),
        ("\ufeffAE", "‹U+FEFF›AE"),
        ("two\nlines\tand ação 发热 🤒", "two\nlines\tand ação 发热 🤒"),
    ],
)
def test_a_hidden_character_is_told_by_its_code(text, read):
    assert show_hidden(text) == read
