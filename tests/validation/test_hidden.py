"""Hidden characters are told by their codes, and what is to be read stays."""

import pytest

from csrkit.validation.hidden import told


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
    assert told(text) == read
