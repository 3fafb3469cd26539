from __future__ import annotations

import pytest

from csrkit.displays.words import sentence_case, with_units


@pytest.mark.parametrize(
    ("term", "shown"),
    [
        ("Platelets (10^9/L)", "Platelets (10⁹/L)"),
        ("Creatinine (umol/L)", "Creatinine (µmol/L)"),
        ("Ferritin (ug/L)", "Ferritin (µg/L)"),
        ("Phase I 20E8 cells", "Phase I 20×10⁸ cells"),
        ("Drug (mg)", "Drug (mg)"),
    ],
)
def test_units_are_printed_with_raised_powers_and_micro_signs(term, shown):
    assert with_units(term) == shown


def test_capitals_become_a_sentence_and_mixed_terms_stay():
    assert sentence_case("ADVERSE EVENT") == "Adverse event"
    assert sentence_case("ICANS grade") == "ICANS grade"
