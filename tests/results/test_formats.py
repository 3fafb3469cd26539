from __future__ import annotations

import pytest

from csrkit.errors import StudyError
from csrkit.results.formats import FORMATS, fixed, format_value


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("count", 12.0, "12"),
        ("percent", 0.343, "34.3"),
        ("percent", 0.0, "0"),
        ("percent", 1.0, "100"),
        ("percent", 0.9999, "100.0"),
        ("percent", 0.0625, "6.3"),
        ("percent", 0.1225, "12.3"),
        ("percent", 0.125, "12.5"),
        ("percent1", 0.0, "0.0"),
        ("percent1", 1.0, "100.0"),
        ("fixed0", 2.5, "3"),
        ("fixed0", -2.5, "-3"),
        ("fixed1", 0.25, "0.3"),
        ("fixed1", 0.05, "0.1"),
        ("fixed1", -0.04, "0.0"),
        ("fixed2", 2.675, "2.68"),
        ("fixed2", 1.005, "1.01"),
        ("fixed3", 12.0, "12.000"),
        ("significant3", 0.012345, "0.0123"),
        ("significant3", 1234.5, "1230"),
        ("significant3", 1.2, "1.20"),
        ("significant3", 9.999, "10.0"),
        ("significant3", 0.0, "0"),
        ("significant3", 1.235, "1.24"),
        ("p_value", 0.03455, "0.0346"),
        ("p_value", 0.0001, "0.0001"),
        ("p_value", 0.00009, "<0.0001"),
        ("p_value", 0.0, "<0.0001"),
        ("p_value", 0.99995, ">0.9999"),
    ],
)
def test_numbers_are_rounded_half_away_from_zero_on_the_decimal_value(name, value, text):
    assert format_value(name, value) == text


def test_every_format_is_known_by_its_own_name():
    assert all(name == written.name for name, written in FORMATS.items())


def test_decimals_beyond_the_formats_are_capped():
    assert fixed(20) == "fixed8"
    assert fixed(-1) == "fixed0"


def test_an_unknown_format_is_named_with_the_known_ones():
    with pytest.raises(StudyError, match="no such number format") as fault:
        format_value("fixed99", 1.0)
    assert "fixed2" in fault.value.allowed
